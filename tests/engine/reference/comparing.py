"""What both sides say of one moment, thing by thing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from processes.engine import Step, Wait, WaitKind
from tests.engine.cases import NOW
from tests.engine.reference.machine import Machine
from tests.engine.reference.parts import Armed, Token
from tests.engine.reference.sketch import CONSTANTS, Node

_MINUTE = timedelta(minutes=1)
_WORK = {"userTask": WaitKind.USER_TASK, "serviceTask": WaitKind.SERVICE_TASK}
_EVENTS = {"timer": WaitKind.TIMER, "message": WaitKind.MESSAGE}
Key = tuple[Any, ...]


class Differs(AssertionError):
    """Engine and reference do not agree."""


@dataclass(frozen=True)
class Pair:
    """One thing that is waited for, as both sides see it."""

    wait: Wait
    seen: Token | Armed

    @property
    def node(self) -> Node:
        """The element that is waited at, as drawn."""
        return self.seen.node if isinstance(self.seen, Token) else self.seen.trigger


def pairs(step: Step, machine: Machine) -> list[Pair]:
    """What both wait for, the oldest first.

    Raises:
        Differs: they do not wait for the same.
    """
    if step.ended != machine.ended:
        raise Differs(f"engine ended: {step.ended}, reference ended: {machine.ended}")
    waits: dict[Key, list[Wait]] = defaultdict(list)
    for wait in step.waits:
        waits[_key_of_wait(wait, step)].append(wait)
    seen: dict[Key, list[Token | Armed]] = defaultdict(list)
    for token in machine.working():
        seen[_key_of_token(token)].append(token)
    for armed in machine.listening():
        if armed.trigger.event in _EVENTS:
            seen[_key_of_armed(armed)].append(armed)
    if {key: len(found) for key, found in waits.items()} != {k: len(v) for k, v in seen.items()}:
        raise Differs(_difference(waits, seen))
    found = [
        Pair(wait, one)
        for key, several in waits.items()
        for wait, one in zip(several, seen[key], strict=True)
    ]
    for pair in found:
        _check_variables(pair, machine)
    return found


def check_passages(passed: Counter[str], machine: Machine) -> None:
    """Whether tokens left the same elements, as often.

    Raises:
        Differs: they did not.
    """
    if machine.conditional:
        # What is on its way when a condition becomes true may pass one element more, or less.
        return
    only = {"engine": passed - machine.passed, "reference": machine.passed - passed}
    if only["engine"] or only["reference"]:
        raise Differs(f"elements were left only in {only}")


def check_result(step: Step, machine: Machine) -> None:
    """Whether both have the same variables at the end.

    Raises:
        Differs: one was lost, or has a value that nobody wrote.
    """
    found = {k: v for k, v in step.variables.items() if k not in (*CONSTANTS, "d", "res", "mine")}
    expected = machine.store.values
    if found.keys() != expected.keys():
        raise Differs(f"variables of the engine: {sorted(found)}, expected {sorted(expected)}")
    for name, value in found.items():
        if value not in expected[name]:
            raise Differs(f"{name} is {value}, expected one of {expected[name]}")


def _key_of_wait(wait: Wait, step: Step) -> Key:
    due = (wait.due_at - NOW) // _MINUTE if wait.due_at else 0
    hosts = {other.token_id: other.element_id for other in step.waits}
    attached = hosts.get(wait.attached_to, bool(wait.attached_to))
    return (wait.kind, wait.element_id, due, wait.interrupting, attached, _items(wait.variables))


def _key_of_token(token: Token) -> Key:
    items = () if token.node.input else _items(token.items())
    return (_WORK[token.node.kind], token.node.id, 0, True, False, items)


def _key_of_armed(armed: Armed) -> Key:
    trigger, kind = armed.trigger, _EVENTS[armed.trigger.event]
    due = armed.due if kind is WaitKind.TIMER else 0
    attached: str | bool = False
    if armed.place is not None:
        attached = armed.place.owner is not None
    elif trigger.host and armed.token is not None:
        waits = armed.token.doing in ("working", "listening")
        attached = trigger.host if waits else True
    return (kind, trigger.id, due, trigger.interrupting, attached, ())


def _items(variables: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((k, v) for k, v in variables.items() if k.startswith("it_")))


def _check_variables(pair: Pair, machine: Machine) -> None:
    """A worker sees all that was written before, and nothing that was not written."""
    if not isinstance(pair.seen, Token):
        return
    visible = pair.wait.variables
    if pair.node.input:
        if visible != {f"in_{pair.node.id}": CONSTANTS[pair.node.input]}:
            raise Differs(f"{pair.node.id} is given {visible}")
        return
    lost = pair.seen.knows - visible.keys()
    if lost:
        raise Differs(f"{pair.node.id} does not see {sorted(lost)}")


def _difference(waits: Mapping[Key, list[Any]], seen: Mapping[Key, list[Any]]) -> str:
    lines = ["they wait for different things:"]
    for key in sorted({*waits, *seen}, key=repr):
        sides = (len(waits.get(key, ())), len(seen.get(key, ())))
        if sides[0] != sides[1]:
            lines.append(f"  {key}: engine {sides[0]}, reference {sides[1]}")
    return "\n".join(lines)
