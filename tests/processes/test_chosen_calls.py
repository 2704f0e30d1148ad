"""A call whose process FEEL chooses: what is frozen with its caller, and what runs."""

from __future__ import annotations

import pytest

from processes import history, runtime
from processes.errors import CannotGoOn
from processes.models import ProcessDefinition, ProcessInstance, UserTask
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, the_task

pytestmark = pytest.mark.django_db


def caller(listed: str = "") -> bytes:
    parts = [d.zeebe("calledElement", processId="=which")]
    if listed:
        parts.append(d.properties(calledProcesses=listed))
    call = d.node("callActivity", "Call", d.extensions(*parts))
    return d.diagram("caller", [call], "Start > Call > Done")


def callee(key: str, task: str = "Work") -> bytes:
    return d.diagram(key, [d.user(task)], f"Start > {task} > Done")


def begin(which: object) -> ProcessInstance:
    number = runtime.start_process(
        key="caller",
        business_key=f"AF-{which}",
        variables={"which": which},
        tenant="lingyue",
        actor=SHOP,
    )
    return ProcessInstance.objects.get(pk=number)


def resources() -> set[str]:
    return set(ProcessDefinition.objects.filter(key="caller").first().resources)


def test_all_that_is_deployed_together_is_frozen_with_the_caller(deploy, sofia):
    deploy(caller=caller(), left=callee("left"), right=callee("right"))
    assert resources() == {"caller.bpmn", "left.bpmn", "right.bpmn"}

    for which in ("left", "right"):
        case = begin(which)
        assert the_task(case).process_key == which
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
        case.refresh_from_db()
        assert case.status == "ended"
        assert history.replay(case).sound


def test_a_list_keeps_what_is_frozen_small(deploy):
    deploy(caller=caller("left, right"), **{k: callee(k) for k in ("left", "right", "other")})

    assert resources() == {"caller.bpmn", "left.bpmn", "right.bpmn"}


def test_running_cases_keep_the_version_of_what_they_will_call(deploy):
    first = {"caller": caller("left"), "left": callee("left", "Old")}
    deploy(**first)
    deploy(**first | {"left": callee("left", "New")})
    old = ProcessDefinition.objects.get(key="caller", version=1)
    assert ProcessDefinition.objects.filter(key="caller").count() == 2

    runtime.start_process(
        key="caller",
        business_key="AF-old",
        variables={"which": "left"},
        tenant="lingyue",
        actor=SHOP,
        version=1,
    )
    begin("left")
    assert list(UserTask.objects.order_by("id").values_list("element_id", flat=True)) == [
        "Old",
        "New",
    ]
    assert "Old" in old.resources["left.bpmn"]


def test_a_process_that_is_not_known_is_said(deploy):
    deploy(caller=caller(), left=callee("left"))
    with pytest.raises(CannotGoOn, match="Call: Expected '=which' to give one of caller, left;"):
        begin("right")

    assert not ProcessInstance.objects.exists()
