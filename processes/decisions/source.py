"""A DMN file while it is read: its names, its problems, and the FEEL in its cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from processes.decisions.definitions import Definitions
from processes.decisions.errors import DecisionProblem
from processes.decisions.table import DecisionTable
from processes.decisions.types import Kind
from processes.decisions.xml import Element, children, local_name, text_of
from processes.feel import (
    Expression,
    FeelError,
    Place,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from processes.sentences import say

T = TypeVar("T")


class Source:
    def __init__(
        self, root: Element, problems: list[DecisionProblem], names: frozenset[str]
    ) -> None:
        self.problems = problems
        self.tables: list[DecisionTable] = []
        """Those read so far, wherever they stand."""
        self._names = names
        """Names that the lexer must know beforehand."""
        self.definitions = Definitions(self, children(root, "itemDefinition"))
        loose = Definitions(self, children(root, "itemDefinition"), loose=True)
        self.types = loose.for_feel()
        self._loose = loose
        self._anywhere = Place(types=self.types)

    def imports(self, name: str, other: Source) -> None:
        """Let this file name the types of another one."""
        self.definitions.imported[name] = other.definitions
        self._loose.imported[name] = other._loose

    def refuse(self, element: Element, template: str, /, **parameters: object) -> None:
        """Note a problem of `element`, or of the nearest one around it that has an id."""
        near: Element | None = element
        while near is not None and near.get("id") is None:
            near = near.getparent()
        element_id = "" if near is None else near.get("id", "")
        sentence = say(template, **parameters)
        self.problems.append(DecisionProblem(element_id=element_id, sentence=sentence))

    def refuse_others(self, element: Element, known: frozenset[str]) -> None:
        """Refuse children of `element` that this reader would leave out."""
        for part in element:
            name = local_name(part)
            if name not in known:
                self.refuse(part, "'{name}' is not supported", name=name)

    def kind(self, element: Element) -> Kind | None:
        """The type that `element` declares; None for any."""
        return self.definitions.kind(element, element.get("typeRef"))

    def expression(self, element: Element, place: Place | None = None) -> Expression | None:
        """What stands in the text of `element`; None when it is refused."""
        text = self._text(element)
        if not text:
            self.refuse(element, "Expected an expression, found an empty cell")
            return None
        return self._compiled(element, text, compile_expression, place)

    def tests(self, element: Element, place: Place | None = None) -> UnaryTests | None:
        return self._compiled(element, self._text(element) or "-", compile_unary_tests, place)

    def values(self, element: Element) -> tuple[object, ...]:
        """Output values one by one; none when the text has other tests, e.g. `< 5`."""
        try:
            listed = compile_expression(f"[{self._text(element)}]", names=self._names)
            return tuple(listed.evaluate({}))
        except FeelError:
            return ()

    def _compiled(
        self, element: Element, text: str, compiles: Callable[..., T], place: Place | None
    ) -> T | None:
        try:
            return compiles(text, names=self._names, place=place or self._anywhere)
        except FeelError as error:
            self.refuse(element, "'{text:.100}' is not FEEL: {error}", text=text, error=str(error))
            return None

    def _text(self, element: Element) -> str:
        self.refuse_language(element, "expressionLanguage")
        return text_of(element)

    def refuse_language(self, element: Element, attribute: str) -> None:
        """Refuse another language than FEEL, under whichever name a version of DMN gives it."""
        language = element.get(attribute, "feel")
        if "feel" not in language.lower().rstrip("/").split("/")[-2:]:
            self.refuse(element, "Expected FEEL, found language '{language}'", language=language)


def special_names(*roots: Element) -> frozenset[str]:
    """Names in these files that are not one plain word."""
    return frozenset(
        name
        for root in roots
        for each in root.iter()
        if (name := each.get("name")) and not name.isidentifier()
    )
