"""What the runtime asks of the database, written down so that it can be asked again.

A recording is one instance's statements, act by act, with the ids of that instance in them.
The ids are far apart from all other numbers, so each can be renewed wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

FIRST_IDS = {
    "processes_processinstance": 1_100_000_000_000,
    "processes_usertask": 1_200_000_000_000,
    "processes_job": 1_300_000_000_000,
}
"""Where the ids of each table begin: so long that they cannot be mistaken."""
KEY = "BENCH-{:012d}"
"""Business keys: all of one length, so that all rows are."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    text: str
    parameters: Any


@dataclass(kw_only=True)
class Transaction:
    """The statements of one act."""

    act: str
    """`start`, `complete`, `claim` or `job`."""
    atomic: bool = False
    """Whether BEGIN and COMMIT stood around them."""
    statements: list[Statement] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """With durations as seconds and bytes as digits, since JSON has none."""
        found = asdict(self)
        for statement in found["statements"]:
            statement["parameters"] = _plain(statement["parameters"])
        return found


class Recorder:
    """Listens on one Django connection; `during` names the act that is going on."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.transactions: list[Transaction] = []

    @contextmanager
    def during(self, act: str) -> Iterator[None]:
        self.transactions.append(Transaction(act=act))
        with self._connection.execute_wrapper(self._heard):
            yield

    def _heard(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        transaction = self.transactions[-1]
        transaction.atomic = self._connection.in_atomic_block
        transaction.statements.append(Statement(text=sql, parameters=params))
        return execute(sql, params, many, context)


class Renewal:
    """A recorded transaction with a place for each id and business key in its parameters."""

    def __init__(self, recorded: Mapping[str, Any]) -> None:
        self.act: str = recorded["act"]
        self.atomic: bool = recorded["atomic"]
        self._statements = [(s["text"], s["parameters"]) for s in recorded["statements"]]

    def with_ids(self, new: Mapping[str, str]) -> list[tuple[str, Any]]:
        """The statements for another instance; `new` maps recorded ids and key to its own."""
        pattern = re.compile("|".join(map(re.escape, new)))
        return [(text, _renewed(parameters, new, pattern)) for text, parameters in self._statements]


def _renewed(value: Any, new: Mapping[str, str], pattern: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        for name, read in _READ.items():
            if set(value) == {name}:
                return read(value[name])
        return {name: _renewed(part, new, pattern) for name, part in value.items()}
    if isinstance(value, list):
        return [_renewed(part, new, pattern) for part in value]
    if isinstance(value, str):
        return pattern.sub(lambda found: new[found[0]], value)
    if isinstance(value, int) and str(value) in new:
        return int(new[str(value)])
    return value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "seconds": lambda seconds: timedelta(seconds=seconds),
    "bytes": bytes.fromhex,
}


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return {"seconds": value.total_seconds()}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(part) for part in value]
    return value
