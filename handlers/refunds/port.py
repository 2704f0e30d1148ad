"""The port to payment providers: five outcomes leave an adapter, and nothing else.

An adapter translates; it decides nothing. It never raises for what a provider or a network
does: whatever is not surely executed, surely refused or surely not sent is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

MOST = 10**15
"""Minor units: no single payment comes near."""


class Outcome(StrEnum):
    DONE = "done"
    """Final success."""
    ACCEPTED = "accepted"
    """The provider took it; the result comes later."""
    REJECTED = "rejected"
    """A business refusal; nothing was executed, repeating does not help."""
    RETRY = "retry"
    """Surely not executed: the same again, later."""
    UNKNOWN = "unknown"
    """May have been executed: ask by key first, never use a new key."""


class Mode(StrEnum):
    """What a provider promises about one key (architecture D6)."""

    IDEMPOTENT = "idempotent"
    """The same key never moves money twice."""
    LOOKUP = "lookup"
    """It does, but the provider can be asked whether it did."""
    NONE = "none"
    """Neither: an unknown outcome goes to a person."""


class Status(StrEnum):
    """What a provider says has become of a key."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"
    """Terminal: it was not paid, or came back; only a new key can pay."""
    ABNORMAL = "abnormal"
    """The account cannot take it; not final."""
    NOT_FOUND = "not_found"
    """The provider has never heard of the key."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a provider says about one key, in our words. Compared with our own record."""

    provider_key: str
    status: Status
    payment_ref: str = ""
    provider_ref: str = ""
    amount: int | None = None
    total: int | None = None
    currency: str = ""
    changed_at: datetime | None = None
    """The provider's time of this status."""

    def __post_init__(self) -> None:
        """Refuse what no record of ours could hold, so that looking for it breaks nothing.

        Raises:
            ValueError: a NUL in a text, an amount beyond all money.
        """
        texts = (self.provider_key, self.payment_ref, self.provider_ref, self.currency)
        if any("\0" in text for text in texts):
            raise ValueError("Expected text without NUL")
        if any(abs(amount or 0) >= MOST for amount in (self.amount, self.total)):
            raise ValueError("Expected an amount of money")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came of one call."""

    outcome: Outcome
    code: str = ""
    message: str = ""
    provider_ref: str = ""
    raw: str = ""
    """As received, for the log and for the digest of a proof."""
    retry_after_s: float | None = None
    fact: Fact | None = None
    """Present when the provider's signed answer speaks about the key."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One refund to ask for; the same key always carries the same request."""

    provider_key: str
    payment_ref: str
    amount: int
    total: int
    currency: str
    reason: str
    notify_url: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A callback whose signature was good."""

    notify_id: str
    fact: Fact


@dataclass(frozen=True, kw_only=True)
class BillRow:
    """One movement on the provider's bill of a day."""

    provider_key: str
    payment_ref: str
    provider_ref: str
    amount: int
    currency: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what is no movement of money.

        Raises:
            ValueError, TypeError: a NUL in a text, no whole amount, a moment without its zone.
        """
        texts = (self.provider_key, self.payment_ref, self.provider_ref, self.currency)
        if not all(isinstance(text, str) for text in texts) or type(self.amount) is not int:
            raise TypeError("Expected texts and an amount in minor units")
        if any("\0" in text for text in texts) or abs(self.amount) >= MOST:
            raise ValueError("Expected an amount of money, and text without NUL")
        if self.at.tzinfo is None:
            raise ValueError("Expected a moment with its zone")


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    mode: Mode
    settle: timedelta = timedelta(seconds=15)
    """Call time-out plus the provider's longest processing: before, a look-up proves nothing."""
    window: timedelta | None = timedelta(days=365)
    max_partial: int | None = 50
    min_interval: timedelta | None = timedelta(minutes=1)
    """Between two refunds of one payment."""
    can_query: bool = True
    call_timeout: timedelta = timedelta(seconds=10)


class CallbackRefused(Exception):
    """A callback that is not the provider's, or makes no sense. `reason` is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Callback refused: {reason}")
        self.reason = reason


class BillUnavailable(Exception):
    """The provider does not give the bill of that day (yet)."""


class RefundProvider(Protocol):
    """A payment provider."""

    @property
    def capabilities(self) -> Capabilities: ...

    def submit(self, request: Request) -> Reply:
        """Ask for a refund. Always under the key that was stored before."""
        ...

    def query(self, provider_key: str) -> Reply:
        """Ask what became of a key; `fact.status` NOT_FOUND when the provider never had it."""
        ...

    def retry_abnormal(self, *, provider_key: str, provider_ref: str) -> Reply:
        """Send an abnormal refund to another account of the buyer."""
        ...

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Verify and read a callback.

        Raises:
            CallbackRefused: `signature`, `skew` or `schema`.
        """
        ...

    def download_bill(self, day: date) -> Sequence[BillRow]:
        """Every refund executed on that day.

        Raises:
            BillUnavailable: try later.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class ProviderConfig:
    """One entry of the setting PAYMENT_PROVIDERS."""

    name: str
    base_url: str
    key_id: str
    secret: str = field(repr=False)
    previous_secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Key id → secret that still verify while keys are rotated."""
    mode: Mode = Mode.NONE
    settle: timedelta = timedelta(seconds=15)
    min_interval: timedelta = timedelta(minutes=1)
    call_timeout: timedelta = timedelta(seconds=10)

    @classmethod
    def read(cls, name: str, entry: Mapping[str, Any]) -> ProviderConfig:
        """Read a settings entry; what it does not say is the careful choice."""
        return cls(
            name=name,
            base_url=entry["base_url"].rstrip("/"),
            key_id=entry["key_id"],
            secret=entry["secret"],
            previous_secrets=entry.get("previous_secrets", {}),
            mode=Mode(entry.get("mode", Mode.NONE)),
            settle=timedelta(seconds=entry.get("settle_seconds", 15)),
            min_interval=timedelta(seconds=entry.get("min_interval_seconds", 60)),
            call_timeout=timedelta(seconds=entry.get("timeout_seconds", 10)),
        )
