"""Letting a case go on whose refund was stuck, once what became of the money is known."""

from __future__ import annotations

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from processes import queries, runtime
from processes.contract import Actor


def let_go_on(case_no: str, actor: Actor, *, note: str) -> None:
    """Resolve what holds up the case's refund; nothing while its outcome is unknown.

    Not within a transaction: resolving makes its own.

    Raises:
        NoSuchIncident: somebody was faster.
    """
    stuck = queries.stuck_jobs("refund.", keys=cases.business_keys_of(case_no))
    if stuck and not refunds.unknown_outcomes([case_no]):
        for job in stuck:
            runtime.resolve_incident(incident_id=job.incident_id, actor=actor, note=note)
