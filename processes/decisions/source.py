"""A DMN file while it is read: its names, its problems, and the FEEL in its cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from processes.decisions.errors import DecisionProblem
from processes.feel import (
    Expression,
    FeelError,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from processes.xmlreading import DMN

Element = etree._Element


class Source:
    def __init__(self, root: Element) -> None:
        self.problems: list[DecisionProblem] = []
        self._names = frozenset(
            name for each in root.iter() if (name := each.get("name")) and not name.isidentifier()
        )
        """Names that the lexer must know beforehand."""

    def refuse(self, element: Element, sentence: str) -> None:
        """Note a problem of `element`, or of the nearest one around it that has an id."""
        near: Element | None = element
        while near is not None and near.get("id") is None:
            near = near.getparent()
        element_id = "" if near is None else near.get("id", "")
        self.problems.append(DecisionProblem(element_id=element_id, sentence=sentence))

    def refuse_others(self, element: Element, known: frozenset[str]) -> None:
        """Refuse children of `element` that this reader would leave out."""
        for child in element:
            name = etree.QName(child).localname
            if name not in known:
                self.refuse(child, f"'{name}' is not supported")

    def expression(self, element: Element) -> Expression | None:
        """What stands in the text of `element`; None when it is refused."""
        text = self._text(element)
        if not text:
            self.refuse(element, "Expected an expression, found an empty cell")
            return None
        return self._compiled(element, text, compile_expression)

    def tests(self, element: Element) -> UnaryTests | None:
        return self._compiled(element, self._text(element) or "-", compile_unary_tests)

    def values(self, element: Element) -> tuple[object, ...]:
        """Output values one by one; none when the text has other tests, e.g. `< 5`."""
        try:
            listed = compile_expression(f"[{self._text(element)}]", names=self._names)
            return tuple(listed.evaluate({}))
        except FeelError:
            return ()

    def _compiled(self, element: Element, text: str, compiles: Callable[..., T]) -> T | None:
        try:
            return compiles(text, names=self._names)
        except FeelError as error:
            self.refuse(element, f"'{text[:100]}' is not FEEL: {error}")
            return None

    def _text(self, element: Element) -> str:
        language = element.get("expressionLanguage", "feel")
        if not language.lower().rstrip("/").endswith("feel"):
            self.refuse(element, f"Expected FEEL, found language '{language}'")
        text = element.find(f"{{{DMN}}}text")
        return "" if text is None else (text.text or "").strip()


T = TypeVar("T")


def children(element: Element, name: str) -> list[Element]:
    return list(element.findall(f"{{{DMN}}}{name}"))


def child(element: Element, name: str) -> Element | None:
    return element.find(f"{{{DMN}}}{name}")
