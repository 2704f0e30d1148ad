"""The life cycle of a refund-only case (flows §2.1): which step may follow which.

Each transition adds the record that justifies the new status; afterwards the status is
derived afresh from all records and must agree (P4). Neither locks nor saves: callers hold
the row (`locking.locked`), and `commands` saves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from viewflow.fsm import State

from handlers.cases.errors import StatusDisagrees
from handlers.cases.models import (
    Case,
    Closing,
    Decision,
    Dispute,
    MoneyMark,
    Offer,
    Round,
    Verdict,
)
from handlers.cases.parts import parts_of
from handlers.cases.status import (
    Answer,
    Ending,
    Outcome,
    Progress,
    Ruling,
    Status,
    derive,
)

WITHDRAWABLE = {
    Status.SUBMITTED,
    Status.NEGOTIATING,
    Status.REJECTED,
    Status.DISPUTED,
    Status.APPROVED,
}
"""From here the case can end without money; later the money is on its way (2.1 row 8)."""


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """Who decided what, and why: the content of a decision or a verdict."""

    amount: int = 0
    basis: str
    by: str
    second_by: str = ""
    reason: str = ""
    note: str = ""
    responsible: str = ""


class Lifecycle:
    """One locked case in the hands of the state machine. `at` is the moment of the act."""

    state = State(Status, default=Status.SUBMITTED)

    def __init__(self, case: Case, *, at: datetime) -> None:
        self.case = case
        self.at = at

    @state.getter()
    def _status(self) -> Status:
        return Status(self.case.status)

    @state.setter()
    def _set_status(self, status: Status) -> None:
        self.case.status = status.value

    @state.on_success()
    def _check(self, *_of_viewflow: Any, **_of_the_call: Any) -> None:
        derived = derive(parts_of(self.case))
        if derived is not Status(self.case.status):
            raise StatusDisagrees(self.case.case_no, stored=self.case.status, derived=derived)

    @state.transition(source=Status.SUBMITTED, target=Status.NEGOTIATING, permission=None)
    def offer(self, *, amount: int, by: str, note: str) -> None:
        """The seller proposes another amount."""
        Offer.objects.create(
            case=self.case,
            round=self.case.round,
            number=self.case.offers.count() + 1,
            by=by,
            amount=amount,
            note=note,
            at=self.at,
        )

    @state.transition(source=Status.NEGOTIATING, target=Status.SUBMITTED, permission=None)
    def agree(self) -> None:
        """The buyer accepts the open offer; a second person may still have to approve it."""
        self._answer(Answer.ACCEPTED)

    @state.transition(source=Status.NEGOTIATING, target=Status.SUBMITTED, permission=None)
    def decline(self, answer: Answer) -> None:
        """The buyer declines the open offer, or says nothing in time."""
        self._answer(answer)

    @state.transition(source=Status.SUBMITTED, target=Status.APPROVED, permission=None)
    def approve(self, ruled: Ruled) -> None:
        """The seller, a rule, silence or an agreement grants money."""
        self.case.amount_agreed = ruled.amount
        self._decide(Ruling.APPROVE, ruled)

    @state.transition(source=Status.SUBMITTED, target=Status.REJECTED, permission=None)
    def reject(self, ruled: Ruled) -> None:
        """The seller refuses this round."""
        self._decide(Ruling.REJECT, ruled)

    @state.transition(source=Status.REJECTED, target=Status.SUBMITTED, permission=None)
    def amend(self, *, amount: int, reason: str, note: str) -> None:
        """The buyer asks again, in a new round."""
        self.case.round += 1
        self.case.amount_requested = amount
        self.case.reason = reason
        add_round(self.case, note=note, at=self.at)

    @state.transition(
        source={Status.SUBMITTED, Status.NEGOTIATING, Status.REJECTED},
        target=Status.DISPUTED,
        permission=None,
    )
    def open_dispute(self, *, by: str) -> None:
        """One side calls in customer service."""
        if self.case.offers.filter(answer=Answer.OPEN.value).exists():
            self._answer(Answer.LAPSED)
        Dispute.objects.create(case=self.case, by=by, at=self.at)

    @state.transition(source=Status.DISPUTED, target=Status.APPROVED, permission=None)
    def grant(self, ruled: Ruled) -> None:
        """Customer service decides for a refund."""
        self.case.amount_agreed = ruled.amount
        self._judge(Outcome.REFUND, ruled)

    @state.transition(source=Status.DISPUTED, target=Status.DISPUTED, permission=None)
    def deny(self, ruled: Ruled) -> None:
        """Customer service decides against a refund; closing the case is the next step."""
        self._judge(Outcome.NONE, ruled)

    @state.transition(source=WITHDRAWABLE, target=Status.WITHDRAWN, permission=None)
    def withdraw(self, *, why: str) -> None:
        """The buyer gives up, by word or by silence, or another case takes over."""
        self._end(Ending.WITHDRAWN, why)

    @state.transition(source=Status.SUBMITTED, target=Status.NOT_ELIGIBLE, permission=None)
    def find_not_eligible(self, *, why: str) -> None:
        """The rules say no."""
        self._end(Ending.NOT_ELIGIBLE, why)

    @state.transition(source=Status.DISPUTED, target=Status.CLOSED_BY_VERDICT, permission=None)
    def close_by_verdict(self) -> None:
        """The verdict grants nothing."""
        self._end(Ending.CLOSED_BY_VERDICT, "")

    @state.transition(
        source={Status.APPROVED, Status.REFUND_FAILED, Status.REVERSED},
        target=Status.REFUNDING,
        permission=None,
    )
    def start_refund(self) -> None:
        """The money is on its way."""
        self._mark(Progress.STARTED)

    @state.transition(
        source={Status.REFUNDING, Status.REFUND_FAILED, Status.REVERSED},
        target=Status.REFUND_FAILED,
        permission=None,
    )
    def fail_refund(self, *, why: str) -> None:
        """The provider refused, or took back part of what went; finance looks at it."""
        self._mark(Progress.FAILED, why)

    @state.transition(
        source={Status.REFUNDING, Status.REFUND_FAILED, Status.REVERSED},
        target=Status.REFUNDED,
        permission=None,
    )
    def finish_refund(self) -> None:
        """The money has arrived, by the provider or by hand with proof."""
        self._mark(Progress.FINISHED)

    @state.transition(source=Status.REFUNDED, target=Status.REVERSED, permission=None)
    def reverse(self) -> None:
        """The provider takes its success back: the buyer is owed the money again."""
        self.case.closed_at = None
        self._mark(Progress.REVERSED)

    def _answer(self, answer: Answer) -> Offer:
        offer = self.case.offers.get(answer=Answer.OPEN.value)
        offer.answer, offer.answered_at = answer.value, self.at
        offer.save(update_fields=["answer", "answered_at"])
        return offer

    def _decide(self, ruling: Ruling, ruled: Ruled) -> None:
        Decision.objects.create(
            case=self.case,
            round=self.case.round,
            ruling=ruling.value,
            basis=ruled.basis,
            amount=ruled.amount if ruling is Ruling.APPROVE else None,
            by=ruled.by,
            second_by=ruled.second_by,
            reason=ruled.reason,
            note=ruled.note,
            at=self.at,
        )

    def _judge(self, outcome: Outcome, ruled: Ruled) -> None:
        last = self.case.verdicts.order_by("-number").first()
        Verdict.objects.create(
            case=self.case,
            supersedes=last,
            number=last.number + 1 if last else 1,
            outcome=outcome.value,
            amount=ruled.amount,
            responsible=ruled.responsible,
            reason=ruled.reason,
            basis=ruled.basis,
            by=ruled.by,
            second_by=ruled.second_by,
            at=self.at,
        )

    def _mark(self, progress: Progress, why: str = "") -> None:
        number = self.case.money_marks.count() + 1
        MoneyMark.objects.create(
            case=self.case, number=number, progress=progress.value, why=why[:200], at=self.at
        )

    def _end(self, ending: Ending, why: str) -> None:
        Closing.objects.create(case=self.case, ending=ending.value, why=why[:200], at=self.at)


def add_round(case: Case, *, note: str, at: datetime) -> None:
    """Put on record what the buyer asks for in the current round."""
    Round.objects.create(
        case=case,
        round=case.round,
        reason=case.reason,
        amount=case.amount_requested,
        note=note,
        by=case.buyer,
        at=at,
    )
