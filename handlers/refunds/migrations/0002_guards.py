"""The last guards of money: what no code path and no diagram may get past.

Holds equal their shares; a refund order is of the amount that was authorised; the ledger is
append-only and balanced; a part is paid only with a proof and a posting.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION refunds_hold_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_hold refunds_hold;
    of_lines bigint;
    of_tenders bigint;
BEGIN
    IF TG_TABLE_NAME = 'refunds_hold' THEN
        SELECT * INTO the_hold FROM refunds_hold WHERE id = NEW.id;
    ELSE
        SELECT * INTO the_hold FROM refunds_hold WHERE id = NEW.hold_id;
    END IF;
    IF the_hold.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(amount), 0) INTO of_lines FROM refunds_holdline
        WHERE hold_id = the_hold.id;
    SELECT coalesce(sum(amount), 0) INTO of_tenders FROM refunds_holdtender
        WHERE hold_id = the_hold.id;
    IF the_hold.amount <> of_lines OR the_hold.amount <> of_tenders THEN
        RAISE EXCEPTION 'Expected the hold of % to equal its shares', the_hold.case_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hold_adds_up AFTER INSERT OR UPDATE OF amount ON refunds_hold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_hold_adds_up();
CREATE CONSTRAINT TRIGGER hold_line_adds_up AFTER INSERT OR UPDATE ON refunds_holdline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_hold_adds_up();
CREATE CONSTRAINT TRIGGER hold_tender_adds_up AFTER INSERT OR UPDATE ON refunds_holdtender
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_hold_adds_up();

ALTER TABLE refunds_refundorder ADD CONSTRAINT refund_of_the_authorised_amount
    FOREIGN KEY (authorisation_id, amount) REFERENCES refunds_authorisation (id, amount);

CREATE FUNCTION refunds_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Expected % to be appended to only', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
END $$;
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE
    ON refunds_ledgertransaction FOR EACH ROW EXECUTE FUNCTION refunds_append_only();
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE
    ON refunds_ledgerentry FOR EACH ROW EXECUTE FUNCTION refunds_append_only();

CREATE FUNCTION refunds_ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_id bigint := CASE TG_TABLE_NAME WHEN 'refunds_ledgerentry'
        THEN (to_jsonb(NEW) ->> 'transaction_id')::bigint
        ELSE (to_jsonb(NEW) ->> 'id')::bigint END;
BEGIN
    IF (SELECT count(DISTINCT currency) <> 1 OR sum(amount) <> 0 OR count(*) < 2
          FROM refunds_ledgerentry WHERE transaction_id = the_id) THEN
        RAISE EXCEPTION 'Expected ledger transaction % to balance', the_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_transaction_balances AFTER INSERT ON refunds_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_ledger_balances();
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON refunds_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_ledger_balances();

CREATE FUNCTION refunds_paid_is_proven() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_part refunds_refundpart;
    the_refund refunds_refundorder;
    settled bigint;
BEGIN
    SELECT * INTO the_part FROM refunds_refundpart WHERE id = NEW.id;
    IF the_part.id IS NULL OR the_part.state <> 'succeeded' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO the_refund FROM refunds_refundorder WHERE id = the_part.refund_id;
    IF the_part.provider <> '' AND the_part.offline_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM refunds_refundattempt
         WHERE part_id = the_part.id AND state = 'succeeded') THEN
        RAISE EXCEPTION 'Expected a proof that part % of % was paid',
            the_part.position, the_refund.refund_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_is_proven';
    END IF;
    SELECT count(*) FILTER (WHERE kind = 'settlement') - count(*) FILTER (WHERE kind = 'reversal')
      INTO settled FROM refunds_ledgertransaction
     WHERE refund_no = the_refund.refund_no
       AND posting_key LIKE the_refund.refund_no || ':' || the_part.position || ':%';
    IF settled <> 1 THEN
        RAISE EXCEPTION 'Expected part % of % to be posted once, but it is % times',
            the_part.position, the_refund.refund_no, settled
            USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_is_posted';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER part_paid_is_proven AFTER INSERT OR UPDATE ON refunds_refundpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_paid_is_proven();

CREATE FUNCTION refunds_success_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM refunds_refundorder WHERE id = NEW.id) = 'succeeded' AND (
        SELECT coalesce(sum(amount), 0) FROM refunds_refundpart
         WHERE refund_id = NEW.id AND state = 'succeeded') <> NEW.amount THEN
        RAISE EXCEPTION 'Expected all of refund % to be paid', NEW.refund_no
            USING ERRCODE = 'check_violation', CONSTRAINT = 'success_is_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refund_success_is_whole AFTER INSERT OR UPDATE ON refunds_refundorder
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refunds_success_is_whole();
"""

BACKWARD = """
DROP TRIGGER refund_success_is_whole ON refunds_refundorder;
DROP FUNCTION refunds_success_is_whole();
DROP TRIGGER part_paid_is_proven ON refunds_refundpart;
DROP FUNCTION refunds_paid_is_proven();
DROP TRIGGER ledger_entry_balances ON refunds_ledgerentry;
DROP TRIGGER ledger_transaction_balances ON refunds_ledgertransaction;
DROP FUNCTION refunds_ledger_balances();
DROP TRIGGER ledger_entry_append_only ON refunds_ledgerentry;
DROP TRIGGER ledger_transaction_append_only ON refunds_ledgertransaction;
DROP FUNCTION refunds_append_only();
ALTER TABLE refunds_refundorder DROP CONSTRAINT refund_of_the_authorised_amount;
DROP TRIGGER hold_tender_adds_up ON refunds_holdtender;
DROP TRIGGER hold_line_adds_up ON refunds_holdline;
DROP TRIGGER hold_adds_up ON refunds_hold;
DROP FUNCTION refunds_hold_adds_up();
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
