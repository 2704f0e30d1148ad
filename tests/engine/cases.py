"""Starts a case of a drawn diagram; every act goes through the bytes of a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from processes import engine
from processes.engine import Environment, Spec
from tests.engine.diagrams import Drawing
from tests.scenarios.driver import Case

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ENVIRONMENT = Environment(now=NOW, state_key=b"a key for tests only")


def spec_of(*drawings: Drawing, **options: Any) -> Spec:
    """The spec of the first drawing, in one bundle with the others."""
    first, *others = drawings
    return engine.parse({"test.bpmn": first.xml(*others)}, **options)[first.id]


def begin(*drawings: Drawing, **variables: Any) -> Case:
    """A case of the first drawing that was started with `variables`."""
    return Case(spec_of(*drawings), variables, ENVIRONMENT)


def begin_with(
    functions: Mapping[str, Callable[..., Any]], *drawings: Drawing, **variables: Any
) -> Case:
    """Like `begin`, with functions lent to FEEL."""
    environment = Environment(now=NOW, state_key=b"k", functions=functions)
    return Case(spec_of(*drawings, functions=functions), variables, environment)


def problems_of(*drawings: Drawing) -> dict[str, list[str]]:
    """Why the drawings are refused: sentences by element."""
    found: dict[str, list[str]] = {}
    try:
        spec_of(*drawings)
    except engine.InvalidDiagram as refusal:
        for problem in refusal.problems:
            found.setdefault(problem.element_id, []).append(problem.sentence)
    return found
