"""A critical difference is closed by two people, and a transfer counts as come back on their word.

What one person closed alone before stays closed: it is not judged again.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

FORWARD = """
CREATE FUNCTION refunds_closed_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.critical AND NOT NEW.critical THEN
        RAISE EXCEPTION 'Expected finding % to stay critical', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_stays_critical';
    END IF;
    IF NEW.critical AND NEW.closed_at IS NOT NULL AND NEW.closed_by <> 'reconciliation'
       AND (TG_OP = 'INSERT' OR OLD.closed_at IS NULL OR OLD.closed_by <> NEW.closed_by)
       AND NOT EXISTS (SELECT 1 FROM refunds_proposal WHERE finding_id = NEW.id AND agreed
            AND answered_by = NEW.closed_by AND by <> NEW.closed_by) THEN
        RAISE EXCEPTION 'Expected two people to close finding %', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'finding_closed_by_two';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_closed_by_two BEFORE INSERT OR UPDATE ON refunds_reconciliationrow
    FOR EACH ROW EXECUTE FUNCTION refunds_closed_by_two();
CREATE TRIGGER proposal_stays BEFORE UPDATE OR DELETE ON refunds_proposal
    FOR EACH ROW EXECUTE FUNCTION refunds_figures_stay('{answered_by,answered_at,agreed}');
CREATE FUNCTION refunds_answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NOT NULL THEN
        RAISE EXCEPTION 'Expected proposal % to be answered once', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_answered_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposal_answered_once BEFORE UPDATE ON refunds_proposal
    FOR EACH ROW EXECUTE FUNCTION refunds_answered_once();
CREATE TRIGGER refunds_proposal_no_truncate BEFORE TRUNCATE ON refunds_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION refunds_no_truncate();
"""
BACKWARD = """
DROP TRIGGER refunds_proposal_no_truncate ON refunds_proposal;
DROP TRIGGER proposal_answered_once ON refunds_proposal;
DROP FUNCTION refunds_answered_once();
DROP TRIGGER proposal_stays ON refunds_proposal;
DROP TRIGGER finding_closed_by_two ON refunds_reconciliationrow;
DROP FUNCTION refunds_closed_by_two();
"""


def _pointing_to(model: str) -> models.ForeignKey:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="proposals",
        to=f"refunds.{model}",
    )


class Migration(migrations.Migration):
    dependencies = [("refunds", "0010_proof_as_written")]
    operations = [
        migrations.AddField("reconciliationrow", "returned", models.BigIntegerField(default=0)),
        migrations.AddConstraint(
            "reconciliationrow",
            models.CheckConstraint(
                name="finding_returns_not_negative", condition=Q(returned__gte=0)
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("finding", _pointing_to("reconciliationrow")),
                ("payment", _pointing_to("offlinepayment")),
                ("back", models.BooleanField()),
                ("note", models.CharField(max_length=400)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("answered_by", models.CharField(blank=True, max_length=150)),
                ("answered_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["finding"],
                        name="proposal_one_open_of_finding",
                        condition=Q(answered_at__isnull=True),
                    ),
                    models.UniqueConstraint(
                        fields=["payment"],
                        name="proposal_one_open_of_payment",
                        condition=Q(answered_at__isnull=True),
                    ),
                    models.UniqueConstraint(
                        fields=["payment"],
                        name="transfer_comes_back_once",
                        condition=Q(agreed=True),
                    ),
                    models.CheckConstraint(
                        name="proposal_of_one_thing",
                        condition=Q(finding__isnull=False, payment__isnull=True)
                        | Q(finding__isnull=True, payment__isnull=False, back=True),
                    ),
                    models.CheckConstraint(
                        name="proposal_two_people",
                        condition=~Q(by="")
                        & ~Q(note="")
                        & (~Q(agreed=True) | ~Q(answered_by=F("by"))),
                    ),
                    models.CheckConstraint(
                        name="proposal_answered_by_someone",
                        condition=Q(answered_at__isnull=True, agreed__isnull=True, answered_by="")
                        | Q(answered_at__isnull=False, agreed__isnull=False) & ~Q(answered_by=""),
                    ),
                ]
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
