"""One task, opened: what it asks, what its case is about, what happens when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handlers.cases import api as cases
from processes import queries
from webapp import speech, wording
from webapp.access import actor_of, audiences_of
from webapp.outlook import FACTS, Outlook, facts_in, outlook_of
from webapp.people import names_of
from webapp.taskform import TaskForm, schema_for


@dataclass(frozen=True, kw_only=True)
class Pane:
    """All that the pane shows."""

    task: queries.TaskRow
    case: cases.CaseView | None
    form: TaskForm
    mine: bool
    claimable: bool
    outlook: Outlook
    until: datetime | None
    """When silence acts; None when nothing happens by itself."""
    amount: str
    """What the task itself is about, when it says so; with currency."""
    facts: Sequence[tuple[Any, str]]
    """What others left for this task: label and text."""
    closed_by: str
    people: Mapping[str, str]


def pane_for(found: queries.TaskDetail, user: Any, *, form: TaskForm | None = None) -> Pane:
    """Gather the pane of a task the user may see."""
    row = found.row
    case = cases.case_for_staff(cases.case_no_of(row.business_key), actor_of(user))
    people = names_of(_logins(found, case))
    return Pane(
        task=row,
        case=case,
        form=form or TaskForm(schema=schema_for(found), data=_shown(found)),
        mine=row.assignee == user.get_username() and row.closed_at is None,
        claimable=not row.assignee
        and row.closed_at is None
        and bool(audiences_of(user) & set(row.audiences)),
        outlook=outlook_of(row.element_id),
        until=found.expires_at,
        amount=_another_amount(found.variables, case),
        facts=facts_in(found.variables, people),
        closed_by=found.closed_by,
        people=people,
    )


def _another_amount(variables: Mapping[str, Any], case: cases.CaseView | None) -> str:
    """The task's own amount, when it is not just what the buyer asked for."""
    amount = wording.amount_in(variables)
    asked = case and speech.money(case.amount_requested, case.currency)
    return "" if amount == asked else amount


def _shown(found: queries.TaskDetail) -> dict[str, Any]:
    """The draft; else what the case brings for fields of the form."""
    return dict(found.draft or {})


def _logins(found: queries.TaskDetail, case: cases.CaseView | None) -> list[str]:
    logins = [found.row.assignee, found.closed_by]
    logins += [str(found.variables.get(name, "")) for name in FACTS if name.endswith("_by")]
    if case:
        logins += [case.buyer, *(item.by for item in case.evidence)]
        logins += [item.by for item in case.negotiation]
    return logins
