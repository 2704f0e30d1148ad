"""A case in an operator's hands: each act is told by a dry run first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from processes import engine
from processes.engine import Plan, Put, SurgeryRefused
from tests.engine.cases import spec_of
from tests.engine.diagrams import Drawing, timer
from tests.scenarios.driver import Case

HOUR = timedelta(hours=1)


def modify(case: Case, *taken: str, put: list[Put] | None = None) -> None:
    """Take off what waits at the elements `taken`, and put others; a dry run comes first."""
    asked = {"take_off": [case.wait(one).token_id for one in taken], "put": put or []}
    before = case.step

    def act() -> engine.Step:
        return engine.modify(case.spec, before.state, case.environment, **asked)

    plan = engine.planned(before, act)
    assert engine.describe(case.spec, before.state, case.environment).state == before.state
    case._run(engine.modify, **asked)
    assert plan == engine.compared(before, case.step)


def moved(case: Case, element_id: str, to: str, **more: Any) -> None:
    modify(case, put=[Put(element_id=to, instead_of=case.wait(element_id).token_id, **more)])


def refusal(case: Case, **asked: Any) -> str:
    with pytest.raises(SurgeryRefused) as refused:
        engine.modify(case.spec, case.step.state, case.environment, **asked)
    assert engine.planned(
        case.step,
        lambda: engine.modify(case.spec, case.step.state, case.environment, **asked),
    ) == engine.Plan(refusals=refused.value.sentences)
    return str(refused.value)


def outcomes(case: Case) -> Mapping[str, str]:
    return {passage.element_id: str(passage.outcome) for passage in case.step.passages}


def two_branches() -> Drawing:
    drawing = Drawing().start().user("First").fork("F").user("A").user("A2").fork("J").user("Last")
    return drawing.end().at("F").user("B").to("J").boundary("Late", "B", timer("PT2H")).end("Gone")


def inside() -> Drawing:
    inner = Drawing("i").start("B1").fork("F").user("In").user("In2").end("E1")
    inner.at("F").user("Beside").end("E2")
    drawing = Drawing().start().sub("Sub", inner).user("After").end()
    return drawing.boundary("SubLate", "Sub", timer("PT5H")).end("TooLate")


def migrate(case: Case, *drawings: Drawing, **options: Any) -> Plan:
    """Carry a case over; a dry run comes first."""
    spec = spec_of(*drawings)
    before = case.step

    def act() -> engine.Step:
        return engine.migrate(case.spec, before.state, case.environment, to=spec, **options)

    plan = engine.planned(before, act)
    assert engine.describe(case.spec, before.state, case.environment).state == before.state
    assert not plan.refusals
    step = act()
    case.spec = spec
    case.step = case._moved(step)
    assert plan == engine.compared(before, case.step)
    return plan


def refusals(case: Case, *drawings: Drawing, **options: Any) -> str:
    with pytest.raises(SurgeryRefused) as refused:
        engine.migrate(
            case.spec, case.step.state, case.environment, to=spec_of(*drawings), **options
        )
    return "\n".join(refused.value.sentences)


def elements(waits: Any) -> list[str]:
    return sorted(wait.element_id for wait in waits)
