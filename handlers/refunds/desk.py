"""What people of finance may see and do: unknown outcomes, findings, transfers that came back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from handlers.refunds import people, proposals, reading, statements
from handlers.refunds.values import (
    FindingView,
    RefundStatus,
    StatementView,
    TransferView,
    UnknownOutcome,
)


@transaction.atomic
def confirm_unknown(
    provider_key: str, *, paid: bool, by: str, second_by: str, proof: str
) -> RefundStatus:
    """Two people found out what became of a refund that the provider cannot tell.

    Raises:
        FourEyesMissing: not two different people.
        NotTerminal: its outcome is not unknown.
        UnknownRefund: nobody has that key.
    """
    refund = people.confirm_unknown(
        provider_key, paid=paid, by=by, second_by=second_by, proof=proof
    )
    return reading.status_of(refund.case_no)


def unknown_outcomes(case_nos: Collection[str]) -> dict[str, UnknownOutcome]:
    """By case: the key of which nobody can say whether it was paid, if there is one."""
    return statements.unknown_outcomes(case_nos)


@transaction.atomic
def state_outcome(provider_key: str, *, paid: bool, by: str, proof: str) -> StatementView:
    """Say what became of a key that the provider cannot tell; a second person must agree.

    Raises:
        NotTerminal: its outcome is not unknown, or somebody has said something already.
        RefundError: no proof is given.
        UnknownRefund: nobody has that key.
    """
    return statements.state_outcome(provider_key, paid=paid, by=by, proof=proof)


@transaction.atomic
def answer_statement(statement_id: int, *, agreed: bool, by: str) -> RefundStatus:
    """Agree, and it counts as the provider's word; or refuse, and it is as if never said.

    Raises:
        FourEyesMissing: who said it cannot agree to it.
        NoStatement: somebody was faster.
        NotTerminal: the provider has spoken meanwhile.
    """
    return reading.status_of(statements.answer(statement_id, agreed=agreed, by=by))


def open_findings(*, limit: int = 100) -> list[FindingView]:
    """What reconciliation found and nobody has put right yet, oldest first."""
    return reading.open_findings(limit=limit)


@transaction.atomic
def close_finding(finding_id: int, *, by: str, note: str, back: bool = False) -> bool:
    """Say that a finding was dealt with; True: it is closed, False: a second person must agree.

    Critical ones need two people. `back`: the money that left beside our books is back.

    Raises:
        FourEyesMissing: it is about the buyer's own money.
        NoStatement: it is closed already.
        NotTerminal: somebody has proposed something already.
        RefundError: nothing is written, or nothing is missing that could be back.
    """
    return proposals.close_finding(finding_id, back=back, by=by, note=note.strip()[:400])


@transaction.atomic
def report_return(bank_reference: str, *, by: str, note: str) -> None:
    """Say that the bank transfer of a refund came back; a second person must agree.

    Raises:
        FourEyesMissing, NotTerminal, RefundError: as `close_finding`.
        UnknownRefund: no refund was paid by it.
    """
    proposals.report_return(bank_reference.strip(), by=by, note=note.strip()[:400])


@transaction.atomic
def answer_proposal(proposal_id: int, *, agreed: bool, by: str) -> None:
    """Agree to what somebody of finance proposed, and it is done; or refuse it.

    Raises:
        FourEyesMissing: who proposed it cannot agree to it, nor the buyer.
        NoStatement: somebody was faster, or it has been put right meanwhile.
        RefundError: nothing is missing any more that could be back.
    """
    proposals.answer(proposal_id, agreed=agreed, by=by)


def returned_transfers() -> list[TransferView]:
    """Bank transfers of which somebody says that they came back, oldest first."""
    return proposals.transfers()
