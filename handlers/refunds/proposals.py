"""What finance puts right with two people: differences, and bank transfers that came back.

Money beside our books, or paid by bank, can be refunded again only once it is proven to be
back; the bills prove the first by themselves (`findings.follow_bill`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from handlers.orders import api as orders
from handlers.refunds import facts, findings
from handlers.refunds.errors import (
    FourEyesMissing,
    NoStatement,
    NotTerminal,
    RefundError,
    UnknownRefund,
)
from handlers.refunds.locking import opened
from handlers.refunds.models import OfflinePayment, Proposal, ReconciliationRow
from handlers.refunds.people import check_parties
from handlers.refunds.states import PartState
from handlers.refunds.values import ProposalView, TransferView
from processes import clock


def close_finding(finding_id: int, *, back: bool, by: str, note: str) -> bool:
    """Close what is not critical; propose to close what is. True: it is closed.

    Raises:
        FourEyesMissing: the buyer of the order closes no difference about his own money.
        NoStatement: it is closed already.
        NotTerminal: somebody has proposed something already.
        RefundError: nothing of it is missing that could be back.
    """
    _check_words(by, note)
    row = ReconciliationRow.objects.select_for_update().filter(pk=finding_id).first()
    if row is None or row.closed_at is not None:
        raise NoStatement(f"Expected finding {finding_id} to be open, but it is closed")
    _check_buyer(row, by)
    if back and findings.standing_of(row) <= 0:
        raise RefundError(f"Expected something of {row.provider_key} to be missing still")
    if not row.critical and not back:
        _close(row, by=by, note=note)
        return True
    if row.proposals.filter(answered_at__isnull=True).exists():
        raise NotTerminal(f"Expected nobody to have proposed anything about {row}")
    Proposal.objects.create(finding=row, back=back, note=note, by=by, at=clock.now())
    return False


def report_return(bank_reference: str, *, by: str, note: str) -> Proposal:
    """Say that a bank transfer came back, which had paid a refund.

    Raises:
        FourEyesMissing: it is the buyer's own money.
        NotTerminal: somebody has said so already, or it counts as come back.
        UnknownRefund: no refund was paid by a transfer of that reference.
    """
    _check_words(by, note)
    payment = OfflinePayment.objects.filter(bank_reference=bank_reference).first()
    if payment is None:
        raise UnknownRefund(bank_reference)
    case = opened(refund_no=payment.refund.refund_no)
    check_parties(case, by)
    said = payment.proposals.filter(answered_at__isnull=True).exists()
    if said or not payment.parts.exists():
        raise NotTerminal(f"Expected nobody to have said that {bank_reference} came back")
    return Proposal.objects.create(payment=payment, back=True, note=note, by=by, at=clock.now())


def answer(proposal_id: int, *, agreed: bool, by: str) -> None:
    """A second person agrees, and it is done; or refuses, and it is as if never said.

    Raises:
        FourEyesMissing: who proposed it cannot agree to it, nor the buyer.
        NoStatement: somebody was faster, or it has been put right meanwhile.
        RefundError: nothing of it is missing any more that could be back.
    """
    _check_person(by)
    row = Proposal.objects.select_related("finding", "payment__refund").filter(pk=proposal_id)
    proposal = row.first()
    if proposal is None:
        raise NoStatement(f"Expected proposal {proposal_id}, but there is none")
    if agreed and proposal.by == by:
        raise FourEyesMissing(f"Expected somebody other than {by} to agree")
    order_no = _order_of(proposal)
    if order_no:
        orders.lock_money(order_no)
    answered = Proposal.objects.filter(pk=proposal.pk, answered_at__isnull=True).update(
        answered_by=by, answered_at=clock.now(), agreed=agreed
    )
    if not answered:
        raise NoStatement(f"Expected proposal {proposal_id} to be open, but it is answered")
    if agreed and proposal.payment is not None:
        _take_back(proposal.payment, proposal, by=by)
    elif agreed:
        _settle(proposal, by=by)


def of_findings(ids: Collection[int]) -> Mapping[int, ProposalView]:
    """By finding: what somebody proposed, and nobody has answered yet."""
    rows = Proposal.objects.filter(finding__in=list(ids), answered_at__isnull=True)
    return {row.finding_id: _view(row) for row in rows if row.finding_id is not None}


def transfers() -> list[TransferView]:
    """Transfers of which somebody says that they came back, oldest first."""
    rows = Proposal.objects.filter(payment__isnull=False, answered_at__isnull=True)
    return [
        TransferView(
            case_no=row.payment.refund.case_no,
            bank_reference=row.payment.bank_reference,
            amount=row.payment.amount,
            currency=row.payment.currency,
            proposal=_view(row),
        )
        for row in rows.select_related("payment__refund").order_by("pk")
        if row.payment is not None
    ]


def _view(row: Proposal) -> ProposalView:
    return ProposalView(id=row.pk, back=row.back, note=row.note, by=row.by, at=row.at)


def _check_person(by: str) -> None:
    if not by or by == findings.RECONCILIATION:
        raise FourEyesMissing(f"Expected the name of a person, but found {by!r}")


def _check_words(by: str, note: str) -> None:
    _check_person(by)
    if not note.strip():
        raise RefundError("Expected a note of what was done, or how it is known")


def _order_of(proposal: Proposal) -> str:
    if proposal.payment is not None:
        return str(proposal.payment.refund.order_no)
    place = findings.place_of(proposal.finding) if proposal.finding else None
    return place[0] if place else ""


def _check_buyer(row: ReconciliationRow, by: str) -> None:
    place = findings.place_of(row)
    if place and orders.get_order(place[0]).buyer == by:
        raise FourEyesMissing(f"Expected somebody other than the buyer {by}")


def _settle(proposal: Proposal, *, by: str) -> None:
    found = ReconciliationRow.objects.select_for_update().filter(proposals=proposal)
    row = found.filter(closed_at__isnull=True).first()
    if row is None:
        raise NoStatement(f"Expected {proposal.finding} to be open, but it is closed")
    _check_buyer(row, by)
    if proposal.back:
        findings.give_back(row)
    _close(row, by=by, note=proposal.note)


def _close(row: ReconciliationRow, *, by: str, note: str) -> None:
    row.closed_at, row.closed_by, row.note = clock.now(), by, note[:400]
    row.save(update_fields=["closed_at", "closed_by", "note"])


def _take_back(payment: OfflinePayment, proposal: Proposal, *, by: str) -> None:
    case = opened(refund_no=payment.refund.refund_no)
    check_parties(case, by)
    parts = [part for part in case.parts if part.offline_id == payment.pk]
    if not any(part.state == PartState.SUCCEEDED for part in parts):
        raise NoStatement(f"Expected {payment.bank_reference} to count as paid")
    facts.reverse_transfer(case, payment, parts, actor=f"{proposal.by}, {by}")
