"""What of a requirement graph can be called: business knowledge models and decision services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from processes.decisions.box import Parameter, function_of
from processes.decisions.decision import Decision, DecisionService, Key, Need, bound
from processes.decisions.files import Found
from processes.decisions.types import Kind
from processes.decisions.xml import Element, child, children, local_name
from processes.feel import Function, Place, Run, Scope

if TYPE_CHECKING:
    from processes.decisions.graph import Graph

_IN_KNOWLEDGE = frozenset(
    ("description", "extensionElements", "variable", "encapsulatedLogic", "knowledgeRequirement",
     "authorityRequirement")
)  # fmt: skip
_IN_SERVICE = frozenset(
    ("description", "extensionElements", "variable", "outputDecision", "encapsulatedDecision",
     "inputDecision", "inputData")
)  # fmt: skip


def knowledge(graph: Graph, found: Found) -> Function | None:
    """The function of a business knowledge model; None when something is refused."""
    logic = _logic_of(found)
    if logic is None:
        return None
    needs, name, source = graph.needs(found), found.variable, found.file.source
    place = Place(bound=bound(needs) | {name}, types=source.types, closed=True)
    read = found.file.boxes.definition(logic, place, name)
    if read is None:
        return None
    parameters, body = read
    if body.names:
        source.refuse(
            found.element,
            "Expected only its parameters and what it requires, found '{found}'",
            found="', '".join(sorted(body.names)),
        )
    around = _around(needs)

    def scope(run: Run) -> Scope:
        return Scope(around, None, run)

    function = function_of(name, parameters, body, scope)
    around.setdefault(name, function)
    return function


def _logic_of(found: Found) -> Element | None:
    source, element = found.file.source, found.element
    if local_name(element) != "businessKnowledgeModel":
        source.refuse(element, "Expected a business knowledge model or a service")
        return None
    source.refuse_others(element, _IN_KNOWLEDGE)
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        source.refuse(element, "Expected a function in it")
    return logic


def _around(needs: Sequence[Need]) -> dict[str, object]:
    """What the body of a function sees, by name; what is imported under its import's name."""
    around: dict[str, object] = {}
    for need in needs:
        place = around.setdefault(need.imported, {}) if need.imported else around
        if isinstance(place, dict):
            place[need.name] = need.what
    return around


def service(graph: Graph, found: Found) -> Function | None:
    """The function of a decision service; None when something is refused."""
    source = found.file.source
    source.refuse_others(found.element, _IN_SERVICE)
    before = len(graph.problems)
    parts = ("inputData", "inputDecision", "outputDecision", "encapsulatedDecision")
    referred = {part: _referred(graph, found, part) for part in parts}
    given: list[tuple[Decision | Key, Parameter]] = [
        (each.key, each.parameter()) for each in referred["inputData"]
    ]
    given += [
        (decision, each.parameter())
        for each in referred["inputDecision"]
        if (decision := graph.decision(each))
    ]
    made = [graph.decision(each) for each in referred["outputDecision"]]
    outputs = [each for each in made if each is not None]
    if not outputs:
        source.refuse(found.element, "Expected a decision that the service gives")
    if len(graph.problems) > before:
        return None
    graph.services[found.key] = DecisionService(
        key=found.key,
        name=found.variable,
        outputs=tuple(outputs),
        given=tuple(given),
        kind=_gives(found),
    )
    return graph.services[found.key].function


def _referred(graph: Graph, found: Found, part: str) -> list[Found]:
    drawn = children(found.element, part)
    resolved = [graph.files.resolved(found.file, found.element, each) for each in drawn]
    return [each for each in resolved if each is not None]


def _gives(found: Found) -> Kind | None:
    """The type of what a service gives: of its variable, or of the function that it is."""
    variable = child(found.element, "variable")
    definitions = found.file.source.definitions
    written = None if variable is None else variable.get("typeRef")
    if variable is None or not written:
        return None
    return definitions.kind(variable, definitions.given_by(written) or written)
