"""The files that decisions are read from: what stands in them, and what points where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from processes.decisions.box import Parameter
from processes.decisions.boxes import Boxes
from processes.decisions.decision import Key
from processes.decisions.errors import DecisionProblem
from processes.decisions.source import Source, special_names
from processes.decisions.types import Kind
from processes.decisions.xml import Element, child, children, local_name
from processes.xmlreading import DMN

_READ = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_IN_FILE = frozenset(
    (*_READ, "DMNDI", "description", "extensionElements", "itemDefinition", "import",
     "textAnnotation", "association", "knowledgeSource", "group", "businessContextElement",
     "elementCollection", "organizationUnit", "performanceIndicator")
)  # fmt: skip


class File:
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
class Found:
    """What a reference points to, and the name of the import it comes from."""

    file: File
    id: str
    imported: str

    @property
    def element(self) -> Element:
        return self.file.elements[self.id]

    @property
    def key(self) -> Key:
        return self.file.namespace, self.id

    @property
    def variable(self) -> str:
        """The name under which it is read."""
        return variable_of(self.element)

    @property
    def kind(self) -> Kind | None:
        """The type that its variable declares; None for any."""
        variable = child(self.element, "variable")
        return None if variable is None else self.file.source.kind(variable)

    def parameter(self) -> Parameter:
        return Parameter(self.variable, self.kind)


class Files:
    """The file that was asked for and all that it imports, also through others."""

    def __init__(self, roots: Sequence[Element], problems: list[DecisionProblem]) -> None:
        used, self._twice = _imported(roots)
        names = special_names(*used)
        self.all = [File(root, Source(root, problems, names)) for root in used]
        self._by_namespace: Mapping[str, File] = {each.namespace: each for each in self.all}

    @property
    def main(self) -> File:
        return self.all[0]

    def check(self) -> None:
        """Refuse what is not supported, or is imported from nowhere."""
        for file in self.all:
            self._check(file)

    def _check(self, file: File) -> None:
        if file.root.tag != f"{{{DMN}}}definitions":
            file.source.refuse(file.root, "Expected a DMN file")
        file.source.refuse_others(file.root, _IN_FILE)
        file.source.refuse_language(file.root, "expressionLanguage")
        file.source.refuse_language(file.root, "typeLanguage")
        names = [each.get("name") for each in file.imports.values()]
        for namespace, element in file.imports.items():
            other = self._by_namespace.get(namespace)
            if other is None or other is file or namespace in self._twice:
                file.source.refuse(
                    element, "Expected one file of namespace '{namespace}'", namespace=namespace
                )
            elif not element.get("name"):
                file.source.refuse(element, "Expected a name for the import")
            elif names.count(element.get("name")) > 1:
                file.source.refuse(element, "Expected imports to have different names")
            else:
                file.source.imports(element.get("name", ""), other.source)
        file.source.definitions.check()

    @staticmethod
    def of(file: File, kind: str) -> Iterator[Found]:
        for each, element in file.elements.items():
            if local_name(element) == kind:
                yield Found(file, each, "")

    def resolved(self, file: File, element: Element, part: Element) -> Found | None:
        """What the `href` of `part` points to, in this file or in an imported one."""
        namespace, _, wanted = part.get("href", "").rpartition("#")
        target, imported = file, ""
        if namespace and namespace != file.namespace:
            declared = file.imports.get(namespace)
            other = self._by_namespace.get(namespace)
            if declared is None or other is None:
                file.source.refuse(
                    element, "Expected an import of '{namespace}'", namespace=namespace
                )
                return None
            target, imported = other, declared.get("name", "")
        if wanted not in target.elements:
            file.source.refuse(
                element, "Expected '{wanted}' in the same file or an imported one", wanted=wanted
            )
            return None
        return Found(target, wanted, imported)

    def required(
        self, file: File, element: Element, requirement: str, *parts: str
    ) -> Iterator[Found]:
        for each in children(element, requirement):
            for part in each:
                if local_name(part) in parts and (found := self.resolved(file, element, part)):
                    yield found


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


def variable_of(element: Element) -> str:
    """The name under which an element of the graph is read."""
    variable, name = child(element, "variable"), element.get("name", "")
    return name if variable is None else variable.get("name", name)
