"""Everything that stands out in the files of a deployment, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

from lxml import etree

from processes import engine
from processes.bundles import Bundle, Drawn, bundles, read_files
from processes.decisions import InvalidDecision, parse_decisions
from processes.engine.errors import InvalidDiagram, Problem
from processes.xmlreading import BPMN, ZEEBE, XmlRefused, read_xml

from .editing import Edit, Written
from .finding import Finding
from .fixes import FIXES, edits_for
from .problems import problem
from .rules import check
from .surroundings import Surroundings
from .tables import check_tables
from .variables import START_VARIABLES

CHINESE_NAME = "name:zh_Hans"
"""The property that has the name of an element in Chinese."""
_PROPERTY = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One process with its files, and what stands out in them."""

    bundle: Bundle
    findings: tuple[Finding, ...]


class Place(NamedTuple):
    """Where an element is, and what people call it."""

    line: int
    name: str
    chinese_name: str


class Places:
    """Where elements are, by their ids; read once for each file."""

    def __init__(self, resources: Mapping[str, bytes]) -> None:
        self._resources = resources
        self._roots = {file: _root(data) for file, data in resources.items()}
        self._of_file = {file: _places(root) for file, root in self._roots.items()}

    def finding(self, told: Problem, files: Iterable[str]) -> Finding:
        """What is `told`, with its place: the first of `files` that has the element."""
        for file in files:
            place = self._of_file.get(file, {}).get(told.element_id)
            if place is not None:
                return Finding(
                    problem=told,
                    file=file,
                    line=place.line,
                    name=place.name,
                    chinese_name=place.chinese_name,
                    edits=self._edits(told, file),
                )
        return Finding(problem=told)

    def not_executable(self, files: Iterable[str]) -> Iterator[Finding]:
        """Each process in `files`, none of which is deployed."""
        for file in files:
            for process in self._roots[file].iter(f"{{{BPMN}}}process"):
                told = problem(
                    "not-deployed",
                    process.get("id", ""),
                    "Expected an executable process, for this one is not deployed; mark it so",
                )
                yield self.finding(told, [file])

    def _edits(self, told: Problem, file: str) -> tuple[Edit, ...]:
        if told.rule not in FIXES:
            return ()
        try:
            written = Written(self._resources[file])
        except ExpatError:  # it knows fewer names than lxml: those of XML's fourth edition
            return ()
        return tuple(edits_for(told, written))


def judge(
    resources: Mapping[str, bytes], surroundings: Surroundings
) -> tuple[list[Judged], list[Finding]]:
    """Each process with its findings, and the findings that belong to no process."""
    drawn, unreadable = read_files(resources)
    places = Places({file: data for file, data in resources.items() if file in drawn})
    surroundings = replace(
        surroundings,
        given={**_given(drawn), **surroundings.given},
        decisions={**_decisions(resources), **surroundings.decisions},
    )
    judged = []
    for bundle in bundles(resources, drawn):
        files = [bundle.main_file, *sorted(bundle.resources.keys() - {bundle.main_file})]
        problems = _problems(bundle, surroundings)
        found = tuple(places.finding(told, files) for told in problems)
        judged.append(Judged(bundle=bundle, findings=found))
    loose = [Finding(problem=told) for told in unreadable]
    used = {file for each in judged for file in each.bundle.resources}
    loose += places.not_executable(file for file in drawn if file not in used)
    return judged, [*loose, *_in_tables(resources, places)]


def _problems(bundle: Bundle, surroundings: Surroundings) -> list[Problem]:
    try:
        specs = engine.parse(bundle.resources, functions=surroundings.functions)
    except InvalidDiagram as error:
        return list(error.problems)
    spec = specs[bundle.key]
    own = [element for element in spec.elements if element.process_id == bundle.key]
    called = [element for element in spec.elements if element.process_id != bundle.key]
    flows = [flow for flow in spec.flows if flow.process_id == bundle.key]
    return check(own, flows, surroundings, called)


def _in_tables(resources: Mapping[str, bytes], places: Places) -> Iterator[Finding]:
    files = {file: data for file, data in resources.items() if file.endswith(".dmn")}
    for file, data in sorted(files.items()):
        others = [each for name, each in files.items() if name != file]
        try:
            problems = check_tables(data, others)
        except (InvalidDecision, XmlRefused):
            # Said where a process needs the file.
            continue
        yield from (places.finding(told, [file]) for told in problems)


def _given(drawn: Mapping[str, Drawn]) -> dict[str, tuple[str, ...]]:
    """Process → its start variables, where it lists them."""
    properties = {key: own for has in drawn.values() for key, own in has.processes.items()}
    return {
        key: tuple(name.strip() for name in own[START_VARIABLES].split(",") if name.strip())
        for key, own in properties.items()
        if START_VARIABLES in own
    }


def _decisions(resources: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """Decision → the variables that it looks at, of files that can be used."""
    found: dict[str, frozenset[str]] = {}
    for file, data in resources.items():
        if file.endswith(".dmn"):
            with suppress(InvalidDecision, XmlRefused):
                found |= {key: each.inputs for key, each in parse_decisions(data).items()}
    return found


def _root(data: bytes) -> Any:
    try:
        return read_xml(data, strangers=True)
    except XmlRefused:
        return etree.Element("nothing")


def _places(root: Any) -> dict[str, Place]:
    """Where each element is; a flow without a name is called by its two ends."""
    nodes = [node for node in root.iter() if node.get("id")]
    english = {node.get("id"): " ".join(node.get("name", "").split()) for node in nodes}
    chinese = {node.get("id"): _property(node, CHINESE_NAME) for node in nodes}
    for node in nodes:
        ends = [node.get("sourceRef", ""), node.get("targetRef", "")]
        for names in (english, chinese):
            if not names[node.get("id")] and all(ends):
                said = [names.get(end) or english.get(end) or end for end in ends]
                names[node.get("id")] = " → ".join(said)
    return {
        key: Place(node.sourceline or 0, english[key], chinese[key])
        for node in nodes
        if (key := node.get("id"))
    }


def _property(node: Any, name: str) -> str:
    for line in node.findall(_PROPERTY):
        if line.get("name") == name:
            return " ".join(line.get("value", "").split())
    return ""
