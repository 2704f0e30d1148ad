"""A published policy is never changed: running cases and auditors rely on it."""

from __future__ import annotations

from django.db import migrations

FORWARD = """
CREATE FUNCTION policies_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (TG_OP = 'DELETE'
        OR (NEW.tenant, NEW.version, NEW.content, NEW.title, NEW.drafted_by,
            NEW.published_by, NEW.published_at)
           IS DISTINCT FROM (OLD.tenant, OLD.version, OLD.content, OLD.title, OLD.drafted_by,
            OLD.published_by, OLD.published_at)
        OR NEW.status = 'draft') THEN
        RAISE EXCEPTION 'Expected published policy % of % to stay as it is', OLD.version, OLD.tenant
            USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_published_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER policy_published_stays BEFORE UPDATE OR DELETE ON policies_policy
    FOR EACH ROW EXECUTE FUNCTION policies_published_stays();
"""

BACKWARD = """
DROP TRIGGER policy_published_stays ON policies_policy;
DROP FUNCTION policies_published_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
