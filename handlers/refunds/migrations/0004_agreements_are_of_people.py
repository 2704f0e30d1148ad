"""An accepted offer is answered for by people: only auto, silence and default are policy's."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import F, Q

_POLICY = Q(basis__in=("auto", "silence", "default"))


class Migration(migrations.Migration):
    dependencies = [("refunds", "0003_figures_stay")]
    operations = [
        migrations.RemoveConstraint("authorisation", "authorisation_by_someone"),
        migrations.RemoveConstraint("authorisation", "authorisation_four_eyes"),
        migrations.AddConstraint(
            "authorisation",
            models.CheckConstraint(
                name="authorisation_by_someone", condition=_POLICY | ~Q(first_approver="")
            ),
        ),
        migrations.AddConstraint(
            "authorisation",
            models.CheckConstraint(
                name="authorisation_four_eyes",
                condition=_POLICY | Q(amount__lte=F("four_eyes_above")) | ~Q(second_approver=""),
            ),
        ),
    ]
