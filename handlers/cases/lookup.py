"""Finding cases for the people who may see them (D11): elsewhere there is nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from handlers.cases.judging import is_readable
from handlers.cases.models import Case
from handlers.cases.numbers import is_case_no
from handlers.cases.reading import title_of, view_of
from handlers.cases.rules import PLATFORM
from handlers.cases.status import Status
from handlers.cases.views import CaseView
from processes.contract import Actor


class BadCursor(ValueError):
    """The page marker was not made by `list_cases`."""


@dataclass(frozen=True, kw_only=True)
class CaseSummary:
    """One line of a list."""

    case_no: str
    order_no: str
    tenant: str
    buyer: str
    status: Status
    reason: str
    currency: str
    amount: int
    """Agreed on, else asked for."""
    title: str
    created_at: datetime


def case_for_buyer(case_no: str, buyer: str) -> CaseView | None:
    """The buyer's own case."""
    if not is_case_no(case_no):
        return None
    case = _with_dispute().filter(case_no=case_no, buyer=buyer).first()
    return view_of(case) if case else None


def case_for_staff(case_no: str, actor: Actor) -> CaseView | None:
    """A case of the actor's house; the platform sees all houses."""
    if not is_case_no(case_no):
        return None
    case = _visible(_with_dispute(), actor).filter(case_no=case_no).first()
    return view_of(case) if case else None


def cases_of_buyer(buyer: str, *, order_no: str = "", limit: int = 50) -> list[CaseSummary]:
    """The buyer's cases, newest first."""
    rows = Case.objects.filter(buyer=buyer).order_by("-id")
    if order_no:
        rows = rows.filter(order_no=order_no)
    return [_summary(row) for row in rows[:limit]]


def summaries(case_nos: Iterable[str]) -> dict[str, CaseSummary]:
    """Summaries by case number, in one query; the caller has checked who may see them."""
    rows = Case.objects.filter(case_no__in=list(case_nos))
    return {row.case_no: _summary(row) for row in rows}


def list_cases(
    actor: Actor,
    *,
    statuses: Collection[str] = (),
    text: str = "",
    buyers: Collection[str] = (),
    case_nos: Sequence[str] | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[list[CaseSummary], str | None]:
    """The cases an actor may see, newest first, and the marker of the next page.

    `text` is a number of a case or an order, or the login of a buyer; `buyers` are those whom
    it names otherwise.

    Raises:
        BadCursor: `after` is not a marker.
    """
    rows = _visible(Case.objects.all(), actor).order_by("-id")
    if statuses:
        rows = rows.filter(status__in=list(statuses))
    if case_nos is not None:
        rows = rows.filter(case_no__in=list(case_nos))
    if not is_readable(text):
        return [], None
    if text := text.strip():
        numbers = {text, text.upper()}
        named = Q(case_no__in=numbers) | Q(order_no__in=numbers)
        rows = rows.filter(named | Q(buyer__in=[text, *buyers]))
    if after is not None:
        rows = rows.filter(id__lt=_marker(after))
    page = list(rows[: limit + 1])
    more = str(page[limit - 1].pk) if len(page) > limit else None
    return [_summary(row) for row in page[:limit]], more


def _with_dispute() -> QuerySet[Case]:
    return Case.objects.select_related("dispute")


def _visible(rows: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """Cases of the houses in which the actor has a place."""
    houses = {audience.partition("/")[0] for audience in actor.groups}
    if PLATFORM in houses:
        return rows
    return rows.filter(tenant__in=sorted(houses))


def _marker(after: str) -> int:
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        raise BadCursor(after)
    return int(after)


def _summary(case: Case) -> CaseSummary:
    return CaseSummary(
        case_no=case.case_no,
        order_no=case.order_no,
        tenant=case.tenant,
        buyer=case.buyer,
        status=Status(case.status),
        reason=case.reason,
        currency=case.currency,
        amount=case.amount_requested if case.amount_agreed is None else case.amount_agreed,
        title=title_of(case),
        created_at=case.created_at,
    )
