"""Reads a case for screens, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from handlers.cases.evidence import is_there, may_show_inline
from handlers.cases.models import (
    Case,
    CaseLine,
    Decision,
    Evidence,
    Offer,
    Round,
    Verdict,
)
from handlers.cases.rules import Role, is_allowed
from handlers.cases.status import Answer, Ruling, Status
from handlers.cases.views import (
    CaseLineView,
    CaseView,
    EvidenceView,
    RoundView,
    VerdictView,
)


def view_of(case: Case) -> CaseView:
    """Read everything that belongs to the case."""
    offers = list(Offer.objects.filter(case=case).order_by("number"))
    verdicts = list(Verdict.objects.filter(case=case).order_by("number"))
    open_offer = next((offer for offer in offers if offer.answer == Answer.OPEN), None)
    status = Status(case.status)
    return CaseView(
        case_no=case.case_no,
        order_no=case.order_no,
        tenant=case.tenant,
        region=case.region,
        channel=case.channel,
        buyer=case.buyer,
        status=status,
        round=case.round,
        rounds_limit=case.rounds_limit,
        reason=case.reason,
        description=case.description,
        title=title_of(case),
        currency=case.currency,
        amount_requested=case.amount_requested,
        shipping_requested=case.shipping_requested,
        amount_agreed=case.amount_agreed,
        offer_amount=open_offer.amount if open_offer else None,
        shipped_meanwhile=case.shipped_meanwhile,
        policy_version=case.policy_version,
        created_at=case.created_at,
        closed_at=case.closed_at,
        lines=_lines(case),
        evidence=_evidence(case),
        negotiation=_negotiation(case, offers, verdicts),
        verdict=_verdict(verdicts[-1]) if verdicts else None,
        can_withdraw=is_allowed("withdraw", role=Role.BUYER, status=status),
    )


def title_of(case: Case) -> str:
    """The first line's title and how many more there are."""
    title = gettext(case.title) if case.title else case.order_no
    return f"{title} +{case.line_count - 1}" if case.line_count > 1 else title


def _lines(case: Case) -> tuple[CaseLineView, ...]:
    return tuple(
        CaseLineView(
            line_no=line.line_no,
            title=gettext(line.title) if line.title else line.line_no,
            qty=line.qty,
            amount=line.amount,
        )
        for line in CaseLine.objects.filter(case=case).order_by("line_no")
    )


def _evidence(case: Case) -> tuple[EvidenceView, ...]:
    return tuple(
        EvidenceView(
            id=row.pk,
            name=row.name,
            media_type=row.media_type,
            size=row.size,
            by=row.by,
            by_role="buyer" if row.by == case.buyer else "seller",
            note=row.note,
            at=row.at,
            inline=may_show_inline(row.media_type),
            lost=not is_there(row.sha256),
        )
        for row in Evidence.objects.filter(case=case).order_by("id")
    )


def _verdict(row: Verdict) -> VerdictView:
    return VerdictView(
        outcome=row.outcome,
        amount=row.amount,
        responsible=row.responsible,
        reason=row.reason,
        at=row.at,
    )


def _negotiation(
    case: Case, offers: Iterable[Offer], verdicts: Iterable[Verdict]
) -> tuple[RoundView, ...]:
    moves = [_applied(row) for row in Round.objects.filter(case=case)]
    for offer in offers:
        moves.extend(_offered(case, offer))
    moves.extend(_decided(row) for row in Decision.objects.filter(case=case))
    if hasattr(case, "dispute"):
        moves.append(_disputed(case))
    moves.extend(_judged(case, row) for row in verdicts)
    return tuple(sorted(moves, key=lambda move: move.at))


def _applied(row: Round) -> RoundView:
    return RoundView(
        round=row.round,
        at=row.at,
        by=row.by,
        by_role="buyer",
        kind="apply" if row.round == 1 else "amend",
        amount=row.amount,
        reason=row.reason,
        note=row.note,
    )


_ANSWERS = {Answer.ACCEPTED: "accept", Answer.DECLINED: "decline", Answer.LAPSED: "lapse"}


def _offered(case: Case, row: Offer) -> list[RoundView]:
    offered = RoundView(
        round=row.round,
        at=row.at,
        by=row.by,
        by_role="seller",
        kind="offer",
        amount=row.amount,
        reason="",
        note=row.note,
    )
    if row.answered_at is None:
        return [offered]
    lapsed = row.answer == Answer.LAPSED
    answered = RoundView(
        round=row.round,
        at=row.answered_at,
        by="" if lapsed else case.buyer,
        by_role="policy" if lapsed else "buyer",
        kind=_ANSWERS[Answer(row.answer)],
        amount=row.amount,
        reason="",
        note="",
    )
    return [offered, answered]


def _decided(row: Decision) -> RoundView:
    by_people = row.basis in ("seller", "agreement")
    return RoundView(
        round=row.round,
        at=row.at,
        by=row.by if by_people else "",
        by_role="seller" if by_people else "policy",
        kind="approve" if row.ruling == Ruling.APPROVE else "reject",
        amount=row.amount,
        reason=row.reason,
        note=row.note,
    )


def _disputed(case: Case) -> RoundView:
    dispute = case.dispute
    return RoundView(
        round=case.round,
        at=dispute.at,
        by=dispute.by,
        by_role="buyer" if dispute.by == case.buyer else "seller",
        kind="dispute",
        amount=None,
        reason="",
        note="",
    )


def _judged(case: Case, row: Verdict) -> RoundView:
    by_policy = row.basis == "default"
    return RoundView(
        round=case.round,
        at=row.at,
        by="" if by_policy else row.by,
        by_role="policy" if by_policy else "platform",
        kind="verdict",
        amount=row.amount,
        reason=row.responsible,
        note=row.reason,
    )
