"""An act: one call of the engine as data, so that the history can do it again.

What happens to a case happens through `Act.perform`, the first time and on every replay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import engine
from .plain import plain


@dataclass(frozen=True, kw_only=True)
class Act:
    """A verb of the engine with all it needs but state and moment. Plain JSON."""

    verb: str
    token: str = ""
    """The token acted on; empty for `start`, `fire_timers` and `cancel`."""
    args: Mapping[str, Any] = field(default_factory=dict)

    def perform(
        self, spec: engine.Spec, state: engine.State, env: engine.Environment
    ) -> engine.Step:
        """Do it. Raises what the verb raises."""
        match self.verb:
            case "start":
                return engine.start(spec, self.args["variables"], env)
            case "complete":
                return engine.complete(
                    spec, state, env, token_id=self.token, output=self.args["output"]
                )
            case "throw_error":
                return engine.throw_error(spec, state, env, token_id=self.token, **self.args)
            case "deliver":
                return engine.deliver(
                    spec, state, env, token_id=self.token, payload=self.args["payload"]
                )
            case "fire_timers":
                return engine.fire_timers(spec, state, env)
            case "cancel":
                return engine.cancel(spec, state, env)
        msg = f"Expected a verb of the engine, got {self.verb!r}"
        raise ValueError(msg)

    def as_json(self) -> dict[str, Any]:
        return {"verb": self.verb, "token": self.token, "args": dict(self.args)}


def start(variables: Mapping[str, Any]) -> Act:
    return Act(verb="start", args={"variables": plain(variables)})


def complete(token: str, output: Mapping[str, Any]) -> Act:
    return Act(verb="complete", token=token, args={"output": plain(output)})


def throw_error(token: str, *, code: str, message: str, variables: Mapping[str, Any]) -> Act:
    args = {"code": code, "message": message, "variables": variables}
    return Act(verb="throw_error", token=token, args=plain(args))


def deliver(token: str, payload: Mapping[str, Any]) -> Act:
    return Act(verb="deliver", token=token, args={"payload": plain(payload)})


FIRE_TIMERS = Act(verb="fire_timers")
CANCEL = Act(verb="cancel")
