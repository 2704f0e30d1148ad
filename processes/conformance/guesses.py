"""Values for the variables that a diagram names, so that its conditions go either way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from random import Random
from typing import Any

from processes.engine import Spec

_PLAIN: tuple[Any, ...] = (
    True,
    False,
    0,
    1,
    10,
    100_000,
    "",
    "x",
    [],
    [1, 2],
    None,
    "2026-11-22",
    "PT1H",
)
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_TEXT = re.compile(r'"([^"\\]*)"')
_NUMBER = re.compile(r"\b\d{1,9}\b")


class Guesses:
    """What a process can be given so that it goes somewhere."""

    def __init__(self, spec: Spec, chance: Random) -> None:
        formulas = sorted({t for part in (*spec.elements, *spec.flows) for t in _formulas(part)})
        bare = [_TEXT.sub('""', text) for text in formulas]
        self._chance = chance
        self._paths = sorted({path for text in bare for path in _PATH.findall(text)})
        self._values = [
            *_PLAIN,
            *(found for text in formulas for found in _TEXT.findall(text)),
            *(int(found) for text in bare for found in _NUMBER.findall(text)),
        ]

    def variables(self) -> dict[str, Any]:
        """Some of the variables that are named, with values that are compared to."""
        found: dict[str, Any] = {}
        for path in self._paths:
            if self._chance.random() < 0.8:
                _put(found, path.split("."), self._chance.choice(self._values))
        return found


def _put(where: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = where.get(name)
        if not isinstance(inner, dict):
            inner = where[name] = {}
        where = inner
    where.setdefault(path[-1], value)


def _formulas(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        if part.startswith("="):
            yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _formulas(getattr(part, field.name))
    elif isinstance(part, tuple):
        for each in part:
            yield from _formulas(each)
