"""Commands on the timer that a case waits for: another moment, a pause, and on again.

Each says what it changes, with `dry_run` before it is done. Who may command is for the
caller to judge; who did and why stands in the history.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from processes import acts, engine
from processes.acts import Act
from processes.contract import Actor
from processes.engine import Plan, Wait, WaitKind
from processes.errors import CannotGoOn, NoSuchCase, NoSuchTimer
from processes.history import Kind
from processes.specs import environment, spec_of

from . import locked
from .carried import settle_timers
from .saving import save
from .stepping import step


def change_timer(
    *,
    instance_id: int,
    token: str,
    due_at: datetime,
    actor: Actor,
    reason: str,
    dry_run: bool = False,
) -> Plan:
    """Let a timer be due at `due_at` instead; in the past: it fires with the next sweep.

    A cycle goes on from there. Joins the caller's transaction.

    Raises:
        NoSuchTimer: it has fired meanwhile, or its task was done.
        CannotGoOn: it pauses; `dry_run` gives that as a refusal of the plan.
        NoSuchCase: the case does not run.
    """
    act = acts.change_timer(token, due_at)
    return _command(instance_id, act, Kind.TIMER_CHANGED, actor, reason, dry_run=dry_run)


def pause_timer(
    *, instance_id: int, token: str, actor: Actor, reason: str, dry_run: bool = False
) -> Plan:
    """Stop a timer; it keeps the time that is left. Joins the caller's transaction.

    Raises:
        NoSuchTimer, CannotGoOn, NoSuchCase: as for `change_timer`.
    """
    act = acts.pause_timer(token)
    return _command(instance_id, act, Kind.TIMER_PAUSED, actor, reason, dry_run=dry_run)


def resume_timer(
    *, instance_id: int, token: str, actor: Actor, reason: str, dry_run: bool = False
) -> Plan:
    """Let a timer that pauses go on with what is left. Joins the caller's transaction.

    Raises:
        NoSuchTimer, CannotGoOn, NoSuchCase: as for `change_timer`.
    """
    act = acts.resume_timer(token)
    return _command(instance_id, act, Kind.TIMER_RESUMED, actor, reason, dry_run=dry_run)


@transaction.atomic
def _command(
    instance_id: int, act: Act, kind: Kind, actor: Actor, reason: str, *, dry_run: bool
) -> Plan:
    case = locked.case(instance_id)
    if case is None:
        raise NoSuchCase
    spec, lent = spec_of(case.definition), environment(case.now)
    before = engine.describe(spec, case.state, lent)
    plan = engine.planned(before, lambda: act.perform(spec, case.state, lent))
    old = _timer(before.waits, act.token)
    if dry_run:
        return plan
    if plan.refusals:
        raise CannotGoOn(plan.refusals[0])
    new = _timer([change.after for change in plan.altered] or [old], act.token)
    note = {"reason": reason, "before": _said(old), "after": _said(new)}
    change = step(case, act, kind=kind, actor=actor, element_id=old.element_id, note=note)
    save([change])
    settle_timers(change.after, actor)
    return plan


def _timer(waits: Any, token: str) -> Wait:
    for wait in waits:
        if wait.kind is WaitKind.TIMER and wait.token_id == token:
            found: Wait = wait
            return found
    raise NoSuchTimer


def _said(timer: Wait) -> dict[str, Any]:
    """When it is due or, while it pauses, how many seconds are left."""
    if timer.due_at is not None:
        return {"due": timer.due_at.isoformat()}
    assert timer.remaining is not None  # noqa: S101  # a timer runs or pauses
    return {"left": timer.remaining.total_seconds()}
