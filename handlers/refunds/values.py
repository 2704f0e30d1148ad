"""Frozen values that cross the capability's border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class HoldView:
    case_no: str
    order_no: str
    currency: str
    amount: int
    state: str
    lines: tuple[tuple[str, int | None, int], ...]
    """Line number, quantity (None: money only), amount; an empty number is shipping's."""
    tenders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class AuthorisationView:
    amount: int
    basis: str
    approvers: tuple[str, ...]
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    provider_key: str
    provider: str
    tender_no: str
    amount: int
    state: str
    sends: int
    provider_ref: str
    code: str
    message: str
    proof: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RefundStatus:
    """Where a case's money stands."""

    case_no: str
    hold: HoldView | None = None
    authorisation: AuthorisationView | None = None
    refund_no: str = ""
    state: str = ""
    """A `RefundState`, empty before there is a refund order."""
    currency: str = ""
    amount: int = 0
    paid: int = 0
    """What has verifiably reached the buyer."""
    by_bank: int = 0
    """So much of it by bank transfer, not the way it was paid."""
    came_back: int = 0
    """So much had been transferred by bank and came back: it counts as paid no more."""
    owed: int = 0
    """What is left to pay in money; points and gift cards come back as what they are."""
    attempts: tuple[AttemptView, ...] = ()
    settled_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether everything has reached the buyer."""
        return self.state == "succeeded"


@dataclass(frozen=True, kw_only=True)
class Reversed:
    """A refund that had succeeded failed after all."""

    case_no: str
    refund_no: str
    provider_key: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class CallbackResult:
    """What to answer the provider."""

    status_code: int
    body: Mapping[str, str] = field(default_factory=dict)
    applied: bool = False
    case_no: str = ""
    """Whose refund it was about, when it was believed."""


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """What somebody of finance says; a second person has not answered yet."""

    id: int
    back: bool
    """The money is back, so that it can be refunded again."""
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TransferView:
    """A bank transfer of which somebody says that it came back."""

    case_no: str
    bank_reference: str
    amount: int
    currency: str
    proposal: ProposalView


@dataclass(frozen=True, kw_only=True)
class FindingView:
    """Something that reconciliation found and nobody has put right yet."""

    id: int
    provider: str
    bill_date: date
    finding: str
    provider_key: str
    payment_ref: str
    refund_no: str
    ours: int | None
    theirs: int | None
    currency: str
    critical: bool
    detail: str
    owner: str
    age: timedelta
    missing: int = 0
    """By so much it lowers what can still be refunded."""
    proposal: ProposalView | None = None


@dataclass(frozen=True, kw_only=True)
class StatementView:
    """What somebody says became of a key; a second person has not answered yet."""

    id: int
    paid: bool
    proof: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class UnknownOutcome:
    """A provider key of which nobody can say whether it was paid."""

    case_no: str
    refund_no: str
    provider_key: str
    provider: str
    payment_ref: str
    amount: int
    currency: str
    sends: int
    sent_at: datetime | None
    """Real time of the last call."""
    statement: StatementView | None
