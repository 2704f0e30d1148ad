"""DMN files to decisions: their logic, and what they require, also of other files.

What is not supported is refused with a sentence: nothing is read and then left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from processes.decisions.boxes import KINDS, Boxes, Parameter, function_of
from processes.decisions.decision import Decision, DecisionService, Input, Key, Need
from processes.decisions.errors import DecisionProblem, InvalidDecision
from processes.decisions.source import Source, special_names
from processes.decisions.table import DecisionTable
from processes.decisions.types import ANY, Kind
from processes.decisions.xml import Element, child, children, local_name
from processes.feel import Function, Place, Run, Scope
from processes.sentences import say
from processes.xmlreading import DMN, XmlRefused, read_xml

_READ = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_IN_FILE = frozenset(
    (*_READ, "DMNDI", "description", "extensionElements", "itemDefinition", "import",
     "textAnnotation", "association", "knowledgeSource", "group", "businessContextElement",
     "elementCollection", "organizationUnit", "performanceIndicator")
)  # fmt: skip
_IN_DECISION = KINDS | frozenset(
    ("description", "question", "allowedAnswers", "variable", "informationRequirement",
     "knowledgeRequirement", "authorityRequirement", "extensionElements", "supportedObjective",
     "impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess",
     "usingTask")
)  # fmt: skip
"""Children that are read, or that change no answer."""
_IN_KNOWLEDGE = frozenset(
    ("description", "extensionElements", "variable", "encapsulatedLogic", "knowledgeRequirement",
     "authorityRequirement")
)  # fmt: skip
_IN_SERVICE = frozenset(
    ("description", "extensionElements", "variable", "outputDecision", "encapsulatedDecision",
     "inputDecision", "inputData")
)  # fmt: skip


@dataclass(frozen=True)
class DecisionFile:
    """What one file holds, by id."""

    decisions: Mapping[str, Decision]
    services: Mapping[str, DecisionService]
    tables: tuple[DecisionTable, ...]
    """All its decision tables, also those inside other boxes."""


def parse_decisions(xml: bytes, others: Sequence[bytes] = ()) -> Mapping[str, Decision]:
    """All decisions of a file by id, compiled; `others` are the files it may import.

    Raises:
        InvalidDecision: with every problem found.
    """
    return parse_file(xml, others).decisions


def parse_file(xml: bytes, others: Sequence[bytes] = ()) -> DecisionFile:
    """All decisions and decision services of a file.

    Raises:
        InvalidDecision: with every problem found.
    """
    try:
        root = read_xml(xml)
    except XmlRefused as error:
        raise InvalidDecision([DecisionProblem(element_id="", sentence=str(error))]) from error
    return read_roots([root, *_readable(others)])


def _readable(files: Sequence[bytes]) -> Iterator[Element]:
    """Those that can be read at all: whoever imports another one is told that it is not there."""
    for each in files:
        with suppress(XmlRefused):
            yield read_xml(each)


def read_roots(roots: Sequence[Element]) -> DecisionFile:
    """As `parse_file`, of trees that were read elsewhere; the first is the one asked for."""
    try:
        return _Library(roots).file()
    except RecursionError:
        sentence = say("Expected less deep expressions and requirements")
        raise InvalidDecision([DecisionProblem(element_id="", sentence=sentence)]) from None


class _Model:
    """One file while it is read."""

    def __init__(self, root: Element, source: Source) -> None:
        self.root = root
        self.source = source
        self.boxes = Boxes(source)
        self.namespace = root.get("namespace", "")
        self.imports = {each.get("namespace", ""): each for each in children(root, "import")}
        self.elements = {
            each.get("id") or str(each.get("name")): each
            for name in _READ
            for each in children(root, name)
        }


@dataclass(frozen=True)
class _Found:
    """What a reference points to, and the name of the import it comes from."""

    model: _Model
    id: str
    imported: str

    @property
    def element(self) -> Element:
        return self.model.elements[self.id]

    @property
    def key(self) -> Key:
        return self.model.namespace, self.id


def _imported(roots: Sequence[Element]) -> tuple[list[Element], set[str]]:
    """The first file and all that it imports, also through others; namespaces of several files."""
    homes: dict[str, list[Element]] = {}
    for root in roots:
        homes.setdefault(root.get("namespace", ""), []).append(root)
    used, pending, twice = [roots[0]], [roots[0]], set()
    while pending:
        for element in children(pending.pop(), "import"):
            namespace = element.get("namespace", "")
            found = [each for each in homes.get(namespace, ()) if each is not roots[0]]
            if len(found) > 1 or namespace == roots[0].get("namespace", ""):
                twice.add(namespace)
            elif found and found[0] not in used:
                used.append(found[0])
                pending.append(found[0])
    return used, twice


class _Library:
    def __init__(self, roots: Sequence[Element]) -> None:
        self._problems: list[DecisionProblem] = []
        used, self._twice = _imported(roots)
        names = special_names(*used)
        self._models = [_Model(root, Source(root, self._problems, names)) for root in used]
        self._by_namespace = {each.namespace: each for each in self._models}
        self._decisions: dict[Key, Decision] = {}
        self._functions: dict[Key, Function] = {}
        self._services: dict[Key, DecisionService] = {}
        self._path: list[Key] = []

    def file(self) -> DecisionFile:
        main = self._models[0]
        for model in self._models:
            self._check(model)
        for found in self._of(main, "decision"):
            if not self._problems:
                self._decision(found)
        for kind in ("businessKnowledgeModel", "decisionService"):
            for found in self._of(main, kind):
                if not self._problems:
                    self._function(found)
        if self._problems:
            raise InvalidDecision(self._problems)
        here = main.namespace
        return DecisionFile(
            {key[1]: each for key, each in self._decisions.items() if key[0] == here},
            {key[1]: each for key, each in self._services.items() if key[0] == here},
            tuple(main.source.tables),
        )

    def _check(self, model: _Model) -> None:
        if model.root.tag != f"{{{DMN}}}definitions":
            model.source.refuse(model.root, "Expected a DMN file")
        model.source.refuse_others(model.root, _IN_FILE)
        model.source.refuse_language(model.root, "expressionLanguage")
        model.source.refuse_language(model.root, "typeLanguage")
        for namespace, element in model.imports.items():
            other = self._by_namespace.get(namespace)
            if other is None or other is model or namespace in self._twice:
                model.source.refuse(
                    element, "Expected one file of namespace '{namespace}'", namespace=namespace
                )
            elif not element.get("name"):
                model.source.refuse(element, "Expected a name for the import")
            else:
                model.source.imports(element.get("name", ""), other.source)
        model.source.definitions.check()

    @staticmethod
    def _of(model: _Model, kind: str) -> Iterator[_Found]:
        for each, element in model.elements.items():
            if local_name(element) == kind:
                yield _Found(model, each, "")

    # References

    def _resolved(self, model: _Model, element: Element, part: Element) -> _Found | None:
        """What the `href` of `part` points to, in this file or in an imported one."""
        namespace, _, wanted = part.get("href", "").rpartition("#")
        target, imported = model, ""
        if namespace and namespace != model.namespace:
            declared = model.imports.get(namespace)
            other = self._by_namespace.get(namespace)
            if declared is None or other is None:
                model.source.refuse(
                    element, "Expected an import of '{namespace}'", namespace=namespace
                )
                return None
            target, imported = other, declared.get("name", "")
        if wanted not in target.elements:
            model.source.refuse(
                element, "Expected '{wanted}' in the same file or an imported one", wanted=wanted
            )
            return None
        return _Found(target, wanted, imported)

    def _required(
        self, model: _Model, element: Element, requirement: str, *parts: str
    ) -> Iterator[_Found]:
        for each in children(element, requirement):
            for part in each:
                if local_name(part) in parts and (found := self._resolved(model, element, part)):
                    yield found

    def _needs(self, found: _Found) -> list[Need]:
        model, element = found.model, found.element
        needs = []
        for each in self._required(
            model, element, "informationRequirement", "requiredDecision", "requiredInput"
        ):
            what = self._informs(each, element, model)
            if what is not None:
                needs.append(Need(each.imported, _variable(each.element), what))
        for each in self._required(model, element, "knowledgeRequirement", "requiredKnowledge"):
            function = self._function(each)
            if function is not None:
                needs.append(Need(each.imported, _variable(each.element), function))
        return needs

    def _informs(self, found: _Found, element: Element, model: _Model) -> Decision | Input | None:
        kind = local_name(found.element)
        if kind == "decision":
            return self._decision(found)
        if kind != "inputData":
            model.source.refuse(
                element, "Expected a decision or input data, found '{found}'", found=found.id
            )
            return None
        variable = child(found.element, "variable")
        declared = None if variable is None else found.model.source.kind(variable)
        if declared is None and not found.imported:
            return None  # read straight from the variables
        return Input(_variable(found.element), declared or ANY)

    # Elements

    def _entered(self, found: _Found) -> bool:
        """Whether it is not already being read further up."""
        if found.key in self._path:
            found.model.source.refuse(
                found.element, "Expected decisions not to require one another"
            )
            return False
        self._path.append(found.key)
        return True

    def _decision(self, found: _Found) -> Decision | None:
        """The decision, after those it requires; None when something is refused."""
        if found.key in self._decisions:
            return self._decisions[found.key]
        if not self._entered(found):
            return None
        model, element = found.model, found.element
        model.source.refuse_others(element, _IN_DECISION)
        before = len(self._problems)
        needs = self._needs(found)
        name = element.get("name", "")
        place = Place(bound=_bound(needs), types=model.source.types)
        if not any(local_name(part) in KINDS for part in element):
            model.source.refuse(element, "Expected a decision table or another expression")
        logic = None if len(self._problems) > before else model.boxes.inside(element, place, name)
        variable = child(element, "variable")
        kind = None if variable is None else model.source.kind(variable)
        self._path.pop()
        if logic is None:
            return None
        self._decisions[found.key] = Decision(
            key=found.key,
            name=name,
            variable=_variable(element),
            kind=kind,
            logic=logic,
            needs=tuple(needs),
        )
        return self._decisions[found.key]

    def _function(self, found: _Found) -> Function | None:
        if found.key in self._functions:
            return self._functions[found.key]
        if not self._entered(found):
            return None
        is_service = local_name(found.element) == "decisionService"
        function = self._service(found) if is_service else self._knowledge(found)
        self._path.pop()
        if function is not None:
            self._functions[found.key] = function
        return function

    def _knowledge(self, found: _Found) -> Function | None:
        model, element = found.model, found.element
        if local_name(element) != "businessKnowledgeModel":
            model.source.refuse(element, "Expected a business knowledge model or a service")
            return None
        model.source.refuse_others(element, _IN_KNOWLEDGE)
        logic = child(element, "encapsulatedLogic")
        if logic is None:
            model.source.refuse(element, "Expected a function in it")
            return None
        needs = self._needs(found)
        name = _variable(element)
        around: dict[str, object] = {}
        for need in needs:
            place = around.setdefault(need.imported, {}) if need.imported else around
            if isinstance(place, dict):
                place[need.name] = need.what
        bound = _bound(needs) | {name}
        read = model.boxes.definition(
            logic, Place(bound=bound, types=model.source.types, closed=True), name
        )
        if read is None:
            return None
        parameters, body = read
        if body.names:
            unknown = "', '".join(sorted(body.names))
            model.source.refuse(
                element,
                "Expected only its parameters and what it requires, found '{found}'",
                found=unknown,
            )

        def scope(run: Run) -> Scope:
            return Scope(around, None, run)

        function = function_of(name, parameters, body, scope)
        around.setdefault(name, function)
        return function

    def _service(self, found: _Found) -> Function | None:
        model, element = found.model, found.element
        model.source.refuse_others(element, _IN_SERVICE)
        before = len(self._problems)
        referred = {
            part: [
                each
                for drawn in children(element, part)
                if (each := self._resolved(model, element, drawn))
            ]
            for part in ("inputData", "inputDecision", "outputDecision", "encapsulatedDecision")
        }
        given: list[tuple[Decision | Key, Parameter]] = [
            (each.key, _parameter(each)) for each in referred["inputData"]
        ]
        for each in referred["inputDecision"]:
            if decision := self._decision(each):
                given.append((decision, _parameter(each)))
        made = [self._decision(part) for part in referred["outputDecision"]]
        outputs = [each for each in made if each is not None]
        if not outputs:
            model.source.refuse(element, "Expected a decision that the service gives")
        if len(self._problems) > before:
            return None
        service = DecisionService(
            key=found.key,
            name=_variable(element),
            outputs=tuple(outputs),
            given=tuple(given),
            kind=self._gives(found),
        )
        self._services[found.key] = service
        return service.function

    def _gives(self, found: _Found) -> Kind | None:
        """The type of what a service gives: of its variable, or of the function that it is."""
        variable = child(found.element, "variable")
        definitions = found.model.source.definitions
        written = None if variable is None else variable.get("typeRef")
        if variable is None or not written:
            return None
        return definitions.kind(variable, definitions.given_by(written) or written)


def _bound(needs: list[Need]) -> frozenset[str]:
    return frozenset(need.imported or need.name for need in needs)


def _variable(element: Element) -> str:
    variable, name = child(element, "variable"), element.get("name", "")
    return name if variable is None else variable.get("name", name)


def _parameter(found: _Found) -> Parameter:
    variable = child(found.element, "variable")
    kind = None if variable is None else found.model.source.kind(variable)
    return Parameter(_variable(found.element), kind)
