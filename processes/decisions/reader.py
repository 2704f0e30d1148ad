"""DMN files to decisions: their logic, and what they require, also of other files.

What is not supported is refused with a sentence: nothing is read and then left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from processes.decisions.decision import Decision, DecisionService
from processes.decisions.errors import DecisionProblem, InvalidDecision
from processes.decisions.files import Files
from processes.decisions.graph import Graph
from processes.decisions.table import DecisionTable
from processes.decisions.xml import Element
from processes.sentences import say
from processes.xmlreading import XmlRefused, read_xml


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
        return _read(roots)
    except RecursionError:
        sentence = say("Expected less deep expressions and requirements")
        raise InvalidDecision([DecisionProblem(element_id="", sentence=sentence)]) from None


def _read(roots: Sequence[Element]) -> DecisionFile:
    problems: list[DecisionProblem] = []
    files = Files(roots, problems)
    files.check()
    graph = Graph(files, problems)
    graph.read()
    if problems:
        raise InvalidDecision(problems)
    here = files.main.namespace
    return DecisionFile(
        {key[1]: each for key, each in graph.decisions.items() if key[0] == here},
        {key[1]: each for key, each in graph.services.items() if key[0] == here},
        tuple(files.main.source.tables),
    )
