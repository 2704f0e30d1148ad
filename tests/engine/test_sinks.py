"""No text of a diagram reaches Python: neither the places where SpiffWorkflow evaluates
(18 of them in 3.2.0), nor any place where the zeebe dialect has an expression."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest

from processes import engine
from processes.engine import CannotProceed, InvalidDiagram
from tests.engine.cases import ENVIRONMENT
from tests.engine.diagrams import Drawing, mapping, tag, timer

PAYLOADS = [
    "__import__('os').system('true')",
    '__import__("os").system("true")',
    "? == 2 or __import__('os').system('true')",
    "().__class__.__base__.__subclasses__()",
    '"".__class__.__base__',
    "data.__class__.__init__.__globals__",
    "[x for x in (1).__class__.__mro__]",
    'exec("import os")',
    'open("/etc/hostname").read()',
    "import os\nos.system('true')",
    '(lambda: __import__("os"))()',
    'function(x) external {java: {class: "java.lang.Runtime"}}',
]
_WATCHED = ("exec", "compile", "os.system", "os.exec", "subprocess.Popen", "open", "import")

_seen: list[str] = []
_watching: list[bool] = []


def _hook(event: str, _arguments: Any) -> None:
    if _watching and event in _WATCHED:
        _seen.append(event)


sys.addaudithook(_hook)


def _start() -> Drawing:
    return Drawing().start()


def _condition(text: str) -> Drawing:
    drawing = _start().xor("G", default="d").when(text).end()
    return drawing.at("G").when(flow_id="d").end("E2")


def _message(key: str = "k", name: str = "n") -> Drawing:
    drawing = _start()
    return drawing.catch("X", drawing.message(name, key)).end()


def _user(name: str, attribute: str) -> Callable[[str], Drawing]:
    return lambda text: _start().user("X", tag(f"zeebe:{name}", **{attribute: text})).end()


ZEEBE: dict[str, Callable[[str], Drawing]] = {
    "script": lambda text: _start().script("X", text, "r").end(),
    "condition": _condition,
    "duration": lambda text: _start().catch("X", timer(text)).end(),
    "date": lambda text: _start().catch("X", timer(text, "Date")).end(),
    "input": lambda text: _start().job("X", inputs={"a": text}).end(),
    "output": lambda text: (
        _start().throw("X").script("Y", "=1", "r").user("Z", outputs={"a": text}).end()
    ),
    "sub-process output": lambda text: (
        _start()
        .sub("X", Drawing("i").start("B").end("E"), extension=mapping(None, {"a": text}))
        .end()
    ),
    "correlation key": lambda text: _message(key=text),
    "message name": lambda text: _message(name=text),
    "retries": lambda text: (
        _start()
        .node("serviceTask", "X", extension=tag("zeebe:taskDefinition", type="t", retries=text))
        .end()
    ),
    "assignee": _user("assignmentDefinition", "assignee"),
    "groups": _user("assignmentDefinition", "candidateGroups"),
    "users": _user("assignmentDefinition", "candidateUsers"),
    "due date": _user("taskSchedule", "dueDate"),
    "follow-up": _user("taskSchedule", "followUpDate"),
    "priority": _user("priorityDefinition", "priority"),
}


def _element(kind: str, inner: str) -> Callable[[str], Drawing]:
    return lambda text: _start().node(kind, "X", inner.format(escape(text))).end()


_MULTI = "<multiInstanceLoopCharacteristics>{}</multiInstanceLoopCharacteristics>"
SPIFF: dict[str, Callable[[str], Drawing]] = {
    "script text": _element("scriptTask", "<script>{}</script>"),
    "condition text": _condition,
    "duration text": _element(
        "intermediateCatchEvent",
        "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>",
    ),
    "cycle text": _element(
        "intermediateCatchEvent",
        "<timerEventDefinition><timeCycle>{}</timeCycle></timerEventDefinition>",
    ),
    "loop cardinality": _element(
        "userTask", _MULTI.format("<loopCardinality>{}</loopCardinality>")
    ),
    "completion condition": _element(
        "userTask", _MULTI.format("<completionCondition>{}</completionCondition>")
    ),
    "loop condition": _element(
        "userTask",
        "<standardLoopCharacteristics><loopCondition>{}</loopCondition>"
        "</standardLoopCharacteristics>",
    ),
    "conditional event": _element(
        "intermediateCatchEvent",
        "<conditionalEventDefinition><condition>{}</condition></conditionalEventDefinition>",
    ),
    "ad-hoc": _element("adHocSubProcess", "<completionCondition>{}</completionCondition>"),
    **{
        name: _element(
            "userTask",
            f'<extensionElements xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">'
            f"<s:{name}>{{}}</s:{name}></extensionElements>",
        )
        for name in ("preScript", "postScript", "messagePayload", "serviceTaskOperator")
    },
}


def _correlation(text: str) -> Drawing:
    drawing = _message()
    drawing.declared["cp"] = (
        '<correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="m_n">'
        f"<messagePath>{escape(text)}</messagePath></correlationPropertyRetrievalExpression>"
        "</correlationProperty>"
    )
    return drawing


SPIFF["correlation"] = _correlation

_DMN = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
    'namespace="x"><decision id="dec" name="dec"><decisionTable id="t"><input id="i">'
    '<inputExpression id="ie"><text>{0}</text></inputExpression></input><output id="o" name="o"/>'
    '<rule id="r"><inputEntry id="a"><text>{1}</text></inputEntry>'
    '<outputEntry id="b"><text>{2}</text></outputEntry></rule></decisionTable></decision>'
    "</definitions>"
)


def _bundle(drawing: Drawing, cells: tuple[str, str, str] | None = None) -> dict[str, bytes]:
    files = {"p.bpmn": drawing.xml()}
    if cells:
        files["d.dmn"] = _DMN.format(*map(escape, cells)).encode()
    return files


def _all() -> Iterator[Any]:
    for payload in PAYLOADS:
        for where, draw in ZEEBE.items():
            yield pytest.param(_bundle(draw(f"={payload}")), id=f"{where} = {payload[:20]}")
        for where, draw in (ZEEBE | SPIFF).items():
            yield pytest.param(_bundle(draw(payload)), id=f"{where} {payload[:20]}")
        decide = tag("zeebe:calledDecision", decisionId="dec", resultVariable="r")
        for place in range(3):
            cells = ["data", "-", "1"]
            cells[place] = payload
            drawing = _start().node("businessRuleTask", "X", extension=decide).end()
            files = _bundle(drawing, (cells[0], cells[1], cells[2]))
            yield pytest.param(files, id=f"cell {place} {payload[:20]}")


@pytest.mark.parametrize("files", list(_all()))
def test_no_text_reaches_the_interpreter(files: dict[str, bytes]) -> None:
    _try(files)  # lazy imports of ours are over after this
    _seen.clear()
    _watching.append(True)
    try:
        _try(files)
    finally:
        _watching.clear()

    assert _seen == []


def test_an_evaluation_would_have_been_seen() -> None:
    _seen.clear()
    _watching.append(True)
    try:
        eval("1")  # noqa: S307 — the control of the test above
    finally:
        _watching.clear()

    assert _seen == ["compile", "exec"]


def _try(files: dict[str, bytes]) -> None:
    try:
        spec = engine.parse(files)["p"]
        step = engine.start(spec, {"data": {"__class__": 1}, "k": "1"}, ENVIRONMENT)
        for wait in step.waits:
            engine.complete(
                spec, step.state, ENVIRONMENT, token_id=wait.token_id, output={"data": "x"}
            )
    except (InvalidDiagram, CannotProceed, engine.TokenNotWaiting):
        pass


def test_the_script_engine_of_the_library_is_not_even_loaded() -> None:
    script = (
        "import sys, processes.engine\n"
        "print([m for m in sys.modules if m.startswith('SpiffWorkflow.bpmn')])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
