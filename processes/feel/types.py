"""Types as `instance of` and parameters name them: closures from a value to yes or no.

A host may lend types of its own by name, as DMN does with item definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lark import Token, Tree

from processes.feel.errors import FeelSyntaxError
from processes.feel.parser import Node
from processes.feel.run import Run
from processes.feel.values import FeelValue, Function, Range, type_name
from processes.sentences import say

Type = Callable[[FeelValue, Run], bool]
Types = Mapping[str, Type]
"""Types that the host lends, by name; one imported from another file as `import.name`."""

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


def compile_type(tree: Node, text: str, lent: Types) -> Type:
    """The check for a type.

    Raises:
        FeelSyntaxError: there is no such type.
    """
    if tree.data == "function_type":
        return _function(tree, text)
    words = [child for child in tree.children if isinstance(child, Token)]
    inner = [child for child in tree.children if isinstance(child, Tree)]
    written = ".".join(word.value for word in words if word.type == "NAME")
    if written in lent and not inner:
        kind = lent[written]
        return lambda value, run: value is not None and kind(value, run)
    name = _ALIASES.get(written, written)
    if name == "Any" and not inner:
        return lambda value, _run: value is not None
    if name not in _SIMPLE:
        sentence = say("Expected a type of FEEL, found '{found}'", found=name)
        raise FeelSyntaxError(sentence, text=text, position=words[0].start_pos or 0)
    return _generic(name, inner, text, lent) if inner else _simple(name)


def _simple(name: str) -> Type:
    return lambda value, _run: type_name(value) == name


def _function(tree: Node, text: str) -> Type:
    """A function of so many parameters; of which types they are, a function does not know."""
    *parameters, answer = [child for child in tree.children if isinstance(child, Tree)]
    for part in (*parameters, answer):
        if part.children != [Token("NAME", "Any")]:
            start = next((each.start_pos for each in part.scan_values(_is_token)), 0)
            raise FeelSyntaxError(
                say("Expected 'Any': a function's own types cannot be asked for"),
                text=text,
                position=start or 0,
            )

    def check(value: FeelValue, _run: Run) -> bool:
        if type(value) is not Function or not (value.takes_any or not parameters):
            return False
        return any(len(signature) == len(parameters) for signature in value.signatures)

    return check


def _is_token(part: object) -> bool:
    return isinstance(part, Token)


def _generic(name: str, inner: list[Node], text: str, lent: Types) -> Type:
    if name == "context":
        return _context(inner, text, lent)
    item = compile_type(inner[0], text, lent)
    if name == "list":

        def check(value: FeelValue, run: Run) -> bool:
            if type(value) is not list:
                return False
            run.spend(len(value))
            return all(item(part, run) for part in value)

        return check
    if name == "range":
        return lambda value, run: type(value) is Range and item(value.start, run)
    return lambda _value, _run: False


def _context(inner: list[Node], text: str, lent: Types) -> Type:
    entries = {
        next(child.value for child in entry.children if isinstance(child, Token)): compile_type(
            next(child for child in entry.children if isinstance(child, Tree)), text, lent
        )
        for entry in inner
    }
    return lambda value, run: (
        type(value) is dict
        and all(
            key in value and (value[key] is None or check(value[key], run))
            for key, check in entries.items()
        )
    )
