"""The words for where money stands."""

from __future__ import annotations

from django.db import models


class HoldState(models.TextChoices):
    OPEN = "open"
    COMMITTED = "committed"  # a refund order lives on it
    SETTLED = "settled"
    RELEASED = "released"


class Basis(models.TextChoices):
    """What entitles a refund: people who answer for it, or the policy."""

    SELLER = "seller"
    VERDICT = "verdict"
    AUTO = "auto"
    SILENCE = "silence"
    AGREEMENT = "agreement"  # an accepted offer: whoever made it answers for it
    DEFAULT = "default"


POLICY = (Basis.AUTO, Basis.SILENCE, Basis.DEFAULT)
"""On these nobody has decided; on every other basis people have, and four eyes count."""


class RefundState(models.TextChoices):
    """A refund order (flows §2.10)."""

    CREATED = "created"
    SUBMITTING = "submitting"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    ABNORMAL = "abnormal"
    CLOSED = "closed"
    REJECTED = "rejected"
    SUCCEEDED = "succeeded"
    REVERSED = "reversed"
    CANCELLED = "cancelled"


class PartState(models.TextChoices):
    """What one tender gives back."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"


class AttemptState(models.TextChoices):
    """One provider key."""

    CREATED = "created"
    SENT = "sent"  # the intent is stored; what became of the call is not known yet
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    ABNORMAL = "abnormal"
    CLOSED = "closed"
    REJECTED = "rejected"
    SUCCEEDED = "succeeded"
    REVERSED = "reversed"
    ABANDONED = "abandoned"  # paid another way while the provider stayed silent


UNANSWERED = (AttemptState.SENT, AttemptState.UNKNOWN)
"""The provider was called, or may have been, and what became of it is not known."""
MAY_STILL_PAY = (
    AttemptState.SENT,
    AttemptState.PROCESSING,
    AttemptState.UNKNOWN,
    AttemptState.ABNORMAL,
)
"""The provider may execute the key, or has: nothing else may be tried meanwhile."""


class Proof(models.TextChoices):
    """How we know that money moved (M10)."""

    REPLY = "reply"
    QUERY = "query"
    CALLBACK = "callback"
    PEOPLE = "people"  # two persons and a bank reference


class Posting(models.TextChoices):
    """Kinds of ledger transactions."""

    OBLIGATION = "obligation"
    SETTLEMENT = "settlement"
    REVERSAL = "reversal"
    CANCELLATION = "cancellation"
    GRANT = "grant"


class Finding(models.TextChoices):
    """Classes of the daily reconciliation (adapters §3.1.6)."""

    MATCH = "MATCH"
    ONLY_OURS = "ONLY_OURS"
    ONLY_THEIRS = "ONLY_THEIRS"
    AMOUNT_DIFF = "AMOUNT_DIFF"
    STATUS_DIFF = "STATUS_DIFF"
    DUPLICATE_SUSPECT = "DUPLICATE_SUSPECT"
    LATE = "LATE"
