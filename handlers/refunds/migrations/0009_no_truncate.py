"""Emptying the books is no way around them, `manage.py flush` included.

Tests empty their tables after themselves: they say so with `afterflow.may_truncate`.
"""

from __future__ import annotations

from django.db import migrations

TABLES = (
    "refunds_ledgertransaction",
    "refunds_ledgerentry",
    "refunds_authorisation",
    "refunds_offlinepayment",
    "refunds_refundattempt",
)

FORWARD = """
CREATE FUNCTION refunds_no_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('afterflow.may_truncate', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'Expected % to be appended to only', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_append_only';
    END IF;
    RETURN NULL;
END $$
"""


def _trigger(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refunds_no_truncate()",
        f"DROP TRIGGER {table}_no_truncate ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0008_findings_by_figures")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION refunds_no_truncate()"),
        *(_trigger(table) for table in TABLES),
    ]
