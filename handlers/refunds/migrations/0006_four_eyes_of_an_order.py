"""Four eyes count for an order: what was granted on it alone before is part of the limit."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q

_POLICY = Q(basis__in=("auto", "silence", "default"))

FORWARD = """
CREATE FUNCTION refunds_alone_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
BEGIN
    SELECT coalesce(sum(a.amount), 0) INTO counted
      FROM refunds_hold mine
      JOIN refunds_hold h ON h.order_no = mine.order_no AND h.id <> mine.id
      JOIN refunds_authorisation a ON a.hold_id = h.id
     WHERE mine.id = NEW.hold_id AND h.state <> 'released'
       AND a.superseded_at IS NULL AND a.second_approver = '';
    IF NEW.granted_alone < counted THEN
        RAISE EXCEPTION 'Expected % that was granted on the order alone to be counted', counted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'authorisation_counts_order';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authorisation_counts_order BEFORE INSERT ON refunds_authorisation
    FOR EACH ROW EXECUTE FUNCTION refunds_alone_is_counted();
"""
BACKWARD = """
DROP TRIGGER authorisation_counts_order ON refunds_authorisation;
DROP FUNCTION refunds_alone_is_counted();
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0005_statements")]
    operations = [
        migrations.AddField("authorisation", "granted_alone", models.BigIntegerField(default=0)),
        migrations.RemoveConstraint("authorisation", "authorisation_four_eyes"),
        migrations.AddConstraint(
            "authorisation",
            models.CheckConstraint(
                name="authorisation_four_eyes",
                condition=_POLICY
                | Q(four_eyes_above__gte=F("amount") + F("granted_alone"))
                | ~Q(second_approver=""),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
