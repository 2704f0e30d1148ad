"""Where a row belongs."""

from __future__ import annotations

from django.db import models


class Placed(models.Model):
    """A row of one tenant in one region; `shard` is for routing only."""

    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    shard = models.SmallIntegerField()

    class Meta:
        abstract = True
