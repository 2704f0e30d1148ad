"""Outcomes that only people can find out: one says what became of a key, another agrees."""

from __future__ import annotations

from collections.abc import Collection

from handlers.refunds import people
from handlers.refunds.errors import (
    FourEyesMissing,
    NoStatement,
    NotTerminal,
    RefundError,
    UnknownRefund,
)
from handlers.refunds.locking import opened, refund_no_of
from handlers.refunds.models import RefundAttempt, Statement
from handlers.refunds.states import UNANSWERED
from handlers.refunds.values import StatementView, UnknownOutcome
from processes import clock


def unknown_outcomes(case_nos: Collection[str]) -> dict[str, UnknownOutcome]:
    """By case: its key that was sent and of which nothing is known."""
    attempts = RefundAttempt.objects.filter(
        state__in=UNANSWERED, part__refund__case_no__in=list(case_nos)
    ).select_related("part__refund")
    rows = list(attempts)
    open_ones = Statement.objects.filter(attempt__in=rows, answered_at__isnull=True)
    said = {row.attempt_id: _view(row) for row in open_ones}
    return {row.part.refund.case_no: _outcome(row, said.get(row.pk)) for row in rows}


def state_outcome(provider_key: str, *, paid: bool, by: str, proof: str) -> StatementView:
    """Keep what one person says, until a second one answers.

    Raises:
        NotTerminal: the outcome is known, or somebody has said something already.
        RefundError: no proof.
        UnknownRefund: nobody has that key.
    """
    if not proof.strip():
        raise RefundError("Expected a proof of what became of the refund")
    opened(refund_no=refund_no_of(provider_key))
    attempt = RefundAttempt.objects.filter(provider_key=provider_key).first()
    if attempt is None:
        raise UnknownRefund(provider_key)
    if attempt.state not in UNANSWERED:
        raise NotTerminal(f"Expected {provider_key} to be unknown, but it is {attempt.state}")
    if attempt.statements.filter(answered_at__isnull=True).exists():
        raise NotTerminal(f"Expected nobody to have said what became of {provider_key}")
    return _view(
        Statement.objects.create(
            attempt=attempt, paid=paid, proof=proof.strip()[:400], by=by, at=clock.now()
        )
    )


def answer(statement_id: int, *, agreed: bool, by: str) -> str:
    """A second person answers; return the case's number.

    Raises:
        FourEyesMissing, NoStatement, NotTerminal: as they say.
    """
    found = Statement.objects.filter(pk=statement_id).select_related("attempt__part__refund")
    row = found.first()
    if row is None:
        raise NoStatement(f"Expected statement {statement_id}, but there is none")
    if agreed and row.by == by:
        raise FourEyesMissing(f"Expected somebody other than {by} to agree")
    opened(refund_no=row.attempt.part.refund.refund_no)
    answered = Statement.objects.filter(pk=row.pk, answered_at__isnull=True).update(
        answered_by=by, answered_at=clock.now(), agreed=agreed
    )
    if not answered:
        raise NoStatement(f"Expected statement {statement_id} to be open, but it is answered")
    if agreed:
        people.confirm_unknown(
            row.attempt.provider_key, paid=row.paid, by=row.by, second_by=by, proof=row.proof
        )
    return str(row.attempt.part.refund.case_no)


def void_statements(attempt: RefundAttempt) -> None:
    """The key is sent again: what somebody said of the calls before no longer holds."""
    attempt.statements.filter(answered_at__isnull=True).update(
        answered_by="refunds", answered_at=clock.now(), agreed=False
    )


def _view(row: Statement) -> StatementView:
    return StatementView(id=row.pk, paid=row.paid, proof=row.proof, by=row.by, at=row.at)


def _outcome(row: RefundAttempt, statement: StatementView | None) -> UnknownOutcome:
    part = row.part
    return UnknownOutcome(
        case_no=part.refund.case_no,
        refund_no=part.refund.refund_no,
        provider_key=row.provider_key,
        provider=part.provider,
        payment_ref=part.payment_ref,
        amount=part.amount,
        currency=part.refund.currency,
        sends=row.sends,
        sent_at=row.sent_at,
        statement=statement,
    )
