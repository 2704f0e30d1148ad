"""Findings are told apart by their figures, and remember by how much they lowered a ceiling."""

from __future__ import annotations

from django.db import migrations, models

FORWARD = """
UPDATE refunds_reconciliationrow SET billed = true
 WHERE finding IN ('MATCH', 'LATE', 'ONLY_THEIRS');
UPDATE refunds_reconciliationrow SET beside = greatest(theirs, 0)
 WHERE finding = 'ONLY_THEIRS' AND theirs IS NOT NULL;
UPDATE refunds_reconciliationrow
   SET beside = CASE WHEN theirs > ours THEN theirs - ours ELSE greatest(theirs, 0) END
 WHERE finding = 'DUPLICATE_SUSPECT' AND theirs IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0007_one_currency")]
    operations = [
        migrations.AddField("reconciliationrow", "billed", models.BooleanField(default=False)),
        migrations.AddField("reconciliationrow", "beside", models.BigIntegerField(default=0)),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        migrations.RemoveConstraint("reconciliationrow", "finding_once_per_day"),
        migrations.AddConstraint(
            "reconciliationrow",
            models.UniqueConstraint(
                fields=["provider", "bill_date", "provider_key", "finding", "theirs"],
                name="finding_once_per_figures",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            "reconciliationrow", models.Index(fields=["provider_key"], name="findings_of_key")
        ),
    ]
