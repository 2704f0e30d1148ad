"""What lies on the desk, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from processes import duties, queries
from webapp import speech
from webapp.money.words import Class, class_of
from webapp.people import names_of

RECONCILE = "refunds.reconcile"
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a form of the page was refused, and what was in it."""

    form: str
    """E.g. `outcome-RF1-1`."""
    sentence: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """A refund that cannot go on until a person acts."""

    job: queries.StuckJob
    case_no: str
    title: str
    outcome: refunds.UnknownOutcome | None
    """What nobody knows; None: it is known by now, and the case may go on."""
    in_doubt: bool = False
    """A critical difference about its order has to be closed first."""
    refused: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A finding of reconciliation, with its class in words."""

    row: refunds.FindingView
    said: Class
    age: str
    owner_group: bool
    """The owner is a group, not yet a person."""
    refused: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The page."""

    stuck: Sequence[Stuck]
    differences: Sequence[Difference]
    transfers: Sequence[refunds.TransferView]
    """Bank transfers of which somebody says that they came back."""
    refused_return: Refusal | None
    people: Mapping[str, str]
    bill_error: str
    """Why bills could not be compared lately; empty when they could."""


def stuck_cases(refused: Refusal | None = None) -> list[Stuck]:
    """Refunds that wait for a person, the oldest first."""
    jobs = queries.stuck_jobs("refund.", limit=MOST)
    numbers = [cases.case_no_of(job.business_key) for job in jobs]
    outcomes = refunds.unknown_outcomes(numbers)
    about = cases.summaries(numbers) if numbers else {}
    return [
        Stuck(
            job=job,
            case_no=number,
            title=about[number].title if number in about else number,
            outcome=outcomes.get(number),
            refused=_for(refused, f"outcome-{outcomes[number].provider_key}")
            if number in outcomes
            else None,
        )
        for job, number in zip(jobs, numbers, strict=True)
    ]


def open_proposals() -> set[int]:
    """What a second person can answer on the page."""
    of_findings = {row.proposal.id for row in refunds.open_findings(limit=MOST) if row.proposal}
    return of_findings | {one.proposal.id for one in refunds.returned_transfers()}


def _for(refused: Refusal | None, form: str) -> Refusal | None:
    return refused if refused and refused.form == form else None


def desk(refused: Refusal | None = None) -> Desk:
    """Everything on the desk; what was refused is shown where it was written."""
    found = refunds.open_findings(limit=MOST)
    stuck = stuck_cases(refused)
    if any(row.critical for row in found):
        stuck = [replace(one, in_doubt=refunds.in_doubt(one.case_no)) for one in stuck]
    transfers = refunds.returned_transfers()
    said = [one.outcome.statement for one in stuck if one.outcome and one.outcome.statement]
    proposed = [row.proposal for row in found if row.proposal] + [one.proposal for one in transfers]
    logins = [one.by for one in said] + [one.by for one in proposed] + [row.owner for row in found]
    return Desk(
        stuck=stuck,
        differences=[_difference(row, refused) for row in found],
        transfers=transfers,
        refused_return=_for(refused, "return"),
        people=names_of(logins),
        bill_error=next(
            (row.error for row in duties.rows() if row.name == RECONCILE and row.failures), ""
        ),
    )


def _difference(row: refunds.FindingView, refused: Refusal | None) -> Difference:
    return Difference(
        row=row,
        said=class_of(row.finding),
        age=speech.span(row.age),
        owner_group="/" in row.owner,
        refused=_for(refused, f"finding-{row.id}"),
    )
