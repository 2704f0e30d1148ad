"""SpiffWorkflow as shipped: its own parser, PythonScriptEngine, loggers, serializer.

`waiting` says how service tasks run. Off, as shipped: at once, inside the engine. On: the
engine stops at each and is told the result later, as it must be where work may fail; that
is what ours does always.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import ServiceTaskParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.serializer.task_spec import ServiceTaskConverter
from SpiffWorkflow.spiff.specs.defaults import ServiceTask
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from benchmarks import diagrams
from benchmarks.diagrams import Act, Case

from .stopwatch import WARM_UP, lap

Persist = Callable[[BpmnWorkflow], BpmnWorkflow]


class Services(TaskDataEnvironment):
    """Answers a service task that runs inside the engine."""

    def call_service(self, context: Any, operation_name: Any = None, **_: Any) -> str:  # noqa: ARG002
        return json.dumps({"ok": True})


class WaitingServiceTask(ServiceTask):
    """Starts, and is completed from outside: `None` is SpiffWorkflow's word for that."""

    def _execute(self, task: Any) -> None:
        self.evaluate_params(task)


class WaitingParser(SpiffBpmnParser):
    OVERRIDE_PARSER_CLASSES = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("serviceTask"): (ServiceTaskParser, WaitingServiceTask),
    }


ENGINE = PythonScriptEngine(Services())
_CONFIG = {**SPIFF_CONFIG, WaitingServiceTask: ServiceTaskConverter}


@cache
def _specs(name: str, waiting: bool) -> tuple[Any, Any]:
    case = diagrams.THREE[name]
    parser = (WaitingParser if waiting else SpiffBpmnParser)()
    for file, text in case.stock.items():
        (parser.add_dmn_str if file.endswith(".dmn") else parser.add_bpmn_str)(text)
    return parser.get_spec(case.process_id), parser.get_subprocess_specs(case.process_id)


def go(name: str, persist: Persist, *, waiting: bool) -> None:
    """Go the case's whole way; `persist` gets the workflow whenever it waits."""
    case: Case = diagrams.THREE[name]
    workflow = BpmnWorkflow(*_specs(name, waiting), script_engine=ENGINE)
    workflow.get_next_task(spec_name="Start").set_data(**copy.deepcopy(dict(case.variables)))
    workflow.do_engine_steps()
    for act in case.acts:
        workflow = _answer(persist(workflow), persist)
        _do(workflow, act, case)
    workflow = _answer(persist(workflow), persist)
    assert workflow.completed, workflow.get_tasks(state=TaskState.READY)  # noqa: S101


def _do(workflow: BpmnWorkflow, act: Act, case: Case) -> None:
    if act.message:
        key = {"keys": {"key": case.variables["order"]["id"]}}
        definition = MessageEventDefinition(act.message)
        workflow.send_event(BpmnEvent(definition, payload=dict(act.data), correlations=key))
    else:
        task = workflow.get_next_task(state=TaskState.READY, spec_name=act.element)
        task.set_data(**act.data)
        task.run()
    workflow.do_engine_steps()


def _answer(workflow: BpmnWorkflow, persist: Persist) -> BpmnWorkflow:
    while True:
        task = workflow.get_next_task(state=TaskState.STARTED, spec_class=WaitingServiceTask)
        if task is None:
            return workflow
        task.data[task.task_spec.result_variable] = {"ok": True}
        task.complete()
        workflow.do_engine_steps()
        workflow = persist(workflow)


def run(name: str, times: int, *, waiting: bool, stored: bool = False) -> dict[str, Any]:
    """Go the way `times` times; `stored`: through the stock serializer whenever it waits."""
    persist = _through_json() if stored else _stay
    for _ in range(WARM_UP):
        go(name, persist, waiting=waiting)
    return lap(lambda: go(name, persist, waiting=waiting), times)


def sizes(name: str) -> list[int]:
    """Bytes of the stock serializer's JSON at each wait."""
    found: list[int] = []
    go(name, _through_json(found), waiting=True)
    return found


def _stay(workflow: BpmnWorkflow) -> BpmnWorkflow:
    return workflow


def _through_json(sizes: list[int] | None = None) -> Persist:
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(_CONFIG))

    def persist(workflow: BpmnWorkflow) -> BpmnWorkflow:
        text = serializer.serialize_json(workflow)
        if sizes is not None:
            sizes.append(len(text))
        read = serializer.deserialize_json(text)
        read.script_engine = ENGINE
        return read

    return persist


VERBS = {"run": run, "sizes": sizes}
