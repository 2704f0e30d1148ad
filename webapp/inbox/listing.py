"""The list of the inbox: which tasks, with what their cases are about, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from handlers.cases import api as cases
from processes import queries
from webapp.access import actor_of, audiences_of
from webapp.people import buyers_called

PAGE = 30
CAP = 1000
FOUND = 200
"""Of how many cases, the newest that a search names, tasks are looked for."""
PROCESSES = ("refund_only", "customer_service", "refund_execution", "refund_reversed")


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What of the inbox is shown; it travels in the address."""

    tab: str = "mine"
    """`mine` or `group`."""
    group: str = ""
    process: str = ""
    overdue: bool = False
    text: str = ""
    """Number of a case or an order, or a buyer's name; empty: all."""
    after: str = ""
    """Where the page begins: a mark made by `processes.queries`."""

    def address(self, **changes: Any) -> str:
        """The query string of this filter with `changes`; a page mark is kept only if given."""
        values = {
            "tab": self.tab,
            "group": self.group,
            "process": self.process,
            "overdue": "1" if self.overdue else "",
            "q": self.text,
            **changes,
        }
        return urlencode({key: value for key, value in values.items() if value})


@dataclass(frozen=True, kw_only=True)
class Row:
    """A task of the list and its case; the case is None while it has none of ours."""

    task: queries.TaskRow
    case_no: str
    case: cases.CaseSummary | None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of the inbox."""

    filter: Filter
    rows: Sequence[Row]
    following: str
    """Query string of the next page; empty on the last."""
    mine: str
    group: str
    """How many there are, `1000+` above the cap."""
    groups: Sequence[str] = field(default_factory=tuple)
    open: int = 0
    """The task that is open beside the list; 0 for none."""
    processes: Sequence[str] = PROCESSES


def filter_of(request: HttpRequest) -> Filter:
    """The filter in the address; what is not known is left out."""
    asked = request.GET
    group = asked.get("group", "")
    process = asked.get("process", "")
    return Filter(
        tab="group" if asked.get("tab") == "group" else "mine",
        group=group if group in audiences_of(request.user) else "",
        process=process if process in PROCESSES else "",
        overdue=asked.get("overdue") == "1",
        text=asked.get("q", "").strip()[:60],
        after=asked.get("after", ""),
    )


def listing_for(request: HttpRequest, *, opened: int = 0) -> Listing:
    """The page of the inbox that the address asks for.

    Raises:
        processes.errors.BadCursor: the page mark is not ours.
    """
    wanted = filter_of(request)
    audiences = audiences_of(request.user)
    tasks = _tasks(request, wanted, audiences)
    more = len(tasks) > PAGE
    tasks = tasks[:PAGE]
    numbers = [cases.case_no_of(task.business_key) for task in tasks]
    about = cases.summaries(numbers) if tasks else {}
    return Listing(
        filter=wanted,
        rows=[
            Row(task=task, case_no=number, case=about.get(number))
            for task, number in zip(tasks, numbers, strict=True)
        ],
        following=wanted.address(after=queries.cursor_of(tasks[-1])) if more else "",
        mine=_capped(queries.count_mine(request.user.get_username(), cap=CAP)),
        group=_capped(queries.count_group(audiences, cap=CAP)),
        groups=sorted(audiences),
        open=opened or _number(request.GET.get("open", "")),
    )


def _tasks(
    request: HttpRequest, wanted: Filter, audiences: frozenset[str]
) -> Sequence[queries.TaskRow]:
    narrowed: dict[str, Any] = {
        "after": wanted.after or None,
        "limit": PAGE + 1,
        "process_key": wanted.process,
        "overdue": wanted.overdue,
    }
    name = request.user.get_username()
    asked = frozenset({wanted.group}) if wanted.group else audiences
    if wanted.text:
        keys = _keys_called(wanted.text, request)
        whose = {"assignee": name} if wanted.tab == "mine" else {"audiences": asked}
        return queries.inbox_of(keys, **whose, **narrowed)
    if wanted.tab == "mine":
        return queries.inbox_mine(name, **narrowed)
    return queries.inbox_group(asked, **narrowed) if asked else []


def _keys_called(text: str, request: HttpRequest) -> list[str]:
    """Under which keys the cases run that the text names, of those the person may see."""
    rows, _more = cases.list_cases(
        actor_of(request.user), text=text, buyers=buyers_called(text), limit=FOUND
    )
    return cases.all_business_keys_of([row.case_no for row in rows])


def _capped(count: int) -> str:
    return f"{CAP}+" if count > CAP else str(count)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
