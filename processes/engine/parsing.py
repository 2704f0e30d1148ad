"""Diagrams and decisions of one deployment → specs that run, or every reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from processes import decisions, feel
from processes.xmlreading import XmlRefused

from .building import Bundle, ScopeSpec
from .calls import reached, with_calls
from .checking import check_process
from .expressions import Compiler
from .findings import Findings
from .reading import DrawnProcess, read_diagram
from .requirements import check_element, check_id
from .shadowed import check_messages
from .signals import check_signals
from .types import Element, Flow


@dataclass(frozen=True, kw_only=True, eq=False)
class Spec:
    """A process and what it calls, ready to run: opaque, read-only, shared between threads."""

    process_id: str
    name: str
    elements: tuple[Element, ...]
    """Of the process and of all it calls."""
    flows: tuple[Flow, ...]
    """Like `elements`."""
    fingerprint: bytes
    """Of the texts it was made of: states fit to one fingerprint only."""
    scopes: Mapping[str, ScopeSpec] = field(repr=False)


def parse(resources: Mapping[str, bytes], *, functions: Collection[str] = ()) -> Mapping[str, Spec]:
    """The processes drawn in `resources`, by their ids.

    `resources` are texts by file name (`.bpmn`, `.dmn`), together one closed bundle: what is
    called or decided is in it. `functions` are those the environment will lend to FEEL.

    Raises:
        InvalidDiagram: something is not supported, does not fit together or is not FEEL.
    """
    findings = Findings()
    tables = _decisions(resources, findings)
    drawn = _processes(resources, findings)
    # With two of one id nothing can be said of who is in whom.
    findings.raise_if_any("duplicate-id")
    drawn = with_calls(drawn)
    for process in drawn.values():
        check_id(process.id, findings)
        check_process(process, findings)
        for element in process.elements:
            check_element(element, drawn, tables, findings)
    check_signals(drawn, findings)
    check_messages(drawn, findings)
    findings.raise_if_any()
    known = feel.BUILTIN_FUNCTIONS | set(functions)
    _check_functions(tables, known, findings)
    bundle = Bundle(tables, Compiler(known, findings))
    for process in drawn.values():
        bundle.add(process)
    findings.raise_if_any()
    return {process_id: _spec(process_id, drawn, bundle, resources) for process_id in drawn}


def _decisions(resources: Mapping[str, bytes], findings: Findings) -> dict[str, decisions.Decision]:
    tables: dict[str, decisions.Decision] = {}
    for file, data in resources.items():
        if not file.endswith(".dmn"):
            continue
        try:
            found = decisions.parse_decisions(data)
        except XmlRefused as error:
            findings.add("bad-xml", "", "{file}: {error}", file=file, error=str(error))
            continue
        except decisions.InvalidDecision as error:
            for problem in error.problems:
                findings.add(
                    "bad-decision",
                    problem.element_id,
                    "{file}: {error}",
                    file=file,
                    error=problem.sentence,
                )
            continue
        for decision_id in found.keys() & tables.keys():
            findings.add(
                "duplicate-id", decision_id, "{file}: Expected this decision once", file=file
            )
        tables |= found
    return tables


def _check_functions(
    tables: Mapping[str, decisions.Decision], known: Collection[str], findings: Findings
) -> None:
    for decision_id, table in tables.items():
        for name in sorted(table.functions - set(known)):
            findings.add(
                "unknown-function",
                decision_id,
                "Expected a function that FEEL or the house knows, found {name!r}",
                name=name,
            )


def _processes(resources: Mapping[str, bytes], findings: Findings) -> dict[str, DrawnProcess]:
    drawn: dict[str, DrawnProcess] = {}
    for file, data in resources.items():
        if file.endswith(".dmn"):
            continue
        if not file.endswith(".bpmn"):
            findings.add("bad-xml", "", "{file}: Expected files named .bpmn or .dmn", file=file)
            continue
        for process in read_diagram(file, data, findings):
            if process.id in drawn:
                findings.add(
                    "duplicate-id", process.id, "{file}: Expected this process once", file=file
                )
            drawn[process.id] = process
    if not drawn and not findings:
        findings.add("bad-xml", "", "Expected at least one process, found none")
    return drawn


def _spec(
    process_id: str,
    drawn: Mapping[str, DrawnProcess],
    bundle: Bundle,
    resources: Mapping[str, bytes],
) -> Spec:
    called = reached(process_id, drawn)
    return Spec(
        process_id=process_id,
        name=drawn[process_id].name or process_id,
        elements=tuple(element for key in called for element in drawn[key].elements),
        flows=tuple(flow for key in called for flow in drawn[key].flows),
        fingerprint=_fingerprint(process_id, resources),
        scopes=bundle.scopes,
    )


def _fingerprint(process_id: str, resources: Mapping[str, bytes]) -> bytes:
    digest = hashlib.blake2b(process_id.encode(), digest_size=16)
    for file in sorted(resources):
        digest.update(hashlib.blake2b(file.encode()).digest())
        digest.update(hashlib.blake2b(resources[file]).digest())
    return digest.digest()
