"""Work for machines: lease a batch, and report what became of each attempt.

Three transactions: the claim, whatever the handler does, the result. The result names the
lease it was made under; when that is not the current one any more, it changes nothing.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from processes import acts
from processes.acts import Act
from processes.contract import Actor
from processes.history import Kind

from . import early, incidents, locked
from .prepared import prepared_cursor
from .saving import save
from .stepping import step

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
CRASHES = 3
"""Leases that may end without a word before a person must look."""


@dataclass(frozen=True, kw_only=True)
class LeasedJob:
    """A job that is ours until `lease_until`."""

    id: int
    instance_id: int
    token: str
    element_id: str
    topic: str
    inputs: Mapping[str, Any]
    headers: Mapping[str, str]
    retries: int
    attempts: int
    crashes: int
    """Leases of this job that ended without a word."""
    lease_token: int
    lease_until: datetime
    """Real time, by the database's clock."""
    business_key: str
    tenant: str

    @property
    def idempotency_key(self) -> str:
        """The same on every attempt; another when the token comes to the element again."""
        return f"{self.instance_id}-{self.token}"

    @property
    def actor(self) -> Actor:
        return Actor(name=f"job:{self.topic}", tenant=self.tenant)


def lease_length() -> timedelta:
    """How long an attempt may take before the job is given to somebody else."""
    return timedelta(seconds=getattr(settings, "JOB_LEASE_SECONDS", 60))


def claim_jobs(limit: int, worker: str, *, ids: Sequence[int] | None = None) -> list[LeasedJob]:
    """Lease up to `limit` ready jobs, of `ids` when given; the attempt counts from now on."""
    asked: dict[str, Any] = {"me": worker, "lease": lease_length(), "ids": ids}
    with prepared_cursor() as cursor:
        cursor.execute(_CLAIM.format(named=_NAMED if ids is not None else "", limit=limit), asked)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [LeasedJob(**row) for row in rows]


def renew_lease(job: LeasedJob) -> datetime | None:
    """Begin the lease anew; its new end, or None when it is lost."""
    asked: list[Any] = [lease_length(), job.id, job.lease_token]
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, asked)
        row = cursor.fetchone()
    return row and row[0]  # type: ignore[no-any-return]


def give_back(jobs: Sequence[LeasedJob]) -> None:
    """Return jobs whose attempt was not begun; the attempt does not count."""
    with connection.cursor() as cursor:
        cursor.executemany(_GIVE_BACK, [(job.id, job.lease_token) for job in jobs])


def complete_job(job: LeasedJob, output: Mapping[str, Any]) -> bool:
    """Report a job as done; False when the lease was lost: then nothing has changed."""
    return _report(job, lambda: acts.complete(job.token, output), Kind.JOB_COMPLETED)


def throw_job_error(
    job: LeasedJob, *, code: str, message: str, variables: Mapping[str, Any]
) -> bool:
    """Leave the service task through the event that catches `code`; incident if none does."""

    def act() -> Act:
        return acts.throw_error(job.token, code=code, message=message, variables=variables)

    return _report(job, act, Kind.ERROR_THROWN)


def fail_job(
    job: LeasedJob, *, error: str, permanent: bool = False, after: timedelta | None = None
) -> bool:
    """Note a failed attempt: again later, or an incident when no attempt is left."""
    if permanent or job.attempts >= job.retries:
        return _give_up(job, error)
    pause = back_off(job.attempts) if after is None else after
    asked: list[Any] = [pause, error, job.id, job.lease_token]
    with connection.cursor() as cursor:
        cursor.execute(_RETRY, asked)
        accepted = bool(cursor.rowcount)
    return accepted or _observe_stale(job, error)


def back_off(attempt: int) -> timedelta:
    """The pause after the nth attempt: 5 s, 10 s, 20 s … 1 h, shortened by up to half so
    that jobs which failed together do not come back together."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(attempt - 1, 20), LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1)  # noqa: S311  # spreads load, guards nothing


def _report(job: LeasedJob, act: Any, kind: Kind) -> bool:
    try:
        with transaction.atomic(durable=True):
            token = locked.job(job.id, job.lease_token)
            if token is None:
                return _observe_stale(job, str(kind))
            change = step(
                token.case,
                act(),
                kind=kind,
                actor=job.actor,
                element_id=token.element_id,
                letter="s",
            )
            saved = save([change])
            early.deliver_early(change.after, saved.early)
            return True
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the case's
    except Exception as error:  # noqa: BLE001 - a broken case may fail in any way; see incident
        return _give_up(job, f"The work was done ({kind}), but: {incidents.sentence_of(error)}")


@transaction.atomic(durable=True)
def _give_up(job: LeasedJob, sentence: str) -> bool:
    token = locked.job(job.id, job.lease_token)
    if token is None:
        return _observe_stale(job, sentence)
    incidents.raise_job_incident(
        token.case,
        token=job.token,
        element_id=job.element_id,
        sentence=sentence,
        actor=job.actor,
    )
    return True


def _observe_stale(job: LeasedJob, what: str) -> bool:
    """The lease was lost: whoever has it now reports. What was seen is only logged."""
    logger.warning(
        "Job %s (%s of %s), attempt %s, lease %s: reported %r too late, nothing changed",
        *(job.id, job.topic, job.business_key, job.attempts, job.lease_token, what),
    )
    return False


# The limit is a part of the text, and the ids stand where the planner does not look for values:
# so the plan is good for other ones, and PostgreSQL keeps it.
_NAMED = "AND id = ANY((SELECT %(ids)s::bigint[])::bigint[])"
_CLAIM = """
WITH found AS MATERIALIZED (
    SELECT id FROM processes_job
    WHERE state = 'ready' AND run_at <= (SELECT clock_timestamp()) {named}
    ORDER BY run_at, id LIMIT {limit:d} FOR UPDATE SKIP LOCKED
)
UPDATE processes_job j
SET state = 'leased', lease_owner = %(me)s, lease_token = j.lease_token + 1,
    attempts = j.attempts + 1, lease_until = clock_timestamp() + %(lease)s
FROM found, processes_processinstance i
WHERE j.id = found.id AND i.id = j.instance_id
RETURNING j.id, j.instance_id, j.token, j.element_id, j.topic, j.inputs::json,
    j.headers::json, j.retries,
    j.attempts, j.crashes, j.lease_token, j.lease_until, i.business_key, i.tenant"""

_RENEW = """
UPDATE processes_job SET lease_until = clock_timestamp() + %s
WHERE id = %s AND state = 'leased' AND lease_token = %s RETURNING lease_until"""

_GIVE_BACK = """
UPDATE processes_job
SET state = 'ready', lease_owner = '', lease_until = NULL, attempts = attempts - 1
WHERE id = %s AND state = 'leased' AND lease_token = %s"""

_RETRY = """
UPDATE processes_job
SET state = 'ready', lease_owner = '', lease_until = NULL, run_at = clock_timestamp() + %s,
    last_error = %s
WHERE id = %s AND state = 'leased' AND lease_token = %s"""
