"""A submission against its schema: what is kept, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from forms import messages
from forms.entered import is_open, scope_of, shown, shown_part
from forms.fields import READERS, Field, Wrong
from forms.messages import FormError
from forms.paths import Path, get, into, put
from forms.rules import broken
from forms.schema import steps_of
from forms.scope import Scope
from forms.unknown import unknown_names

MAX_ROWS = 100
MAX_UNKNOWN = 10


@dataclass(frozen=True)
class Judgement:
    clean: dict[str, Any] = field(default_factory=dict)
    """JSON values of all fields that are shown and can be filled in, nested as their keys say."""
    errors: dict[str, list[str]] = field(default_factory=dict)
    """By key (`address.city`, `lines.0.amount`); under the empty key what belongs to no field.
    Each is a `FormError`."""


def judge(
    schema: Mapping[str, Any],
    data: Mapping[str, Any],
    *,
    context: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> Judgement:
    """Judge what a person entered, as form-js would, and more strictly where it only tidies up.

    `context` are the variables that expressions of the form may read. Hidden, disabled and
    readonly fields are not taken from `data`. Without `now`, past dates are not refused.
    """
    judgement = Judgement()
    unknown = list(islice(unknown_names(schema, data), MAX_UNKNOWN))
    if unknown:
        judgement.errors[""] = [
            FormError(messages.UNKNOWN_FIELD, name=_printable(name)) for name in unknown
        ]
    scope = scope_of(schema, data, context or {}, now)
    _Judge(judgement).components(schema, data, judgement.clean, scope, ())
    return judgement


def _printable(name: str) -> str:
    return name[:100].encode("utf-8", "replace").decode()


class _Judge:
    def __init__(self, judgement: Judgement) -> None:
        self._errors = judgement.errors

    def components(
        self, parent: Field, data: Any, clean: dict[str, Any], scope: Scope, at: Path
    ) -> None:
        for each in shown(parent, scope):
            kind = each["type"]
            if kind == "group":
                self._group(each, data, clean, scope, at)
            elif kind == "dynamiclist":
                self._list(each, data, clean, scope, at)
            elif kind == "expression":
                put(clean, tuple(each["key"].split(".")), scope.json(each["expression"]))
            elif kind in READERS and is_open(each, scope):
                self._field(each, data, clean, scope, at)

    def _field(self, each: Field, data: Any, clean: dict[str, Any], scope: Scope, at: Path) -> None:
        steps = tuple(each["key"].split("."))
        try:
            value = READERS[each["type"]](each, get(data, steps), scope)
        except Wrong as wrong:
            self._refuse((*at, *steps), [wrong.error])
            return
        self._refuse((*at, *steps), broken(each, value, scope))
        put(clean, steps, value)

    def _group(self, each: Field, data: Any, clean: dict[str, Any], scope: Scope, at: Path) -> None:
        steps = steps_of(each)
        inner = get(data, steps)
        if inner is not None and not isinstance(inner, dict):
            self._refuse((*at, *steps), [FormError(messages.NOT_A_GROUP)])
            return
        self.components(each, inner, into(clean, steps), scope, (*at, *steps))

    def _list(self, each: Field, data: Any, clean: dict[str, Any], scope: Scope, at: Path) -> None:
        steps = steps_of(each)
        rows = get(data, steps)
        rows = [] if rows is None else rows
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self._refuse((*at, *steps), [FormError(messages.NOT_A_LIST)])
            return
        if len(rows) > MAX_ROWS:
            self._refuse((*at, *steps), [FormError(messages.TOO_MANY_ROWS, rows=MAX_ROWS)])
            return
        cleaned: list[dict[str, Any]] = []
        for number, row in enumerate(rows, 1):
            cleaned.append({})
            place = (*at, *steps, str(number - 1))
            inside = scope.row(shown_part(each, row, scope.row(row, number)), number)
            self.components(each, row, cleaned[-1], inside, place)
        put(clean, steps, cleaned)

    def _refuse(self, at: Path, errors: list[FormError]) -> None:
        if errors:
            self._errors.setdefault(".".join(at), []).extend(errors)
