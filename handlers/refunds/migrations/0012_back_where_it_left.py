"""What came back is counted where it had left, so that it cannot be counted once more by people."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("refunds", "0011_two_people_close")]
    operations = [
        migrations.AddField("reconciliationrow", "credited", models.BigIntegerField(default=0)),
        migrations.RemoveConstraint("reconciliationrow", "finding_returns_not_negative"),
        migrations.AddConstraint(
            "reconciliationrow",
            models.CheckConstraint(
                name="finding_returns_what_left",
                condition=Q(returned__gte=0, credited__gte=0, beside__gte=F("returned")),
            ),
        ),
    ]
