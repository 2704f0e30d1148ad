"""Types as `instance of` and parameters name them: closures from a value to yes or no."""

from __future__ import annotations

from collections.abc import Callable

from lark import Token, Tree

from processes.feel.errors import FeelSyntaxError
from processes.feel.parser import Node
from processes.feel.values import FeelValue, Range, type_name

Type = Callable[[FeelValue], bool]

_ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "day-time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "year-month duration": "years and months duration",
}
_SIMPLE = frozenset(
    ("boolean", "number", "string", "date", "time", "date and time", "days and time duration",
     "years and months duration", "list", "context", "range", "function", "Null")
)  # fmt: skip


def compile_type(tree: Node, text: str) -> Type:
    """The check for a type.

    Raises:
        FeelSyntaxError: there is no such type.
    """
    if tree.data == "function_type":
        return _simple("function")
    token = next(child for child in tree.children if isinstance(child, Token))
    inner = [child for child in tree.children if isinstance(child, Tree)]
    name = _ALIASES.get(token.value, token.value)
    if name == "Any" and not inner:
        return lambda value: value is not None
    if name not in _SIMPLE:
        raise FeelSyntaxError(
            f"Expected a type of FEEL, found '{name}'", text=text, position=token.start_pos or 0
        )
    return _generic(name, inner, text) if inner else _simple(name)


def _simple(name: str) -> Type:
    return lambda value: type_name(value) == name


def _generic(name: str, inner: list[Node], text: str) -> Type:
    if name == "context":
        return _context(inner, text)
    item = compile_type(inner[0], text)
    if name == "list":
        return lambda value: type(value) is list and all(item(part) for part in value)
    if name == "range":
        return lambda value: type(value) is Range and item(value.start)
    return lambda _value: False


def _context(inner: list[Node], text: str) -> Type:
    entries = {
        next(child.value for child in entry.children if isinstance(child, Token)): compile_type(
            next(child for child in entry.children if isinstance(child, Tree)), text
        )
        for entry in inner
    }
    return lambda value: (
        type(value) is dict
        and all(
            key in value and (value[key] is None or check(value[key]))
            for key, check in entries.items()
        )
    )
