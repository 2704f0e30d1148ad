"""A case as its buyer reads it: where it stands, what comes next, what there is to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from processes import queries
from processes.contract import Actor
from webapp import wording
from webapp.outlook import Outlook, facts_in, outlook_of
from webapp.portal.lifeline import Stop, lifeline
from webapp.taskform import TaskForm, schema_for

DISPUTE_TASK = "AddEvidence"
STATEMENT = "statement"
"""Where a buyer tells customer service his side of a dispute, and the field he does it in."""
_BAD = frozenset({"reject", "lapse"})
_WITH_FILES = frozenset({"answer_rejection", "add_evidence"})
"""Forms in which the buyer argues, and may bring pictures along."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A task that waits for the buyer."""

    task: queries.TaskRow
    form: TaskForm
    outlook: Outlook
    amount: str
    facts: Sequence[tuple[Any, str]]
    until: datetime | None

    @property
    def takes_files(self) -> bool:
        """Whether pictures and papers may come along with the answer."""
        return self.task.form_id in _WITH_FILES

    @property
    def schema_id(self) -> str:
        """Id of the script element that holds the schema, likewise of the others."""
        return f"q{self.task.id}-schema"

    @property
    def data_id(self) -> str:
        return f"q{self.task.id}-data"

    @property
    def errors_id(self) -> str:
        return f"q{self.task.id}-errors"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of the buyer's timeline."""

    at: datetime
    label: Any
    amount: int | None = None
    text: str = ""
    bad: bool = False


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that the buyer's case page shows."""

    case: cases.CaseView
    stops: Sequence[Stop]
    next: cases.NextStep
    questions: Sequence[Question]
    refund: refunds.RefundStatus
    steps: Sequence[Moment]
    withdrawal_waits: datetime | None
    """Until when a withdrawal that came too early to be taken is kept."""
    problem: str = ""

    @property
    def takes_files(self) -> bool:
        """Whether a question takes pictures and papers along."""
        return any(question.takes_files for question in self.questions)


def story_of(
    case: cases.CaseView,
    actor: Actor,
    *,
    refused: Mapping[int, TaskForm] | None = None,
    problem: str = "",
) -> Story:
    """Gather the page; `refused` holds the forms of answers that did not hold, by task."""
    refund = refunds.status(case.case_no)
    return Story(
        case=case,
        stops=lifeline(case),
        next=cases.next_step(case, to_buyer=True),
        questions=_questions(case, actor, refused or {}),
        refund=refund,
        steps=_steps(case, refund),
        withdrawal_waits=cases.withdrawal_waits(case.case_no) if case.can_withdraw else None,
        problem=problem,
    )


def _questions(
    case: cases.CaseView, actor: Actor, refused: Mapping[int, TaskForm]
) -> list[Question]:
    found = []
    for row in queries.open_tasks_of_assignee(case.case_no, actor.name):
        detail = queries.task(row.id, actor)
        if detail is None or detail.closed_at:
            continue
        form = TaskForm(schema=schema_for(detail), data=dict(detail.draft or {}))
        found.append(
            Question(
                task=row,
                form=refused.get(row.id, form),
                outlook=outlook_of(row.element_id),
                amount=wording.amount_in(detail.variables),
                facts=facts_in(detail.variables, {}),
                until=detail.expires_at,
            )
        )
    return found


def _steps(case: cases.CaseView, refund: refunds.RefundStatus) -> list[Moment]:
    steps = [
        Moment(
            at=turn.at,
            label=wording.talk(turn.kind, turn.by_role, buyer=True),
            amount=turn.amount,
            text=" – ".join(filter(None, [wording.said("", turn.reason, {}), turn.note])),
            bad=turn.kind in _BAD,
        )
        for turn in case.negotiation
    ]
    steps += [
        Moment(at=said.at, label=_("You told customer service"), text=str(said.output[STATEMENT]))
        for said in queries.answers(case.case_no, DISPUTE_TASK)
        if said.actor == case.buyer and said.output.get(STATEMENT)
    ]
    return sorted([*steps, *_last_steps(case, refund)], key=lambda step: step.at)


def _last_steps(case: cases.CaseView, refund: refunds.RefundStatus) -> Iterator[Moment]:
    """That money went, and how it ended."""
    for attempt in [one for one in refund.attempts if one.sends and one.state != "created"][:1]:
        yield Moment(at=attempt.created_at, label=_("Refund sent to your bank or wallet"))
    if refund.settled and refund.settled_at:
        yield Moment(at=refund.settled_at, label=_("Money is back with you"), amount=refund.paid)
    elif case.closed_at:
        said = wording.case_status(case.status, buyer=True).label
        yield Moment(at=case.closed_at, label=said)
