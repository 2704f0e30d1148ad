"""What was decided and what was sent stays as it was: figures, keys and signatures of people."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION refunds_figures_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := TG_ARGV[0]::text[];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'Expected % % to keep its figures', TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'figures_stay';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authorisation_stays BEFORE UPDATE OR DELETE ON refunds_authorisation
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{superseded_at}');
CREATE TRIGGER refund_stays BEFORE UPDATE OR DELETE ON refunds_refundorder
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{state,waiting_key,messages,settled_at}');
CREATE TRIGGER part_stays BEFORE UPDATE OR DELETE ON refunds_refundpart
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{state,offline_id}');
CREATE TRIGGER attempt_stays BEFORE UPDATE OR DELETE ON refunds_refundattempt
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{state,sends,sent_at,provider_ref,code,
        message,fact_at,proof,proof_digest,settled_at}');
CREATE TRIGGER offline_stays BEFORE UPDATE OR DELETE ON refunds_offlinepayment
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{}');
CREATE TRIGGER grant_stays BEFORE UPDATE OR DELETE ON refunds_grant
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{}');
CREATE TRIGGER exchange_stays BEFORE UPDATE OR DELETE ON refunds_adapterlog
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{}');
CREATE TRIGGER notice_stays BEFORE UPDATE OR DELETE ON refunds_providerinbox
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{applied}');
"""

BACKWARD = """
DROP TRIGGER notice_stays ON refunds_providerinbox;
DROP TRIGGER exchange_stays ON refunds_adapterlog;
DROP TRIGGER grant_stays ON refunds_grant;
DROP TRIGGER offline_stays ON refunds_offlinepayment;
DROP TRIGGER attempt_stays ON refunds_refundattempt;
DROP TRIGGER part_stays ON refunds_refundpart;
DROP TRIGGER refund_stays ON refunds_refundorder;
DROP TRIGGER authorisation_stays ON refunds_authorisation;
DROP FUNCTION refunds_figures_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0002_guards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
