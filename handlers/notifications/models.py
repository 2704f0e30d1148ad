"""Notices and who has read them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Notification(models.Model):
    """One notice to one recipient by one channel. The row is the queue: nothing else is.

    A recipient is a login name, or an audience such as `lingyue/seller`. The text is made
    when it is read or sent, in the reader's language.
    """

    event = models.CharField(max_length=120)
    recipient = models.CharField(max_length=150)
    channel = models.CharField(max_length=20)
    template = models.CharField(max_length=60)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    shard = models.SmallIntegerField()
    case_no = models.CharField(max_length=24, db_index=True)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "channel", "template"], name="one_notice_a_key"
            )
        ]
        indexes = [
            models.Index(F("recipient"), F("id").desc(), name="notices_of_recipient"),
            models.Index(fields=["id"], condition=Q(sent_at=None), name="notices_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.recipient}"


class Reading(models.Model):
    """Somebody has read a notice: to an audience, each of its people reads for himself."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="readings"
    )
    login = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notification", "login"], name="one_reading_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.login} · {self.notification_id}"
