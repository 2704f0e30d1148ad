"""An act: one call of the engine as data, so that the history can do it again.

What happens to a case happens through `Act.perform`, the first time and on every replay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from . import engine
from .engine import Environment, Spec, State, Step
from .plain import plain


@dataclass(frozen=True, kw_only=True)
class Act:
    """A verb of the engine with all it needs but state and moment. Plain JSON."""

    verb: str
    token: str = ""
    """The token acted on; empty for `start`, `fire_timers` and `cancel`."""
    args: Mapping[str, Any] = field(default_factory=dict)

    def perform(
        self, spec: Spec, state: State, env: Environment, *, to: Spec | None = None
    ) -> Step:
        """Do it. Raises what the verb raises. `to` is where `migrate` leads."""
        if self.verb == MIGRATE and to is not None:
            asked = {name: self.args[name] for name in ("mapping", "restart")}
            return engine.migrate(spec, state, env, to=to, **asked)
        verb = _VERBS.get(self.verb)
        if verb is None:
            msg = f"Expected a verb of the engine, got {self.verb!r}"
            raise ValueError(msg)
        return verb(self, spec, state, env)

    def as_json(self) -> dict[str, Any]:
        return {"verb": self.verb, "token": self.token, "args": dict(self.args)}


_Verb = Callable[[Act, Spec, State, Environment], Step]


def _start(act: Act, spec: Spec, _state: State, env: Environment) -> Step:
    return engine.start(spec, act.args["variables"], env, element_id=act.args.get("element", ""))


def _on_token(verb: Callable[..., Step]) -> _Verb:
    def perform(act: Act, spec: Spec, state: State, env: Environment) -> Step:
        return verb(spec, state, env, token_id=act.token, **act.args)

    return perform


def _on_case(verb: Callable[[Spec, State, Environment], Step]) -> _Verb:
    def perform(_act: Act, spec: Spec, state: State, env: Environment) -> Step:
        return verb(spec, state, env)

    return perform


def _change_timer(act: Act, spec: Spec, state: State, env: Environment) -> Step:
    due_at = datetime.fromisoformat(act.args["due_at"])
    return engine.change_timer(spec, state, env, token_id=act.token, due_at=due_at)


def _modify(act: Act, spec: Spec, state: State, env: Environment) -> Step:
    put = [engine.Put(**one) for one in act.args["put"]]
    return engine.modify(spec, state, env, take_off=act.args["take_off"], put=put)


MIGRATE = "migrate"
_VERBS: Mapping[str, _Verb] = {
    "start": _start,
    "complete": _on_token(engine.complete),
    "throw_error": _on_token(engine.throw_error),
    "deliver": _on_token(engine.deliver),
    "change_timer": _change_timer,
    "pause_timer": _on_token(engine.pause_timer),
    "resume_timer": _on_token(engine.resume_timer),
    "modify": _modify,
    "fire_timers": _on_case(engine.fire_timers),
    "cancel": _on_case(engine.cancel),
}


def start(variables: Mapping[str, Any], element_id: str = "") -> Act:
    """At the plain start event, or at the one whose message or moment has come."""
    at = {"element": element_id} if element_id else {}
    return Act(verb="start", args={"variables": plain(variables), **at})


def complete(token: str, output: Mapping[str, Any]) -> Act:
    return Act(verb="complete", token=token, args={"output": plain(output)})


def throw_error(token: str, *, code: str, message: str, variables: Mapping[str, Any]) -> Act:
    args = {"code": code, "message": message, "variables": variables}
    return Act(verb="throw_error", token=token, args=plain(args))


def deliver(token: str, payload: Mapping[str, Any]) -> Act:
    return Act(verb="deliver", token=token, args={"payload": plain(payload)})


def change_timer(token: str, due_at: datetime) -> Act:
    if due_at.tzinfo is None:
        msg = "Expected a moment with its offset from UTC"
        raise ValueError(msg)
    moment = due_at.astimezone(UTC).isoformat()
    return Act(verb="change_timer", token=token, args={"due_at": moment})


def pause_timer(token: str) -> Act:
    return Act(verb="pause_timer", token=token)


def resume_timer(token: str) -> Act:
    return Act(verb="resume_timer", token=token)


def modify(take_off: Sequence[str], put: Sequence[engine.Put]) -> Act:
    args = {"take_off": list(take_off), "put": [asdict(one) for one in put]}
    return Act(verb="modify", args=plain(args))


def migrate(
    *,
    from_version: int,
    to_version: int,
    mapping: Mapping[str, str],
    restart: Collection[str],
) -> Act:
    args = {"from": from_version, "to": to_version, "mapping": mapping, "restart": sorted(restart)}
    return Act(verb=MIGRATE, args=plain(args))


FIRE_TIMERS = Act(verb="fire_timers")
CANCEL = Act(verb="cancel")
