"""A case that is run twice at once: through the bytes of its state at every act, and kept alive.

The verbs of the engine always read a state and write one. The other run never does: its
instance stays in memory from the first act to the last. Both must give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from processes import engine
from processes.engine import Environment, Spec, Step, throwing
from processes.engine.codec import encode
from processes.engine.events import DUE
from processes.engine.instance import MAX_MOVES, TOP, Instance
from processes.engine.moments import to_number
from processes.engine.plain import plain
from tests.engine.cases import ENVIRONMENT, spec_of
from tests.engine.diagrams import Drawing
from tests.scenarios.driver import Case


class Twin(Case):
    """Like `Case`, beside an instance that is never written down."""

    def __init__(self, spec: Spec, variables: Mapping[str, Any], environment: Environment) -> None:
        self.alive = Instance(environment)
        self.alive.open(spec.scopes[spec.process_id], activity=None, data=plain(variables))
        self.alive.run()
        super().__init__(spec, variables, environment)
        self._compare()

    def complete_one(self, element_id: str, place: int, **output: Any) -> None:
        """Complete the task at this `place` among those that wait at `element_id`."""
        waits = [wait for wait in self.step.waits if wait.element_id == element_id]
        self._run(engine.complete, token_id=waits[place].token_id, output=output)

    def _run(self, verb: Callable[..., Step], **options: Any) -> None:
        super()._run(verb, **options)
        alive = self.alive
        alive.environment = self.environment
        alive.passages = []
        alive._limit = alive.counter + MAX_MOVES
        _ACTS[verb](alive, **options)
        alive.run()
        self._compare()

    def _compare(self) -> None:
        assert tuple(self.alive.passages) == self.step.passages
        kept = encode(self.alive, self.spec.fingerprint)
        assert _read(kept) == _read(self.step.state)


def _read(state: bytes) -> list[Any]:
    """What is behind the seal: in JSON the order of keys means nothing."""
    return [
        [orjson.loads(line) for line in part.strip().split(b"\n")]
        for part in state[19:].split(b"\x1e")
    ]


def _complete(alive: Instance, *, token_id: str, output: Mapping[str, Any]) -> None:
    token = alive.find(token_id)
    assert token is not None
    token.task_spec.complete(token, plain(output))


def _throw(alive: Instance, *, token_id: str, code: str, variables: Mapping[str, Any]) -> None:
    token = alive.find(token_id)
    assert token is not None
    throwing.throw_error(token, code=code, variables=plain(variables))


def _deliver(alive: Instance, *, token_id: str, payload: Mapping[str, Any]) -> None:
    token = alive.find(token_id)
    assert token is not None
    token.trigger(plain(payload))


def _fire(alive: Instance) -> None:
    now = to_number(alive.environment.now)
    due = [t for t in alive.standing() if t.internal_data.get(DUE, now + 1) <= now]
    for token in sorted(due, key=lambda token: (token.internal_data[DUE], token.number)):
        if alive.stands(token):
            token.trigger({})
            alive.run()


def _cancel(alive: Instance) -> None:
    variables = alive.variables()
    alive.close(alive.scopes[TOP])
    alive.result = variables


_ACTS: Mapping[Callable[..., Step], Callable[..., None]] = {
    engine.complete: _complete,
    engine.throw_error: _throw,
    engine.deliver: _deliver,
    engine.fire_timers: _fire,
    engine.cancel: _cancel,
}


def run(*drawings: Drawing, **variables: Any) -> Twin:
    """A case of the first drawing, in one bundle with the others."""
    return Twin(spec_of(*drawings), variables, ENVIRONMENT)
