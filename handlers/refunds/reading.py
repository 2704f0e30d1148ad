"""Rows as frozen values. No lock: to show, not to decide by."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Sum

from handlers.refunds import proposals
from handlers.refunds.models import (
    Authorisation,
    Hold,
    OfflinePayment,
    ReconciliationRow,
    RefundAttempt,
    RefundOrder,
    RefundPart,
)
from handlers.refunds.states import HoldState, PartState
from handlers.refunds.values import (
    AttemptView,
    AuthorisationView,
    FindingView,
    HoldView,
    RefundStatus,
)
from processes import clock


def status_of(case_no: str) -> RefundStatus:
    """Everything about a case's money; empty for a case that never held any."""
    hold = Hold.objects.filter(case_no=case_no).first()
    if hold is None:
        return RefundStatus(case_no=case_no)
    refund = RefundOrder.objects.filter(hold=hold).first()
    authorisation = hold.authorisations.filter(superseded_at__isnull=True).first()
    parts = list(refund.parts.all()) if refund else []
    return RefundStatus(
        case_no=case_no,
        hold=hold_view(hold),
        authorisation=_authorisation_view(authorisation) if authorisation else None,
        refund_no=refund.refund_no if refund else "",
        state=refund.state if refund else "",
        currency=hold.currency,
        amount=hold.amount if hold.state != HoldState.RELEASED else 0,
        paid=sum(part.amount for part in parts if part.state == PartState.SUCCEEDED),
        by_bank=sum(part.amount for part in parts if part.offline_id),
        came_back=_came_back(refund) if refund else 0,
        owed=_owed(parts) if hold.state == HoldState.COMMITTED else 0,
        attempts=_attempts(refund) if refund else (),
        settled_at=refund.settled_at if refund else None,
    )


def _owed(parts: Iterable[RefundPart]) -> int:
    unpaid = (part for part in parts if part.state == PartState.PENDING)
    return sum(part.amount for part in unpaid if part.provider)


def _came_back(refund: RefundOrder) -> int:
    returned = OfflinePayment.objects.filter(refund=refund, proposals__agreed=True)
    return int(returned.aggregate(sum=Sum("amount"))["sum"] or 0)


def hold_view(hold: Hold) -> HoldView:
    return HoldView(
        case_no=hold.case_no,
        order_no=hold.order_no,
        currency=hold.currency,
        amount=hold.amount,
        state=hold.state,
        lines=tuple(hold.lines.order_by("line_no").values_list("line_no", "qty", "amount")),
        tenders=tuple(hold.tenders.order_by("position").values_list("tender_no", "amount")),
    )


def open_findings(*, limit: int) -> list[FindingView]:
    """What is not put right yet, oldest first."""
    now = clock.now()
    found = ReconciliationRow.objects.filter(closed_at__isnull=True).order_by("opened_at", "pk")
    rows = list(found[:limit])
    proposed = proposals.of_findings([row.pk for row in rows])
    missing = _missing([row.provider_key for row in rows])
    return [
        FindingView(
            id=row.pk,
            provider=row.provider,
            bill_date=row.bill_date,
            finding=row.finding,
            provider_key=row.provider_key,
            payment_ref=row.payment_ref,
            refund_no=row.refund_no,
            ours=row.ours,
            theirs=row.theirs,
            currency=row.currency,
            critical=row.critical,
            detail=row.detail,
            owner=row.owner,
            age=now - row.opened_at,
            missing=missing.get((row.provider, row.provider_key), 0),
            proposal=proposed.get(row.pk),
        )
        for row in rows
    ]


def _missing(keys: Iterable[str]) -> dict[tuple[str, str], int]:
    """By provider and key: how much of it lowers a ceiling still."""
    rows = ReconciliationRow.objects.filter(provider_key__in=list(keys))
    sums = rows.values_list("provider", "provider_key").annotate(
        left=Sum("beside") - Sum("returned")
    )
    return {(provider, key): left for provider, key, left in sums}


def _authorisation_view(row: Authorisation) -> AuthorisationView:
    return AuthorisationView(
        amount=row.amount,
        basis=row.basis,
        approvers=tuple(name for name in (row.first_approver, row.second_approver) if name),
        given_at=row.given_at,
    )


def _attempts(refund: RefundOrder) -> tuple[AttemptView, ...]:
    rows = RefundAttempt.objects.filter(part__refund=refund).select_related("part")
    return tuple(
        AttemptView(
            provider_key=row.provider_key,
            provider=row.part.provider,
            tender_no=row.part.tender_no,
            amount=row.part.amount,
            state=row.state,
            sends=row.sends,
            provider_ref=row.provider_ref,
            code=row.code,
            message=row.message,
            proof=row.proof,
            created_at=row.created_at,
            settled_at=row.settled_at,
        )
        for row in rows.order_by("part__position", "number")
    )
