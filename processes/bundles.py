"""Which files belong to one process: its own, those it calls, the decisions it asks. Pure.

A version of a process freezes exactly these, so a change elsewhere makes no new version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from .engine.calls import CALLED_PROCESSES
from .engine.errors import Problem
from .sentences import say
from .xmlreading import BPMN, DMN, ZEEBE, XmlRefused, read_xml

_SEARCH_VARIABLES = "searchVariables"
_TENANT = "tenant"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What one file defines and what it names."""

    processes: Mapping[str, Mapping[str, str]]
    """Process id → its properties."""
    decisions: frozenset[str]
    called_processes: frozenset[str]
    calls_any: bool
    """Whether it is said only when a call comes which process that is."""
    called_decisions: frozenset[str]
    namespace: str
    imports: frozenset[str]
    """Namespaces of the files of decisions that this one imports."""
    forms: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """One process with all that it needs."""

    key: str
    main_file: str
    resources: Mapping[str, bytes]
    forms: frozenset[str]
    """Ids of the forms that its user tasks name."""
    search_variables: tuple[str, ...]
    tenant: str
    """Whose the cases are that begin by themselves; empty: the platform's."""


def read_files(resources: Mapping[str, bytes]) -> tuple[dict[str, Drawn], list[Problem]]:
    """What each file draws; files that cannot be read are problems."""
    drawn: dict[str, Drawn] = {}
    problems: list[Problem] = []
    for file, data in sorted(resources.items()):
        try:
            drawn[file] = _read(data)
        except XmlRefused as error:
            sentence = say("{file}: {error}", file=file, error=str(error))
            problems.append(Problem(rule="bad-xml", element_id="", sentence=sentence))
    return drawn, problems


def bundles(resources: Mapping[str, bytes], drawn: Mapping[str, Drawn]) -> list[Bundle]:
    """One bundle per process that is drawn, in the order of their keys.

    What is called but not there is left out: the engine says so.
    """
    file_of = {key: file for file, has in drawn.items() for key in has.processes}
    return [_bundle(key, file, resources, drawn, file_of) for key, file in sorted(file_of.items())]


def _bundle(
    key: str,
    main_file: str,
    resources: Mapping[str, bytes],
    drawn: Mapping[str, Drawn],
    file_of: Mapping[str, str],
) -> Bundle:
    files = _closure(main_file, drawn, file_of)
    return Bundle(
        key=key,
        main_file=main_file,
        resources={file: resources[file] for file in sorted(files)},
        forms=frozenset().union(*(drawn[file].forms for file in files)),
        search_variables=_names(drawn[main_file].processes[key].get(_SEARCH_VARIABLES, "")),
        tenant=drawn[main_file].processes[key].get(_TENANT, ""),
    )


def _closure(main_file: str, drawn: Mapping[str, Drawn], file_of: Mapping[str, str]) -> set[str]:
    space_of: dict[str, list[str]] = {}
    for file, has in drawn.items():
        if has.namespace:
            space_of.setdefault(has.namespace, []).append(file)
    home_of = {decision: file for file, has in drawn.items() for decision in has.decisions}
    found: set[str] = set()
    pending = [main_file]
    while pending:
        file = pending.pop()
        if file in found:
            continue
        found.add(file)
        has = drawn[file]
        called = file_of.keys() if has.calls_any else has.called_processes
        pending += [file_of[key] for key in called if key in file_of]
        pending += [home_of[name] for name in has.called_decisions if name in home_of]
        pending += [each for name in has.imports for each in space_of.get(name, ())]
    return found


def _read(data: bytes) -> Drawn:
    root = read_xml(data, strangers=True)
    calls = [_called(node) for node in root.iter(f"{{{BPMN}}}callActivity")]

    def named(tag: str, attribute: str) -> Iterator[str]:
        return (node.get(attribute, "") for node in root.iter(tag) if node.get(attribute))

    return Drawn(
        processes={
            node.get("id", ""): _properties(node)
            for node in root.iter(f"{{{BPMN}}}process")
            if node.get("isExecutable") != "false"
        },
        decisions=frozenset(named(f"{{{DMN}}}decision", "id")),
        called_processes=frozenset(key for keys in calls for key in keys or ()),
        calls_any=None in calls,
        namespace=root.get("namespace", "") if root.tag == f"{{{DMN}}}definitions" else "",
        imports=frozenset(named(f"{{{DMN}}}import", "namespace")),
        called_decisions=frozenset(named(f"{{{ZEEBE}}}calledDecision", "decisionId")),
        forms=frozenset(named(f"{{{ZEEBE}}}formDefinition", "formId")),
    )


def _called(call: etree._Element) -> tuple[str, ...] | None:
    """The processes that a call activity may call; None: any, for FEEL says which."""
    found = call.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}calledElement")
    key = "" if found is None else found.get("processId", "")
    key = key or call.get("calledElement", "").rpartition(":")[2]
    if not key.startswith("="):
        return (key,)
    return _names(_properties(call).get(CALLED_PROCESSES, "")) or None


def _properties(node: etree._Element) -> dict[str, str]:
    path = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"
    return {found.get("name", ""): found.get("value", "") for found in node.findall(path)}


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())
