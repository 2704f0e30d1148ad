"""A `decisionTable` element to a `DecisionTable`."""

from __future__ import annotations

from contextlib import suppress

from processes.decisions.source import Source
from processes.decisions.table import (
    AGGREGATIONS,
    DecisionTable,
    HitPolicy,
    Input,
    Output,
    Rule,
)
from processes.decisions.xml import Element, child, children
from processes.feel import Expression, FeelError, Place, Run, UnaryTests

_PARTS = frozenset(("description", "extensionElements", "input", "output", "annotation", "rule"))
_Cells = list[UnaryTests | Expression]


def read_table(source: Source, table: Element, name: str, place: Place) -> DecisionTable | None:
    """The table compiled; None when `source` has noted why not."""
    before = len(source.problems)
    source.refuse_others(table, _PARTS)
    _check_policy(source, table)
    inputs = [_input(source, each, place) for each in children(table, "input")]
    outputs = [_output(source, each, place) for each in children(table, "output")]
    _check_outputs(source, table, outputs)
    cells: _Cells = []
    rules = [
        _rule(source, each, number, (len(inputs), len(outputs)), cells, place)
        for number, each in enumerate(children(table, "rule"), 1)
    ]
    if not table.get("aggregation"):
        _check_results(source, table, outputs, rules)
    if len(source.problems) > before:
        return None
    read = [each for each in inputs if each is not None]
    parts = [*cells, *(each.expression for each in read)]
    found = DecisionTable(
        id=table.get("id", ""),
        name=name,
        policy=HitPolicy(table.get("hitPolicy", "UNIQUE")),
        aggregation=table.get("aggregation", ""),
        inputs=tuple(read),
        outputs=tuple(outputs),
        rules=tuple(rules),
        names=frozenset().union(*(part.names for part in parts)),
        functions=frozenset().union(*(part.functions for part in parts)),
    )
    source.tables.append(found)
    return found


def _check_policy(source: Source, table: Element) -> None:
    policy, aggregation = table.get("hitPolicy", "UNIQUE"), table.get("aggregation")
    if policy not in set(HitPolicy):
        source.refuse(table, "'{policy}' is not a hit policy", policy=policy)
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
        source.refuse(
            table,
            "Aggregation '{aggregation}' does not go with {policy}",
            aggregation=aggregation,
            policy=policy,
        )
    if table.get("preferredOrientation", "Rule-as-Row") == "CrossTable":
        source.refuse(table, "Expected rules as rows or columns, found a cross table")


def _check_outputs(source: Source, table: Element, outputs: list[Output]) -> None:
    policy = table.get("hitPolicy", "UNIQUE")
    if not outputs:
        source.refuse(table, "Expected at least one output")
    if len(outputs) > 1 and len({each.name for each in outputs} - {""}) < len(outputs):
        source.refuse(table, "Expected several outputs to have different names")
    if table.get("aggregation") and len(outputs) != 1:
        source.refuse(table, "Expected one output to aggregate, found {found}", found=len(outputs))
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(each.ranked for each in outputs):
        source.refuse(
            table, "Expected output values: they give the order of {policy}", policy=policy
        )


def _check_results(
    source: Source, table: Element, outputs: list[Output], rules: list[Rule]
) -> None:
    """Refuse results that are written out, and not of the type of their output."""
    types = [each.get("typeRef") for each in children(table, "output")]
    for element, rule in zip(children(table, "rule"), rules, strict=True):
        for output, type_ref, result in zip(outputs, types, rule.outputs, strict=False):
            if output.check is None or result.names or result.functions:
                continue
            run = Run({}, None, {})
            with suppress(FeelError):
                if not output.check.fitted(result.within(run), run)[1]:
                    source.refuse(
                        element,
                        "Expected output '{name}' of type '{type}', found '{text:.100}'",
                        type=type_ref,
                        name=output.name,
                        text=result.text,
                    )


def _input(source: Source, element: Element, place: Place) -> Input | None:
    wanted = child(element, "inputExpression")
    if wanted is None:
        source.refuse(element, "Expected an input expression")
        return None
    expression = source.expression(wanted, place)
    allowed = child(element, "inputValues")
    if expression is None:
        return None
    return Input(
        label=element.get("label") or expression.text,
        expression=expression,
        check=source.kind(wanted),
        allowed=None if allowed is None else source.tests(allowed, place),
        type_ref=wanted.get("typeRef", ""),
    )


def _output(source: Source, element: Element, place: Place) -> Output:
    default = child(element, "defaultOutputEntry")
    values = child(element, "outputValues")
    return Output(
        name=element.get("name", ""),
        check=source.kind(element),
        default=None if default is None else source.expression(default, place),
        ranked=() if values is None else source.values(values),
        allowed=None if values is None else source.tests(values, place),
    )


def _rule(
    source: Source,
    element: Element,
    number: int,
    width: tuple[int, int],
    cells: _Cells,
    place: Place,
) -> Rule:
    tests = [source.tests(cell, place) for cell in children(element, "inputEntry")]
    results = [source.expression(cell, place) for cell in children(element, "outputEntry")]
    if (len(tests), len(results)) != width:
        source.refuse(
            element,
            "Expected {inputs} input and {outputs} output cells",
            inputs=width[0],
            outputs=width[1],
        )
    cells += [each for each in [*tests, *results] if each is not None]
    return Rule(
        number=number,
        tests=tuple((at, each.test) for at, each in enumerate(tests) if each and each.test),
        cells=tuple(each for each in tests if each is not None),
        outputs=tuple(each for each in results if each is not None),
    )
