"""Where a case stands: a pure function of what was recorded about it.

The stored status is only a copy of this (P4), kept so that lists can be filtered.
States and transitions: flows §2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """Status of a refund-only case."""

    SUBMITTED = "submitted"
    NEGOTIATING = "negotiating"
    REJECTED = "rejected"
    DISPUTED = "disputed"
    APPROVED = "approved"
    REFUNDING = "refunding"
    REFUND_FAILED = "refund_failed"
    REFUNDED = "refunded"
    REVERSED = "reversed"
    WITHDRAWN = "withdrawn"
    NOT_ELIGIBLE = "not_eligible"
    CLOSED_BY_VERDICT = "closed_by_verdict"


TERMINAL = frozenset(
    {
        Status.REFUNDED,
        Status.WITHDRAWN,
        Status.NOT_ELIGIBLE,
        Status.CLOSED_BY_VERDICT,
    }
)
"""Nothing leaves these but REFUNDED → REVERSED: then the money is owed again (P5)."""

OPEN = frozenset(Status) - TERMINAL


class Answer(StrEnum):
    """What became of an offer."""

    OPEN = ""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


class Ruling(StrEnum):
    """What the seller, a rule or silence decided about a round."""

    APPROVE = "approve"
    REJECT = "reject"


class Outcome(StrEnum):
    """What customer service decided."""

    REFUND = "refund"
    NONE = "none"


class Progress(StrEnum):
    """How far the money is."""

    STARTED = "started"
    FAILED = "failed"
    FINISHED = "finished"
    REVERSED = "reversed"


class Ending(StrEnum):
    """How a case ended without money."""

    WITHDRAWN = "withdrawn"
    NOT_ELIGIBLE = "not_eligible"
    CLOSED_BY_VERDICT = "closed_by_verdict"


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What is on record about a case, as far as its status depends on it."""

    round: int = 1
    offer: Answer | None = None
    """Answer to the latest offer of this round; None when there is none."""
    ruling: Ruling | None = None
    """The latest decision of this round."""
    disputed: bool = False
    verdict: Outcome | None = None
    """The verdict in force."""
    progress: Progress | None = None
    ending: Ending | None = None


_BY_PROGRESS = {
    Progress.STARTED: Status.REFUNDING,
    Progress.FAILED: Status.REFUND_FAILED,
    Progress.FINISHED: Status.REFUNDED,
    Progress.REVERSED: Status.REVERSED,
}


def derive(parts: Parts) -> Status:
    """The status that follows from the parts: endings first, then money, then decisions."""
    if parts.ending is not None:
        return Status(parts.ending.value)
    if parts.progress is not None:
        return _BY_PROGRESS[parts.progress]
    if parts.disputed:
        return Status.APPROVED if parts.verdict is Outcome.REFUND else Status.DISPUTED
    return _before_money(parts)


def _before_money(parts: Parts) -> Status:
    if parts.ruling is not None:
        return Status.APPROVED if parts.ruling is Ruling.APPROVE else Status.REJECTED
    return Status.NEGOTIATING if parts.offer is Answer.OPEN else Status.SUBMITTED
