"""What may follow what for one provider key, and what that makes of the refund order.

The life cycle neither locks nor saves. The refund order's state is no second truth: it is
computed from its parts and attempts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from viewflow.fsm.base import State

from handlers.refunds.models import RefundAttempt, RefundPart
from handlers.refunds.states import MAY_STILL_PAY, AttemptState, PartState, Proof, RefundState

_S = AttemptState


class AttemptLife:
    state = State(AttemptState, default=_S.CREATED)

    def __init__(self, attempt: RefundAttempt) -> None:
        self.attempt = attempt

    @state.setter()
    def _set(self, value: AttemptState) -> None:
        self.attempt.state = value

    @state.getter()
    def _get(self) -> AttemptState:
        return AttemptState(self.attempt.state)

    @state.transition(source={_S.CREATED, _S.SENT, _S.UNKNOWN}, target=_S.SENT)
    def send(self, *, at: datetime) -> None:
        """The intent: stored before the call is made."""
        self.attempt.sends += 1
        self.attempt.sent_at = at

    @state.transition(source={_S.SENT}, target=_S.UNKNOWN)
    def lose_track(self) -> None:
        """The call may have been executed."""

    @state.transition(source={_S.SENT, _S.UNKNOWN}, target=_S.CREATED)
    def find_unsent(self) -> None:
        """It surely was not executed: the same key may be sent (again)."""

    @state.transition(source={_S.REJECTED}, target=_S.CREATED)
    def reopen(self) -> None:
        """A refusal that may have lost its reason, e.g. after a top-up: the same key again."""

    @state.transition(source={_S.CREATED, _S.SENT}, target=_S.REJECTED)
    def reject(self) -> None:
        """A business refusal, and no earlier call of the key can have been executed."""

    @state.transition(source={_S.CREATED, *MAY_STILL_PAY}, target=_S.PROCESSING)
    def accept(self) -> None:
        """The provider has it; the result comes later."""

    @state.transition(source={_S.CREATED, *MAY_STILL_PAY}, target=_S.ABNORMAL)
    def find_abnormal(self) -> None:
        """The buyer's account cannot take it; not final."""

    @state.transition(source={_S.CREATED, *MAY_STILL_PAY}, target=_S.CLOSED)
    def close(self) -> None:
        """Terminal and unpaid: from here on, only a new key can pay."""

    @state.transition(
        source={_S.CREATED, *MAY_STILL_PAY, _S.REJECTED, _S.CLOSED, _S.ABANDONED},
        target=_S.SUCCEEDED,
    )
    def succeed(self, *, proof: Proof, digest: str, at: datetime) -> None:
        """Verified: the money moved; of a key left behind, once no other way has paid."""
        self.attempt.proof, self.attempt.proof_digest = proof, digest
        self.attempt.settled_at = at

    @state.transition(source={_S.SUCCEEDED}, target=_S.REVERSED)
    def reverse(self) -> None:
        """It came back after all."""

    @state.transition(source={_S.CREATED, _S.SENT, _S.UNKNOWN, _S.ABNORMAL}, target=_S.ABANDONED)
    def abandon(self) -> None:
        """The money went another way while the provider stayed silent."""


_OF_ATTEMPT = {
    _S.CREATED: RefundState.CREATED,
    _S.SENT: RefundState.SUBMITTING,
    _S.PROCESSING: RefundState.PROCESSING,
    _S.UNKNOWN: RefundState.UNKNOWN,
    _S.ABNORMAL: RefundState.ABNORMAL,
    _S.CLOSED: RefundState.CLOSED,
    _S.REJECTED: RefundState.REJECTED,
    _S.REVERSED: RefundState.REVERSED,
    _S.ABANDONED: RefundState.REJECTED,
    _S.SUCCEEDED: RefundState.PROCESSING,
}
_OUTCOMES = {
    RefundState.SUCCEEDED: "succeeded",
    RefundState.CLOSED: "closed",
    RefundState.REVERSED: "closed",
    RefundState.ABNORMAL: "abnormal",
    RefundState.REJECTED: "rejected",
    RefundState.CANCELLED: "rejected",
}


def current_part(parts: Sequence[RefundPart]) -> RefundPart | None:
    """The first part that has not been paid; parts are executed in their order."""
    return next((part for part in parts if part.state != PartState.SUCCEEDED), None)


def state_of(
    parts: Sequence[RefundPart], last_attempt: RefundAttempt | None, *, cancelled: bool
) -> RefundState:
    """The refund order's state; `last_attempt` is that of its current part."""
    if cancelled:
        return RefundState.CANCELLED
    if current_part(parts) is None:
        return RefundState.SUCCEEDED
    if last_attempt is None:
        paid = any(part.state == PartState.SUCCEEDED for part in parts)
        return RefundState.PROCESSING if paid else RefundState.CREATED
    return _OF_ATTEMPT[AttemptState(last_attempt.state)]


def outcome_of(state: str) -> str:
    """The word that diagrams know: succeeded, pending, closed, abnormal or rejected."""
    return _OUTCOMES.get(RefundState(state), "pending")
