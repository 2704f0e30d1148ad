"""What nobody has to ring for: due timers, lost hints, dead workers, early messages, duties.

Every node runs one; none leads. Each finding is taken with `SKIP LOCKED`, so sweepers
share the work. A tick asks one question of the database and acts on what it answers.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from django.db import InterfaceError, OperationalError, connection, transaction

from . import contract, duties, hints, worker
from .contract import SYSTEM
from .runtime import incidents, locked, messages, start_sql, starts, timers
from .runtime.jobs import CRASHES

logger = logging.getLogger(__name__)

SHORTEST_PAUSE = 0.25
LONGEST_PAUSE = 1.0
TIMER_BATCH = 100
DUTIES_AT_ONCE = 3
RING_AGAIN_SECONDS = 3.0
"""A ready job that nobody took is rung for again after this long."""
STAND_IN_SECONDS = 6.0
"""A ready job that nobody took although it was rung for is done by the sweeper itself."""
STAND_INS = 2


@dataclass(kw_only=True)
class Sweeper:
    """The loop. `stop` may be set from a signal handler or another thread."""

    stop: threading.Event = field(default_factory=threading.Event)
    _standby: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(STAND_INS, thread_name_prefix="standby")
    )
    _standing_in: list[Future[None]] = field(default_factory=list)
    _duties: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(DUTIES_AT_ONCE, thread_name_prefix="duty")
    )
    _on_duty: list[Future[None]] = field(default_factory=list)
    _alone: bool = False
    """No worker can be told: do not wait for one."""

    def run(self) -> None:
        """Sweep until stopped: at once again after work, else after a growing pause."""
        pause, enrolled = SHORTEST_PAUSE, False
        while not self.stop.is_set():
            enrolled = enrolled or bool(self._careful(_enrol))
            found = self._careful(self.tick)
            pause = SHORTEST_PAUSE if found else min(pause * 1.5, LONGEST_PAUSE)
            self.stop.wait(0 if found else pause)
        self.close()

    def once(self) -> None:
        """One sweep, and wait for what it began."""
        duties.enrol()
        self.tick()
        self.close()

    def close(self) -> None:
        """Wait for whatever is at work."""
        self._standby.shutdown(wait=True)
        self._duties.shutdown(wait=True)

    def tick(self) -> int:
        """Do what is due now; return how many things were done."""
        patience = 0.0 if self._alone else RING_AGAIN_SECONDS
        expired, ready, left, due, early, stale, begin, on_duty = _look(patience)
        parts: tuple[tuple[bool, Callable[[], int]], ...] = (
            (expired, release_expired_leases),
            (ready, partial(self._ring, patience)),
            (ready or left, partial(self._stand_in, left)),
            (due, partial(timers.fire_batch, TIMER_BATCH)),
            (early, messages.deliver_buffered),
            (stale, messages.expire),
            (begin, starts.begin_due),
            (on_duty, self._see_to_duties),
        )
        return sum(self._careful(part) for wanted, part in parts if wanted)

    def _careful(self, act: Callable[[], int]) -> int:
        try:
            return act()
        except Exception:  # what fails must not keep the rest from being done
            logger.exception("A sweep failed, or part of it; the next one tries again")
            connection.close_if_unusable_or_obsolete()
            return 0

    def _ring(self, patience: float) -> int:
        """Ring for ready jobs; that is nothing done by this sweep: it returns 0."""
        self._alone = not ring_ready_jobs(patience)
        return 0

    def _stand_in(self, left: bool) -> int:
        """Do jobs here, beside the sweep, when no worker can be told, or those that were told
        left some alone: they are not there yet, dead, busy or deaf. Returns 0, too."""
        self._standing_in = [one for one in self._standing_in if not one.done()]
        if (left or self._alone) and len(self._standing_in) < STAND_INS:
            self._standing_in.append(self._standby.submit(_beside, worker.ring))
        return 0

    def _see_to_duties(self) -> int:
        """Do what is due beside the sweep, which goes on meanwhile; none waits for another."""
        self._on_duty = [one for one in self._on_duty if not one.done()]
        begun = duties.claim(DUTIES_AT_ONCE - len(self._on_duty))
        self._on_duty += [self._duties.submit(_beside, partial(duties.do, one)) for one in begun]
        return len(begun)


def release_expired_leases(limit: int = 200) -> int:
    """Make jobs of dead workers ready again; those that killed too many become incidents."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, [CRASHES, limit])
        released = cursor.rowcount
        cursor.execute(_POISONOUS, [CRASHES, limit])
        poisonous = cursor.fetchall()
    return int(released) + sum(_declare_poisonous(*one) for one in poisonous)


def ring_ready_jobs(patience: float = RING_AGAIN_SECONDS) -> bool:
    """Ring for ready jobs whose hint was lost or whose pause is over; whether it was heard."""
    with connection.cursor() as cursor:
        cursor.execute(_RING, [patience, 4 * hints.BATCH])
        numbers = [number for (number,) in cursor.fetchall()]
    parts = [numbers[i : i + hints.BATCH] for i in range(0, len(numbers), hints.BATCH)]
    return all(hints.ring(part) for part in parts)


def _enrol() -> bool:
    """Once the database is there."""
    duties.enrol()
    return True


def _beside(act: Callable[[], object]) -> None:
    """Do something in a thread beside the sweep; nobody else would say how it failed."""
    try:
        act()
    except Exception:  # the next sweep finds what is left
        logger.exception("What was done beside the sweep failed")
    finally:
        connection.close()


def _declare_poisonous(number: int, lease_token: int) -> bool:
    """Take a job that kills its workers out of circulation; whether it was done."""
    try:
        return _raise_incident(number, lease_token)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble: the next sweep tries again
    except Exception:  # a damaged case can tell nothing; those after it can
        logger.exception("Job %s kills its workers, and no incident can be raised", number)
        with connection.cursor() as cursor:
            cursor.execute(_LEAVE_FOR_A_WHILE, [number, lease_token])
        return False


@transaction.atomic(durable=True)
def _raise_incident(number: int, lease_token: int) -> bool:
    token = locked.expired_job(number, lease_token)
    if token is None:  # renewed or reported while we looked
        return False
    incidents.raise_job_incident(
        token.case,
        token=token.token,
        element_id=token.element_id,
        sentence=f"Its worker died {CRASHES} times while doing it",
        actor=SYSTEM,
    )
    return True


def _look(patience: float) -> Sequence[bool]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [patience, STAND_IN_SECONDS, list(contract.duties())])
        found: Sequence[bool] = cursor.fetchone()
    return found


_LOOK = f"""
SELECT
    EXISTS (SELECT FROM processes_job
        WHERE state = 'leased' AND lease_until < (SELECT clock_timestamp())),
    EXISTS (SELECT FROM processes_job
        WHERE state = 'ready' AND run_at <= (SELECT clock_timestamp())
            AND (rung_at IS NULL OR rung_at < run_at
                OR rung_at < (SELECT clock_timestamp()) - make_interval(secs => %s))),
    EXISTS (SELECT FROM processes_job
        WHERE state = 'ready'
            AND run_at <= (SELECT clock_timestamp()) - make_interval(secs => %s)),
    EXISTS (SELECT FROM processes_timer WHERE NOT blocked AND due <= (SELECT business_now())),
    EXISTS (SELECT FROM processes_message m JOIN processes_messagesubscription s
        ON s.name = m.name AND s.correlation_key = m.correlation_key WHERE m.state = 'buffered')
        OR EXISTS ({start_sql.TO_BEGIN}),
    EXISTS (SELECT FROM processes_message
        WHERE state = 'buffered' AND expires_at <= (SELECT business_now())),
    {start_sql.DUE},
    EXISTS (SELECT FROM processes_dutyrow WHERE name = ANY(%s)
        AND due <= (SELECT business_now()) AND run_at <= (SELECT clock_timestamp()))"""  # noqa: S608  # constants of this module only

_RELEASE = """
UPDATE processes_job SET state = 'ready', lease_owner = '', lease_until = NULL,
    crashes = crashes + 1, rung_at = NULL, run_at = clock_timestamp()
WHERE id IN (
    SELECT id FROM processes_job
    WHERE state = 'leased' AND lease_until < (SELECT clock_timestamp()) AND crashes + 1 < %s
    ORDER BY lease_until LIMIT %s FOR UPDATE SKIP LOCKED)"""

_POISONOUS = """
SELECT id, lease_token FROM processes_job
WHERE state = 'leased' AND lease_until < (SELECT clock_timestamp()) AND crashes + 1 >= %s
ORDER BY lease_until LIMIT %s"""

_LEAVE_FOR_A_WHILE = """
UPDATE processes_job SET lease_until = clock_timestamp() + interval '1 minute'
WHERE id = %s AND state = 'leased' AND lease_token = %s"""

_RING = """
UPDATE processes_job SET rung_at = clock_timestamp() WHERE id IN (
    SELECT id FROM processes_job
    WHERE state = 'ready' AND run_at <= (SELECT clock_timestamp())
        AND (rung_at IS NULL OR rung_at < run_at
            OR rung_at < (SELECT clock_timestamp()) - make_interval(secs => %s))
    ORDER BY run_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id"""
