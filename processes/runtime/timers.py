"""Moments that come: timers of one case, or of all cases that are due, in batches."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, transaction

from processes import acts
from processes.contract import SYSTEM
from processes.engine import EngineError
from processes.history import Kind

from . import early, incidents, locked
from .locked import Locked
from .saving import save
from .stepping import Change, step

logger = logging.getLogger(__name__)


def fire_due_timers(instance_id: int) -> None:
    """Let the due timers of one case fire; an incident if they cannot."""
    try:
        with transaction.atomic(durable=True):
            case = locked.case(instance_id)
            failed = _fire([case]) if case else {}
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the case's
    except Exception as error:  # noqa: BLE001 - a broken case may fail in any way; see incident
        failed = {instance_id: incidents.sentence_of(error)}
    for sentence in failed.values():
        _hold_up(instance_id, sentence)


def fire_batch(limit: int = 50) -> int:
    """Let the timers of up to `limit` cases fire that are due now; return how many cases.

    One transaction for all of them. A case whose timers cannot fire gets an incident
    and does not hold up the others.
    """
    cases: list[Locked] = []
    try:
        with transaction.atomic(durable=True):
            cases = locked.due_cases(limit)
            failed = _fire(cases)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # one of them is broken in whatever way: find out which
        logger.warning("A batch of timers failed; each case is tried alone", exc_info=True)
        return sum(_fire_alone(case.id) for case in cases)
    for instance_id, sentence in failed.items():
        _hold_up(instance_id, sentence)
    return len(cases)


def _fire_alone(instance_id: int) -> bool:
    """False for a case that is so damaged that not even an incident can be raised."""
    try:
        fire_due_timers(instance_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # those after it must fire
        logger.exception("Timers of instance %s cannot fire, nor can it be held up", instance_id)
        return False
    return True


def _fire(cases: list[Locked]) -> dict[int, str]:
    changes: list[Change] = []
    failed: dict[int, str] = {}
    for case in cases:
        try:
            change = step(case, acts.FIRE_TIMERS, kind=Kind.TIMER_FIRED, actor=SYSTEM)
        except EngineError as error:
            failed[case.id] = str(error)
            continue
        if change.moved:
            changes.append(change)
    if changes:
        saved = save(changes)
        early.deliver_early_to_all(changes, saved.early)
    return failed


@transaction.atomic(durable=True)
def _hold_up(instance_id: int, sentence: str) -> None:
    case = locked.case(instance_id)
    if case is not None:
        incidents.raise_timer_incident(case, sentence=sentence)
