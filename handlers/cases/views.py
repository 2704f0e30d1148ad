"""A case as screens see it: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.cases.status import Status


@dataclass(frozen=True, kw_only=True)
class CaseLineView:
    """One line; `qty` None means money without goods."""

    line_no: str
    title: str
    qty: int | None
    amount: int


@dataclass(frozen=True, kw_only=True)
class EvidenceView:
    """One file."""

    id: int
    name: str
    media_type: str
    size: int
    by: str
    by_role: str
    note: str
    at: datetime
    inline: bool
    """May be shown in a page; anything else is only downloaded."""
    lost: bool
    """It was brought, but is not there any more."""


@dataclass(frozen=True, kw_only=True)
class RoundView:
    """One move in the talk between buyer, seller and platform, oldest first."""

    round: int
    at: datetime
    by: str
    by_role: str
    """buyer, seller, platform, or policy when a rule or silence decided."""
    kind: str
    """apply, amend, offer, accept, decline, lapse, approve, reject, dispute or verdict."""
    amount: int | None
    reason: str
    note: str


@dataclass(frozen=True, kw_only=True)
class VerdictView:
    """The verdict in force."""

    outcome: str
    amount: int
    responsible: str
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """Everything about one case. Amounts are minor units."""

    case_no: str
    order_no: str
    tenant: str
    region: str
    channel: str
    buyer: str
    status: Status
    round: int
    rounds_limit: int
    reason: str
    description: str
    title: str
    currency: str
    amount_requested: int
    shipping_requested: int
    amount_agreed: int | None
    offer_amount: int | None
    """Of the offer that waits for an answer."""
    shipped_meanwhile: bool
    policy_version: str
    created_at: datetime
    closed_at: datetime | None
    lines: tuple[CaseLineView, ...]
    evidence: tuple[EvidenceView, ...]
    negotiation: tuple[RoundView, ...]
    verdict: VerdictView | None
    can_withdraw: bool
