"""The history of a case: one event per change, chained by hashes, and able to be replayed.

An event's `body` is canonical text, and `hash` = SHA-256(prev || body): a changed, missing
or swapped event breaks the chain. The body carries the act and a digest of the state it
led to, so `replay` can show that the history alone gives the case as it is. Whoever can
rewrite a whole chain is not stopped here: seals that leave the machine are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .acts import MIGRATE, Act
from .engine import STATE_VERSIONS, Passage
from .models import HistoryEvent, ProcessDefinition, ProcessInstance
from .plain import canonical
from .specs import Definition, definition_of, environment, spec_of

FIRST = bytes(32)
"""What the first event of a case chains to."""


class Kind(models.TextChoices):
    """What can happen to a case."""

    PROCESS_STARTED = "process_started", _("started")
    TASK_CLAIMED = "task_claimed", _("task taken")
    TASK_RELEASED = "task_released", _("task given back")
    TASK_ASSIGNED = "task_assigned", _("task handed over")
    TASK_COMPLETED = "task_completed", _("task done")
    JOB_COMPLETED = "job_completed", _("work done")
    ERROR_THROWN = "error_thrown", _("refused")
    MESSAGE_DELIVERED = "message_delivered", _("message received")
    TIMER_FIRED = "timer_fired", _("time passed")
    TIMER_CHANGED = "timer_changed", _("deadline changed")
    TIMER_PAUSED = "timer_paused", _("deadline paused")
    TIMER_RESUMED = "timer_resumed", _("deadline resumed")
    CASE_MODIFIED = "case_modified", _("moved by hand")
    CASE_MIGRATED = "case_migrated", _("goes on with another version")
    PROCESS_CANCELLED = "process_cancelled", _("cancelled")
    INCIDENT_RAISED = "incident_raised", _("incident raised")
    INCIDENT_RESOLVED = "incident_resolved", _("incident resolved")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event, ready to be written."""

    seq: int
    at: datetime
    kind: Kind
    element_id: str
    actor: str
    via: str
    body: str
    prev: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What an event says beside where it stands in the chain."""

    kind: Kind
    actor: str
    via: str
    element_id: str = ""
    act: Act | None = None
    changes: Mapping[str, Mapping[str, Any]] | None = None
    """Changed variables: name → `before` and `after`, the one that is missing left out."""
    passages: Sequence[Passage] = ()
    state: bytes | None = None
    """The state after the act."""
    note: Mapping[str, Any] | None = None

    def entry(
        self, *, process: str, business_key: str, at: datetime, last_seq: int, last_hash: bytes
    ) -> Entry:
        """Chain it to the last event of the case."""
        body = canonical(
            {
                "v": 1,
                "process": process,
                "case": business_key,
                "seq": last_seq + 1,
                "at": _stamp(at),
                **self._content(),
            }
        )
        return Entry(
            seq=last_seq + 1,
            at=at,
            kind=self.kind,
            element_id=self.element_id,
            actor=self.actor,
            via=self.via,
            body=body,
            prev=last_hash,
            hash=_hash(last_hash, body),
        )

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = {
            "kind": str(self.kind),
            "element": self.element_id,
            "actor": {"name": self.actor, "via": self.via},
            "act": self.act and self.act.as_json(),
            "changes": self.changes,
            "passages": [_passage(passage) for passage in self.passages],
            "state": self.state and _digest(self.state),
            "note": self.note,
        }
        return {name: value for name, value in content.items() if value}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a history holds; if not, why and from which event on."""

    sound: bool
    events: int
    broken_at: int = 0
    sentence: str = ""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Which variables differ, with their values before and after."""
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(before.keys() | after.keys()):
        sides = {"before": before, "after": after}
        values = {side: data[name] for side, data in sides.items() if name in data}
        if len(values) < 2 or _differ(values["before"], values["after"]):
            found[name] = values
    return found


def _differ(before: Any, after: Any) -> bool:
    """Whether they are written differently; Python takes 1, 1.0 and true for the same."""
    return before is not after and (before != after or canonical(before) != canonical(after))


def verify(instance: ProcessInstance) -> Verdict:
    """Check the chain of a case, and that the case stands where its history says."""
    last_seq, last_hash, last_state = 0, FIRST, ""
    for event in instance.historyevent_set.order_by("seq"):
        sentence = _fault(event, last_seq, last_hash)
        if sentence:
            return Verdict(sound=False, events=last_seq, broken_at=last_seq + 1, sentence=sentence)
        last_seq, last_hash = event.seq, bytes(event.hash)
        last_state = json.loads(event.body).get("state", last_state)
    ends_here = (last_seq, last_hash) == (instance.history_seq, bytes(instance.history_hash))
    if not ends_here:
        return _broken(last_seq, "Expected the history to end where the case says, but it does not")
    if last_state != _digest(bytes(instance.state)):
        return _broken(last_seq, "Expected the state that the last act led to, found another")
    return Verdict(sound=True, events=last_seq)


def replay(instance: ProcessInstance) -> Verdict:
    """Do all recorded acts again, from nothing, and compare the states to the byte."""
    definition = _first_definition(instance)
    state, events = b"", 0
    for event in instance.historyevent_set.order_by("seq"):
        body = json.loads(event.body)
        if "act" in body:
            act, target = Act(**body["act"]), definition
            if act.verb == MIGRATE:
                target = _version(instance, act.args["to"])
            env = environment(event.at)
            spec, to = spec_of(definition), spec_of(target)
            for version in STATE_VERSIONS:  # it may be older than our form of states
                step = act.perform(spec, state, replace(env, state_version=version), to=to)
                if _digest(step.state) == body["state"]:
                    break
            else:
                return _broken(events, f"Event {event.seq} leads to another state than recorded")
            definition, state = target, step.state
        events += 1
    if state != bytes(instance.state) or definition.id != instance.definition_id:
        return _broken(events, "Expected the acts to lead to the stored state, but they do not")
    return Verdict(sound=True, events=events)


def _first_definition(instance: ProcessInstance) -> Definition:
    """With which the case began: its own, or the one from which it was first moved."""
    moves = instance.historyevent_set.filter(kind=Kind.CASE_MIGRATED).order_by("seq")
    moved = moves.first()
    if moved is None:
        return definition_of(instance.definition_id)
    return _version(instance, json.loads(moved.body)["act"]["args"]["from"])


def _version(instance: ProcessInstance, version: int) -> Definition:
    known = ProcessDefinition.objects.filter(key=instance.definition_key, version=version)
    number, digest = known.values_list("id", "content_hash").get()
    return Definition(id=number, content_hash=digest)


def _broken(events: int, sentence: str) -> Verdict:
    return Verdict(sound=False, events=events, broken_at=events + 1, sentence=sentence)


def _fault(event: HistoryEvent, last_seq: int, last_hash: bytes) -> str:
    if event.seq != last_seq + 1:
        return f"Expected event {last_seq + 1}, found {event.seq}"
    if bytes(event.prev) != last_hash or bytes(event.hash) != _hash(last_hash, event.body):
        return f"Event {event.seq} does not continue the chain"
    body = json.loads(event.body)
    told = (event.kind, event.element_id, event.actor, event.via, _stamp(event.at))
    said = (body["kind"], body.get("element", ""), *body["actor"].values(), body["at"])
    return "" if told == said else f"The columns of event {event.seq} say other than its body"


def _hash(prev: bytes, body: str) -> bytes:
    return hashlib.sha256(prev + body.encode()).digest()


def _digest(state: bytes) -> str:
    return hashlib.sha256(state).hexdigest()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _passage(passage: Passage) -> list[str]:
    return [passage.element_id, passage.type, str(passage.outcome), passage.name]
