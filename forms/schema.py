"""form-js schemas (version 19): read, and refused when this package could not judge them.

What form-js would silently ignore in the browser is a problem here, with a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from forms.fields import CHOICES, READERS, SUBTYPES, Field, decimal_of
from forms.rules import LIMITS, RULES, compile_pattern
from forms.scope import is_expression
from processes.feel import FeelError, compile_expression
from processes.sentences import Said, say

SCHEMA_VERSION = 19
MAX_FIELDS = 300
MAX_DEPTH = 8
MAX_BYTES = 500_000

SILENT = frozenset(
    ("text", "html", "spacer", "separator", "button", "image", "iframe", "table",
     "documentPreview")
)  # fmt: skip
"""Types that show something and take nothing in."""
KEYED = frozenset((*READERS, "expression"))
_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class InvalidForm(Exception):
    """The schema cannot be used. `problems` says why, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def load_form(text: str | bytes) -> dict[str, Any]:
    """The schema in a `.form` file.

    Raises:
        InvalidForm: with every problem found.
    """
    if len(text) > MAX_BYTES:
        raise InvalidForm([f"Expected a form of at most {MAX_BYTES} bytes"])
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidForm([f"Expected JSON: {error}"]) from None
    problems = list(problems_of(schema))
    if problems:
        raise InvalidForm(problems)
    return dict(schema)


def problems_of(schema: Any) -> Iterator[str]:
    """Why `schema` is no form that can be judged; nothing when it is one."""
    if not isinstance(schema, dict) or schema.get("type") != "default":
        yield say("Expected an object of type 'default'")
        return
    version = schema.get("schemaVersion", SCHEMA_VERSION)
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        yield say(
            "Expected schema version {newest} or older, found {found!r}",
            newest=SCHEMA_VERSION,
            found=version,
        )
    yield from _Checker().components(schema, (), 0)


class _Checker:
    def __init__(self) -> None:
        self._leaves: set[tuple[str, ...]] = set()
        """Paths of values."""
        self._ways: set[tuple[str, ...]] = set()
        """Paths that lead to values, and so cannot be values themselves."""
        self._count = 0

    def components(self, parent: Field, at: tuple[str, ...], depth: int) -> Iterator[str]:
        found = parent.get("components", [])
        if not isinstance(found, list) or depth > MAX_DEPTH:
            yield say("Expected a list of components, at most {most} levels deep", most=MAX_DEPTH)
            return
        self._count += len(found)
        if self._count > MAX_FIELDS:
            yield say("Expected at most {most} fields", most=MAX_FIELDS)
            return
        for field in found:
            if isinstance(field, dict):
                yield from self._field(field, at, depth)
            else:
                yield say("Expected each component to be an object")

    def _field(self, field: Field, at: tuple[str, ...], depth: int) -> Iterator[str]:
        kind = field.get("type")
        name = str(field.get("key") or field.get("path") or field.get("id"))
        if kind in KEYED:
            yield from self._claim(field.get("key"), at, name)
            yield from _problems_of_input(field, name)
        elif kind == "dynamiclist":
            yield from self._claim(field.get("path"), at, name, end=("*",))
            yield from self.components(field, (*at, *steps_of(field), "[]"), depth + 1)
        elif kind == "group":
            yield from self.components(field, (*at, *steps_of(field)), depth + 1)
        elif kind not in SILENT:
            yield _about(name, "'{kind}' is no type of field that can be judged", kind=kind)
        yield from _problems_of_conditions(field, name)

    def _claim(
        self, path: Any, at: tuple[str, ...], name: str, *, end: tuple[str, ...] = ()
    ) -> Iterator[str]:
        """Take the place where a value stands; no other may stand there or on the way."""
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            yield _about(
                name, "expected a key of letters, digits and dots, found {found!r}", found=path
            )
            return
        steps = (*at, *path.split("."), *end)
        way = {steps[:length] for length in range(1, len(steps))}
        if steps in self._leaves | self._ways or way & self._leaves:
            yield _about(name, "expected the key to be used once")
        self._leaves.add(steps)
        self._ways |= way


def steps_of(container: Field) -> tuple[str, ...]:
    """The path of a group or list as steps; a group without one adds none."""
    path = container.get("path")
    return tuple(path.split(".")) if isinstance(path, str) and path else ()


def _problems_of_input(field: Field, name: str) -> Iterator[str]:
    rules = field.get("validate", {})
    if not isinstance(rules, dict):
        yield _about(name, "expected 'validate' to be an object")
        return
    for rule in rules.keys() - RULES:
        yield _about(name, "'{rule}' is no rule that can be checked", rule=rule)
    yield from _problems_of_pattern(rules, name)
    for rule in LIMITS & rules.keys():
        if is_expression(rules[rule]):
            yield from _problems_of_expression(rules[rule], name)
        elif decimal_of(rules[rule]) is None:
            yield _about(name, "expected '{rule}' to be a number or an expression", rule=rule)
    yield from _problems_of_kind(field, name)


def _problems_of_pattern(rules: Field, name: str) -> Iterator[str]:
    try:
        compile_pattern(rules.get("pattern") or "")
    except (TypeError, ValueError) as error:
        yield _about(name, "the pattern cannot be used: {error}", error=str(error))


def _problems_of_kind(field: Field, name: str) -> Iterator[str]:
    kind = field["type"]
    if kind in CHOICES:
        sources = [key for key in ("values", "valuesKey", "valuesExpression") if field.get(key)]
        if len(sources) != 1:
            yield _about(name, "expected one source of options, found {found}", found=len(sources))
        elif sources == ["values"] and not isinstance(field["values"], list):
            yield _about(name, "expected a list of options")
        elif sources == ["valuesExpression"]:
            yield from _problems_of_expression(field["valuesExpression"], name)
    if kind == "datetime" and field.get("subtype", "date") not in SUBTYPES:
        yield _about(name, "'{kind}' is no kind of date or time", kind=field["subtype"])
    if kind == "expression":
        yield from _problems_of_expression(field.get("expression"), name)
    digits = field.get("decimalDigits")
    if digits is not None and (type(digits) is not int or not 0 <= digits <= 20):
        yield _about(name, "expected decimalDigits to be a whole number up to 20")


def _problems_of_conditions(field: Field, name: str) -> Iterator[str]:
    conditional = field.get("conditional") or {}
    hide = conditional.get("hide") if isinstance(conditional, dict) else conditional
    if hide:
        yield from _problems_of_expression(hide, name)
    if is_expression(field.get("readonly")):
        yield from _problems_of_expression(field["readonly"], name)


def _problems_of_expression(text: Any, name: str) -> Iterator[str]:
    if not is_expression(text):
        yield _about(
            name, "expected an expression that begins with '=', found {found!r}", found=text
        )
        return
    try:
        compile_expression(text[1:])
    except FeelError as error:
        yield say("{field}: {problem}", field=name, problem=str(error))


def _about(field: str, template: str, /, **parameters: object) -> Said:
    """A sentence about one field."""
    return say("{field}: {problem}", field=field, problem=say(template, **parameters))
