"""Messages from outside, and who waits for them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .cases import ProcessInstance
from .placed import Placed


class MessageSubscription(Placed):
    """A token that waits for a message. At most one waits for a name and key: the constraint
    is what "correlated to exactly one" rests on. Of several tokens of a case the one that has
    waited longest has the row. Deleted when the message has come."""

    instance = models.ForeignKey(ProcessInstance, on_delete=models.PROTECT, db_index=False)
    token = models.CharField(max_length=64)
    element_id = models.CharField(max_length=200)
    name = models.CharField(max_length=100)
    correlation_key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "correlation_key"], name="subscription_one"),
            models.UniqueConstraint(fields=["instance", "token"], name="subscription_one_a_token"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.correlation_key}"


class Message(models.Model):
    """A message as it came in, kept so that the same one never counts twice.

    A message that nobody waits for yet is buffered until somebody does or it expires.
    """

    class State(models.TextChoices):
        BUFFERED = "buffered", _("buffered")
        DELIVERED = "delivered", _("delivered")
        STUCK = "stuck", _("stuck")
        EXPIRED = "expired", _("expired")

    name = models.CharField(max_length=100)
    correlation_key = models.CharField(max_length=200)
    message_id = models.CharField(max_length=200)
    """The sender's: the same id is the same message."""
    payload = models.JSONField(default=dict)
    tenant = models.CharField(max_length=32, blank=True)
    region = models.CharField(max_length=16, blank=True)
    """Whose case begins with it, if one does; empty: as the process says."""
    actor = models.CharField(max_length=150)
    via = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=State, default=State.BUFFERED)
    instance = models.ForeignKey(
        ProcessInstance, null=True, on_delete=models.PROTECT, db_index=False
    )
    """The case that took it."""
    begins = models.BooleanField(default=False)
    """Whether the case began with it."""
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["name", "correlation_key", "id"],
                name="message_buffered",
                condition=Q(state="buffered"),
            ),
            models.Index(
                fields=["expires_at"], name="message_expires", condition=Q(state="buffered")
            ),
            models.Index(
                fields=["name", "correlation_key"],
                name="message_begins",
                condition=Q(begins=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["name", "message_id"], name="message_once"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(instance__isnull=False),
                name="message_delivered_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.correlation_key} ({self.state})"
