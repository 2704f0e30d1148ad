"""The requirement graph: each decision and function is read after what it requires, once."""

from __future__ import annotations

from processes.decisions.boxes import KINDS
from processes.decisions.callables import knowledge, service
from processes.decisions.decision import Decision, DecisionService, Input, Key, Need, bound
from processes.decisions.errors import DecisionProblem
from processes.decisions.files import File, Files, Found
from processes.decisions.types import ANY
from processes.decisions.xml import Element, local_name
from processes.feel import Function, Place

_IN_DECISION = KINDS | frozenset(
    ("description", "question", "allowedAnswers", "variable", "informationRequirement",
     "knowledgeRequirement", "authorityRequirement", "extensionElements", "supportedObjective",
     "impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess",
     "usingTask")
)  # fmt: skip
"""Children that are read, or that change no answer."""


class Graph:
    """What was read so far."""

    def __init__(self, files: Files, problems: list[DecisionProblem]) -> None:
        self.files = files
        self.problems = problems
        self.decisions: dict[Key, Decision] = {}
        self.services: dict[Key, DecisionService] = {}
        self._functions: dict[Key, Function] = {}
        self._path: list[Key] = []

    def read(self) -> None:
        """Read all of the file that was asked for, up to the first element with a problem."""
        for kind in ("decision", "businessKnowledgeModel", "decisionService"):
            read = self.decision if kind == "decision" else self.function
            for found in self.files.of(self.files.main, kind):
                if not self.problems:
                    read(found)

    def decision(self, found: Found) -> Decision | None:
        """The decision, after those it requires; None when something is refused."""
        if found.key in self.decisions:
            return self.decisions[found.key]
        if not self._enter(found):
            return None
        decision = self._read_decision(found)
        self._path.pop()
        if decision is not None:
            self.decisions[found.key] = decision
        return decision

    def function(self, found: Found) -> Function | None:
        """The business knowledge model or decision service as a function, likewise."""
        if found.key in self._functions:
            return self._functions[found.key]
        if not self._enter(found):
            return None
        read = service if local_name(found.element) == "decisionService" else knowledge
        function = read(self, found)
        self._path.pop()
        if function is not None:
            self._functions[found.key] = function
        return function

    def needs(self, found: Found) -> list[Need]:
        """What an element requires of others."""
        file, element = found.file, found.element
        needs = []
        information = self.files.required(
            file, element, "informationRequirement", "requiredDecision", "requiredInput"
        )
        known = self.files.required(file, element, "knowledgeRequirement", "requiredKnowledge")
        informing, callable_ = list(information), list(known)
        self._check_names(found, [*informing, *callable_])
        for each in informing:
            what = self._informs(each, element, file)
            if what is not None:
                needs.append(Need(each.imported, each.variable, what))
        for each in callable_:
            function = self.function(each)
            if function is not None:
                needs.append(Need(each.imported, each.variable, function))
        return needs

    def _check_names(self, found: Found, required: list[Found]) -> None:
        """Refuse two things of one name: one would hide the other."""
        keys: dict[tuple[str, str], Key] = {}
        for each in required:
            if keys.setdefault((each.imported, each.variable), each.key) != each.key:
                found.file.source.refuse(
                    found.element,
                    "Expected what it requires to have different names, found '{name}' twice",
                    name=each.variable,
                )

    def _enter(self, found: Found) -> bool:
        """Whether it is not already being read further up."""
        if found.key in self._path:
            found.file.source.refuse(found.element, "Expected decisions not to require one another")
            return False
        self._path.append(found.key)
        return True

    def _read_decision(self, found: Found) -> Decision | None:
        file, element = found.file, found.element
        file.source.refuse_others(element, _IN_DECISION)
        before = len(self.problems)
        needs = self.needs(found)
        name = element.get("name", "")
        if not any(local_name(part) in KINDS for part in element):
            file.source.refuse(element, "Expected a decision table or another expression")
        if len(self.problems) > before:
            return None
        place = Place(bound=bound(needs), types=file.source.types)
        logic = file.boxes.inside(element, place, name)
        kind = found.kind
        if logic is None:
            return None
        return Decision(
            key=found.key,
            name=name,
            variable=found.variable,
            kind=kind,
            logic=logic,
            needs=tuple(needs),
        )

    def _informs(self, found: Found, element: Element, file: File) -> Decision | Input | None:
        kind = local_name(found.element)
        if kind == "decision":
            return self.decision(found)
        if kind != "inputData":
            file.source.refuse(
                element, "Expected a decision or input data, found '{found}'", found=found.id
            )
            return None
        declared = found.kind
        if declared is None and not found.imported:
            return None  # read straight from the variables
        return Input(found.variable, declared or ANY)
