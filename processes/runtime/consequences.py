"""What moving tokens by hand would do to work for machines: nothing twice, nothing half.

Money may be moving. A job that a machine is doing is never taken away; one that was begun,
and what would be done again, only by somebody who says so.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from processes.acts import MIGRATE
from processes.engine import Plan, Put, Spec, Step, Wait, WaitKind, elements_after
from processes.models import HistoryEvent, Job

from .locked import Locked

_UNDER_WAY = _("“%(task)s” is being done by a machine. Please wait until that has ended.")
_BEGUN = _(
    "“%(task)s” was begun and may have worked outside. Find out what became of it, "
    "and say that you did."
)
_OTHER_WORK = _("“%(task)s” was begun, and would be other work in the new version.")
_AGAIN = _("“%(task)s” might be done a second time. Say so if that is meant.")


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What the actor has thought of. Both name service tasks by their element ids."""

    repeating: Collection[str] = ()
    """May be done again, though they were done or others will do them."""
    giving_up: Collection[str] = ()
    """Were begun, and are given up: the actor knows what became of them outside."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """The rows of jobs that an act closes or alters, which nobody can lease meanwhile."""

    leased: frozenset[str]
    """Tokens of jobs that a machine is doing now."""
    begun: frozenset[str]
    """Tokens of jobs that a machine has ever begun."""


def passed(case: Locked) -> list[str]:
    """Elements that tokens of the case have left, oldest first, by the ids of its version."""
    events = HistoryEvent.objects.filter(instance_id=case.id).order_by("seq")
    found: list[str] = []
    for text in events.values_list("body", flat=True):
        body = json.loads(text)
        act = body.get("act", {})
        if act.get("verb") == MIGRATE:
            mapping: Mapping[str, str] = act["args"]["mapping"]
            found = [mapping.get(one, one) for one in found]
        found += [row[0] for row in body.get("passages", ())]
    return found


def lock_jobs(case: Locked, plan: Plan) -> Begun:
    """Hold the jobs that `plan` closes or alters: whoever leases them has or waits."""
    waits = [*plan.closed, *(change.before for change in plan.altered)]
    tokens = [wait.token_id for wait in waits if wait.kind is WaitKind.SERVICE_TASK]
    rows: Iterable[Any] = ()
    if tokens:
        jobs = Job.objects.filter(instance_id=case.id, token__in=tokens).order_by("pk")
        rows = jobs.select_for_update().values_list("token", "state", "lease_token")
    held = list(rows)
    return Begun(
        leased=frozenset(token for token, state, _lease in held if state == Job.State.LEASED),
        begun=frozenset(token for token, _state, lease in held if lease),
    )


def repeated(
    spec: Spec, before: Step, plan: Plan, put: Sequence[Put], done: Iterable[str]
) -> set[str]:
    """Service tasks that may be done again, or by two tokens, because of the tokens put."""
    known, leaving = set(done), {wait.token_id: wait for wait in plan.closed}
    staying = [wait for wait in before.waits if wait.token_id not in leaving]
    elsewhere = {wait.token_id: _jobs_after(spec, wait.element_id) for wait in staying}
    found: set[str] = set()
    for position, one in enumerate(put):
        ahead = _jobs_after(spec, one.element_id, behind=one.after)
        found |= ahead & known
        if one.instead_of in leaving:
            ahead -= _jobs_after(spec, leaving[one.instead_of].element_id)
        others = [_jobs_after(spec, o.element_id, behind=o.after) for o in put[:position]]
        found |= ahead & set().union(*elsewhere.values(), *others)
    return found


def repeated_in(
    old: Spec, new: Spec, before: Step, after: Step, mapping: Mapping[str, str], done: Iterable[str]
) -> set[str]:
    """Service tasks that were done, and that only the new definition leads to again."""
    known = {mapping.get(one, one) for one in done}
    drawn = {element.id for element in new.elements}
    lost = {
        e.topic for e in old.elements if e.id in set(done) and mapping.get(e.id, e.id) not in drawn
    }
    topics = {element.id: element.topic for element in new.elements}
    ahead = _jobs_of(new, after.waits)
    behind = {mapping.get(one, one) for one in _jobs_of(old, before.waits)}
    return {one for one in ahead - behind if one in known or topics[one] in lost}


def objections(
    plan: Plan, begun: Begun, repeats: Collection[str], spec: Spec, consent: Consent
) -> list[str]:
    """What stands against it because of work for machines, one sentence each."""
    sentences: list[str] = []
    for wait in plan.closed:
        if wait.token_id in begun.leased:
            sentences.append(_UNDER_WAY % {"task": wait.name})
        elif wait.token_id in begun.begun and wait.element_id not in consent.giving_up:
            sentences.append(_BEGUN % {"task": wait.name})
    for change in plan.altered:
        if change.before.token_id in begun.begun and change.before.topic != change.after.topic:
            sentences.append(_OTHER_WORK % {"task": change.before.name})
    names = {element.id: element.name or element.id for element in spec.elements}
    for element_id in sorted(set(repeats) - set(consent.repeating)):
        sentences.append(_AGAIN % {"task": names[element_id]})
    return sentences


def _jobs_of(spec: Spec, waits: Iterable[Wait]) -> set[str]:
    return set().union(*(_jobs_after(spec, wait.element_id) for wait in waits))


def _jobs_after(spec: Spec, element_id: str, *, behind: bool = False) -> set[str]:
    return {e.id for e in elements_after(spec, element_id, behind=behind) if e.topic}
