"""DMN 1.3 files to decisions: tables and literal expressions, and what they require.

What is not supported is refused with a sentence: nothing is read and then left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from processes.decisions.decision import Decision, Literal, Logic
from processes.decisions.errors import DecisionProblem, InvalidDecision
from processes.decisions.source import Element, Source, child, children
from processes.decisions.tablereader import read_table
from processes.xmlreading import DMN, XmlRefused, read_xml

_IN_FILE = frozenset(
    ("decision", "inputData", "DMNDI", "description", "extensionElements", "itemDefinition",
     "textAnnotation", "association", "knowledgeSource")
)  # fmt: skip
_IN_DECISION = frozenset(
    ("description", "question", "allowedAnswers", "variable", "informationRequirement",
     "authorityRequirement", "extensionElements", "decisionTable", "literalExpression")
)  # fmt: skip
"""Children that are read, or that change no answer."""


def parse_decisions(xml: bytes) -> Mapping[str, Decision]:
    """All decisions of a file by id, compiled.

    Raises:
        InvalidDecision: with every problem found.
    """
    try:
        root = read_xml(xml)
    except XmlRefused as error:
        raise InvalidDecision([DecisionProblem(element_id="", sentence=str(error))]) from error
    return _Reader(root).decisions()


class _Reader:
    def __init__(self, root: Element) -> None:
        self._root = root
        self._source = Source(root)
        self._found = {
            each.get("id") or str(each.get("name")): each for each in children(root, "decision")
        }
        self._done: dict[str, Decision] = {}

    def decisions(self) -> Mapping[str, Decision]:
        if self._root.tag != f"{{{DMN}}}definitions":
            self._source.refuse(self._root, "Expected a DMN 1.3 file")
        self._source.refuse_others(self._root, _IN_FILE)
        for decision_id in self._found:
            if not self._source.problems:
                self._decide(decision_id, ())
        if self._source.problems:
            raise InvalidDecision(self._source.problems)
        return self._done

    def _decide(self, decision_id: str, path: tuple[str, ...]) -> Decision | None:
        """The decision, after those it requires; None when one of them is refused."""
        if decision_id in self._done:
            return self._done[decision_id]
        element = self._found[decision_id]
        if decision_id in path:
            self._source.refuse(element, "Expected decisions not to require one another")
            return None
        self._source.refuse_others(element, _IN_DECISION)
        path = (*path, decision_id)
        required = [self._decide(each, path) for each in self._required(element)]
        logic = self._logic(element)
        if logic is None or None in required:
            return None
        known = tuple(each for each in required if each is not None)
        self._done[decision_id] = _decision(element, logic, known)
        return self._done[decision_id]

    def _required(self, element: Element) -> Iterator[str]:
        for requirement in children(element, "informationRequirement"):
            for wanted in children(requirement, "requiredDecision"):
                file, _, decision_id = wanted.get("href", "").rpartition("#")
                if file or decision_id not in self._found:
                    self._source.refuse(
                        element, f"Expected decision '{decision_id}' in the same file"
                    )
                else:
                    yield decision_id

    def _logic(self, element: Element) -> Logic | None:
        table, literal = child(element, "decisionTable"), child(element, "literalExpression")
        if table is not None:
            return read_table(self._source, table, element.get("name", ""))
        if literal is not None:
            expression = self._source.expression(literal)
            return Literal(expression) if expression else None
        self._source.refuse(element, "Expected a decision table or a literal expression")
        return None


def _decision(element: Element, logic: Logic, required: tuple[Decision, ...]) -> Decision:
    variable = child(element, "variable")
    name = element.get("name", "")
    return Decision(
        id=element.get("id") or name,
        name=name,
        variable=name if variable is None else variable.get("name", name),
        logic=logic,
        required=required,
    )
