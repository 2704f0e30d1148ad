"""The list of cases: filtered by status, text and lateness, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from handlers.cases import api as cases
from processes import queries
from processes.contract import Actor
from webapp import wording
from webapp.access import actor_of
from webapp.accounts.models import PLATFORM
from webapp.people import buyers_called, names_of

PAGE = 40


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of the list, and the filter it was made with."""

    rows: Sequence[cases.CaseSummary]
    status: str
    text: str
    overdue: bool
    following: str
    """Query string of the next page; empty on the last."""
    first: bool
    people: Mapping[str, str]
    houses: bool
    """Whether cases of several sellers are shown."""

    @property
    def statuses(self) -> Sequence[tuple[str, wording.Text]]:
        """What the status filter offers."""
        return wording.case_statuses()

    @property
    def filtered(self) -> bool:
        """Whether anything is filtered out."""
        return bool(self.status or self.text or self.overdue)

    @property
    def address(self) -> str:
        """The filter as a query string, without a page."""
        chosen = {"status": self.status, "q": self.text, "overdue": "1" if self.overdue else ""}
        return urlencode({key: value for key, value in chosen.items() if value})


def listing_for(request: HttpRequest) -> Listing:
    """The page that the address asks for.

    Raises:
        cases.BadCursor: the page mark is not ours.
    """
    asked = request.GET
    status, text = asked.get("status", ""), asked.get("q", "").strip()[:60]
    overdue, after = asked.get("overdue") == "1", asked.get("after") or None
    actor = actor_of(request.user)
    rows, more = cases.list_cases(
        actor,
        statuses=_statuses(status),
        text=text,
        buyers=buyers_called(text),
        case_nos=_late(actor) if overdue else None,
        after=after,
        limit=PAGE,
    )
    chosen = {"status": status, "q": text, "overdue": "1" if overdue else "", "after": more or ""}
    return Listing(
        rows=rows,
        status=status,
        text=text,
        overdue=overdue,
        following=urlencode({k: v for k, v in chosen.items() if v}) if more else "",
        first=after is None,
        people=names_of(row.buyer for row in rows),
        houses=actor.tenant == PLATFORM,
    )


def _late(actor: Actor) -> list[str]:
    return queries.overdue_keys(actor, everywhere=actor.tenant == PLATFORM)


def _statuses(asked: str) -> tuple[str, ...]:
    groups = {"open": wording.OPEN + wording.ATTENTION, "ended": wording.ENDED}
    if asked in groups:
        return groups[asked]
    return (asked,) if asked in dict(wording.case_statuses()) else ()
