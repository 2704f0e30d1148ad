"""Rows of a state → scopes and tokens: the way back of `rows` and `resting`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import lines
from .asleep import Asleep, Items, Results, as_lines
from .branches import ENDED
from .instance import Instance
from .loops import KEPT
from .merging import Data, patched
from .parts import Change, Parts, Whole
from .patches import Scope, TaskState, Token
from .rows import FIRST, NESTED
from .sleeping import Sleepers

if TYPE_CHECKING:
    from .building import ScopeSpec


class Reviving:
    """Makes scopes and tokens of one instance from rows."""

    def __init__(
        self,
        instance: Instance,
        scopes: Mapping[str, ScopeSpec],
        parts: list[Asleep],
        *,
        version: int,
        within: Parts | None = None,
    ) -> None:
        self._instance = instance
        self._scopes = scopes
        self._parts = parts
        self._version = version
        self._within = within or Parts()
        """Where the rows stand: in a state, or in an item of it."""

    def scope(
        self,
        owner: str,
        name: str,
        entry: Change,
        rows: list[list[Any]],
        record: list[list[Any]] | None = None,
        items: int | list[Any] | None = None,
        due: int = 0,
        changed: int = 0,
    ) -> None:
        """Make a scope and those who stand in it."""
        instance = self._instance
        activity = instance.find_awake(owner) if owner else None
        scope = Scope(self._scopes[name], instance=instance, activity=activity, entry=Data())
        scope.entry = self._patched(self._within.around(scope), entry)
        scope.record = record or []
        instance.scopes[owner] = scope
        tokens: list[Token] = []
        for row in rows:
            tokens.append(self._token(scope, tokens, *row))
        scope.task_tree = tokens[0]
        if items is not None:
            # Before the third version nobody said who has other variables.
            told = bool(changed) or self._version < NESTED
            raw = lines.of(items) if isinstance(items, list) else self._parts[items].raw
            scope.asleep = Sleepers(scope, raw, self._item, due=due, changed=told)

    def _token(
        self,
        scope: Scope,
        tokens: list[Token],
        token_id: str,
        place: int,
        state: int,
        name: str,
        change: Change = None,
        internals: dict[str, Any] | None = None,
    ) -> Token:
        parent = tokens[place] if place >= 0 else None
        data = scope.entry if parent is None else parent.data
        if change:
            data = self._patched(data, change)
        node = scope.spec.task_specs[name]
        token = Token(scope, node, token_id=token_id, parent=parent, data=data, state=state)
        if internals:
            token.internal_data = internals
            if ENDED in internals:
                internals[ENDED] = self._patched(data, internals[ENDED])
            if KEPT in internals:
                self._kept(internals[KEPT])
        if state != TaskState.COMPLETED:
            self._instance.note(token)
        return token

    def _kept(self, kept: dict[str, Any]) -> None:
        out: Any = kept.get("out")
        items: Any = kept.get("items")
        if self._version == FIRST and out is not None:
            done = ((i, v) for i, v in enumerate(out) if v is not None or "items" in kept)
            kept["out"] = Results(done)
        elif isinstance(out, list):
            kept["out"] = Results(out)
        elif out is not None:
            kept["out"] = Results(earlier=self._parts[out].raw[1:-1])
        if "at" in kept:
            part = Asleep(as_lines(items)) if isinstance(items, list) else self._parts[items]
            kept["items"] = Items(part, kept.pop("at"))
        elif items and self._version == FIRST:
            kept["items"] = Items.of(items, taken=kept["done"] + 1)

    def _item(self, scope: Scope, fork: Token, row: list[Any]) -> None:
        """Make an item of `scope` from its line, with all that goes on in it."""
        node, inside = scope.spec.start_node, []
        if node.waits_outside:
            token_id, state, internals, *change = row
        else:
            _, _, token_id, state, internals, *change, inside = row
        data = patched(fork.data, change[0] if change else None)
        token = Token(scope, node, token_id=token_id, parent=fork, data=data, state=state)
        token.internal_data = internals
        self._instance.note(token)
        within = Reviving(
            self._instance, self._scopes, self._parts, version=self._version, within=Whole()
        )
        for rows in inside:
            within.scope(*rows)

    def _patched(self, base: Data, change: Change) -> Data:
        if change is None or len(change) < 3:
            return patched(base, change)
        changed, removed, alone = change
        large = {name: self._parts[place] for name, place in alone.items()}
        return patched(base, [{**changed, **large}, removed])
