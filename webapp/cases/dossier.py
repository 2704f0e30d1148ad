"""Everything staff see of one case, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from handlers.cases import api as cases
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import queries
from processes.contract import Actor
from webapp import wording
from webapp.cases.drawing import Drawing, drawings_of
from webapp.cases.timeline import Entry, entries_of
from webapp.people import names_of


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One case, for the page."""

    case: cases.CaseView
    next: cases.NextStep
    tasks: Sequence[queries.OpenTask]
    ceiling: orders.Ceiling
    refund: refunds.RefundStatus
    drawings: Sequence[Drawing]
    timeline: Sequence[Entry]
    incidents: Sequence[queries.IncidentRow]
    people: Mapping[str, str]
    mine: frozenset[int]
    """The open tasks that the reader may open in the inbox."""

    @property
    def incident_ids(self) -> frozenset[int]:
        """Of the open incidents."""
        return frozenset(incident.id for incident in self.incidents if not incident.resolved_at)


def dossier_of(case: cases.CaseView, actor: Actor) -> Dossier:
    """Gather the file of a case the reader may see."""
    keys = cases.business_keys_of(case.case_no)
    instances = [found for key in keys if (found := queries.case_instance(key))]
    events = [event for one in instances for event in queries.timeline(one.id)]
    tasks = [task for key in keys for task in queries.open_tasks(key)]
    people = names_of(_logins(case, tasks, events))
    return Dossier(
        case=case,
        next=cases.next_step(case),
        tasks=tasks,
        ceiling=refunds.ceiling(case.order_no),
        refund=refunds.status(case.case_no),
        drawings=drawings_of([one.id for one in instances], _waiting(tasks, people)),
        timeline=entries_of(events),
        incidents=[row for one in instances for row in queries.incidents(one.id)],
        people=people,
        mine=frozenset(
            task.id
            for task in tasks
            if task.assignee == actor.name
            or (not task.assignee and actor.groups & set(task.audiences))
        ),
    )


def _waiting(tasks: Iterable[queries.OpenTask], people: Mapping[str, str]) -> dict[str, str]:
    """By element id, who is waited for: a person, or the first of the groups."""
    return {
        task.element_id: wording.actor(task.assignee, people)
        if task.assignee
        else "".join(wording.audience(one) for one in task.audiences[:1])
        for task in tasks
    }


def _logins(
    case: cases.CaseView, tasks: Iterable[queries.OpenTask], events: Iterable[queries.EventRow]
) -> list[str]:
    found = [case.buyer]
    found += [turn.by for turn in case.negotiation] + [item.by for item in case.evidence]
    found += [task.assignee for task in tasks] + [event.actor for event in events]
    return found
