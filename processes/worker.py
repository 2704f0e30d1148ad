"""Celery's door. A message is only a hint that jobs are ready; the table decides."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

from celery import shared_task
from django.db import InterfaceError, OperationalError, connection

from . import hints, runtime
from .batches import Batch
from .contract import BpmnError, Call, PermanentFailure, Retry, handler_for
from .runtime import LeasedJob

logger = logging.getLogger(__name__)

BATCH = 4
"""Jobs leased at once: they are done one after the other, so their leases must last."""
LONGEST_RUN = 5.0
"""Seconds after which a hint gives its worker back; the next hint or sweep goes on."""
_RUN = uuid4().hex[:6]


@shared_task(name="processes.ring", ignore_result=True)
def ring(job_ids: Sequence[int] = ()) -> int:
    """Do the jobs of the hint, then whatever else is ready; return how many were done.

    Safe to deliver twice, late or never: a job is done by whoever has its lease.
    """
    for _try in range(2):  # the database may have been restarted since this thread asked it
        try:
            return work(job_ids)
        except (OperationalError, InterfaceError):
            logger.warning("The database went away; leases that were held run out by themselves")
            connection.close()
    return 0


def work(job_ids: Sequence[int] = (), *, batch: int = BATCH) -> int:
    """Lease and run ready jobs, those of the hint first, until there are none or time is up."""
    until, done, opened = time.monotonic() + LONGEST_RUN, 0, list[int]()
    wanted = list(job_ids) or None
    try:
        while time.monotonic() < until:
            jobs = runtime.claim_jobs(batch, _name(), ids=wanted)
            _ring_for(opened, but=jobs)
            if not jobs and wanted is None:
                break
            wanted = None
            done += Batch(jobs, opened).run(run_job, until)
    finally:
        _ring_for(opened)
    return done


def _ring_for(opened: list[int], *, but: Sequence[LeasedJob] = ()) -> None:
    """Ring for what our own work has opened and we have not taken ourselves; then forget it."""
    taken = {job.id for job in but}
    if left := [number for number in opened if number not in taken]:
        hints.send_soon(left, ())
    opened.clear()


def run_job(job: LeasedJob) -> bool:
    """Do one attempt and report it; whether the report counted."""
    call = Call(
        topic=job.topic,
        business_key=job.business_key,
        tenant=job.tenant,
        inputs=job.inputs,
        headers=job.headers,
        idempotency_key=job.idempotency_key,
        attempt=job.attempts,
        deadline=job.lease_until,
    )
    with hints.kept_in(None):  # it may take long, and what it opens is for others
        report = _attempt(job, call)
    return _report(job, report)


def _attempt(job: LeasedJob, call: Call) -> Callable[[], bool]:
    """Call the handler, outside any transaction; return how to report what became of it."""
    try:
        output = handler_for(job.topic)(call)
    except BpmnError as error:
        code, message, variables = error.code, str(error), error.variables
        return lambda: runtime.throw_job_error(job, code=code, message=message, variables=variables)
    except PermanentFailure as error:
        sentence = str(error)
        return lambda: runtime.fail_job(job, error=sentence, permanent=True)
    except Retry as error:
        sentence, seconds = str(error), error.after_seconds
        after = None if seconds is None else timedelta(seconds=seconds)
        return lambda: runtime.fail_job(job, error=sentence, after=after)
    except Exception as error:  # a handler may fail in any way; the job keeps it
        logger.warning("Job %s (%s) failed", job.id, job.topic, exc_info=True)
        sentence = f"{type(error).__name__}: {error}"
        return lambda: runtime.fail_job(job, error=sentence)
    return lambda: runtime.complete_job(job, output)


def _report(job: LeasedJob, report: Callable[[], bool]) -> bool:
    """Write the result down; once more when the database was away for a moment."""
    try:
        return report()
    except (OperationalError, InterfaceError):
        logger.warning("Job %s: the result could not be written, trying again", job.id)
        connection.close()
        return report()


def _name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{_RUN}"
