"""A limit is counted in one currency, so nothing of an order may be in another.

What is held is in the order's currency, the word on it in the hold's, the refund in the word's.
"""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION refunds_one_currency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    expected text;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'refunds_authorisation' THEN
            SELECT currency INTO expected FROM refunds_hold WHERE id = NEW.hold_id;
        WHEN 'refunds_refundorder' THEN
            SELECT currency INTO expected FROM refunds_authorisation
             WHERE id = NEW.authorisation_id;
        ELSE
            SELECT currency INTO expected FROM orders_order WHERE order_no = NEW.order_no;
    END CASE;
    IF NEW.currency <> expected THEN
        RAISE EXCEPTION 'Expected an amount in % for case %, but found %',
            expected, NEW.case_no, NEW.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'one_currency';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hold_in_one_currency BEFORE INSERT OR UPDATE OF currency, order_no
    ON refunds_hold FOR EACH ROW EXECUTE FUNCTION refunds_one_currency();
CREATE TRIGGER grant_in_one_currency BEFORE INSERT OR UPDATE OF currency, order_no
    ON refunds_grant FOR EACH ROW EXECUTE FUNCTION refunds_one_currency();
CREATE TRIGGER authorisation_in_one_currency BEFORE INSERT OR UPDATE OF currency, hold_id
    ON refunds_authorisation FOR EACH ROW EXECUTE FUNCTION refunds_one_currency();
CREATE TRIGGER refund_in_one_currency BEFORE INSERT OR UPDATE OF currency, authorisation_id
    ON refunds_refundorder FOR EACH ROW EXECUTE FUNCTION refunds_one_currency();
"""

BACKWARD = """
DROP TRIGGER refund_in_one_currency ON refunds_refundorder;
DROP TRIGGER authorisation_in_one_currency ON refunds_authorisation;
DROP TRIGGER grant_in_one_currency ON refunds_grant;
DROP TRIGGER hold_in_one_currency ON refunds_hold;
DROP FUNCTION refunds_one_currency();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("refunds", "0006_four_eyes_of_an_order"),
        ("orders", "0003_one_currency"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
