"""The number sequence, and what the database itself refuses to change."""

from __future__ import annotations

from django.db import migrations

_ONLY_ADDED = (
    "cases_round",
    "cases_lineapplication",
    "cases_decision",
    "cases_dispute",
    "cases_verdict",
    "cases_moneymark",
    "cases_closing",
    "cases_evidence",
)

_SEQUENCE = "CREATE SEQUENCE cases_case_no_seq MINVALUE 1 MAXVALUE 999999 CYCLE"

_REFUSE = """
CREATE FUNCTION cases_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_KEEP_ENDINGS = """
CREATE FUNCTION cases_keep_endings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Case % has ended as %, it cannot become %',
        OLD.case_no, OLD.status, NEW.status
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_ENDINGS_TRIGGER = """
CREATE TRIGGER cases_keep_endings BEFORE UPDATE OF status ON cases_case FOR EACH ROW
WHEN (
    OLD.status IN ('refunded', 'withdrawn', 'not_eligible', 'closed_by_verdict')
    AND NEW.status <> OLD.status
    AND NOT (OLD.status = 'refunded' AND NEW.status = 'reversed')
)
EXECUTE FUNCTION cases_keep_endings()
"""


def _trigger(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION cases_refuse_change()"
    )


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_first")]

    operations = [
        migrations.RunSQL(_SEQUENCE, "DROP SEQUENCE cases_case_no_seq"),
        migrations.RunSQL(_REFUSE, "DROP FUNCTION cases_refuse_change()"),
        *(
            migrations.RunSQL(_trigger(table), f"DROP TRIGGER {table}_only_added ON {table}")
            for table in _ONLY_ADDED
        ),
        migrations.RunSQL(_KEEP_ENDINGS, "DROP FUNCTION cases_keep_endings()"),
        migrations.RunSQL(_ENDINGS_TRIGGER, "DROP TRIGGER cases_keep_endings ON cases_case"),
    ]
