"""Of the table: signals, links and messages from outside.

The engine says which message with which key each token waits for; whoever delivers names one
token. `post` does here what the runtime does in SQL: it looks for the one token that fits.
"""

from __future__ import annotations

from typing import Any

import pytest

from processes import engine
from processes.engine import WaitKind
from tests.engine.cases import ENVIRONMENT, problems_of
from tests.engine.diagrams import Drawing, tag
from tests.engine.matrix.table import refused, right
from tests.engine.matrix.twin import Twin, run


class NobodyWaits(Exception):
    """As the runtime answers."""


def post(case: Twin, message: str, key: str, **payload: Any) -> None:
    for wait in case.step.waits:
        if (wait.message, wait.correlation_key) == (message, key):
            return case._run(engine.deliver, token_id=wait.token_id, payload=payload)
    raise NobodyWaits


@refused("signal: external send -> intermediate catch")
def test_a_signal_does_not_come_from_outside() -> None:
    drawing = Drawing().start().catch("Heard", tag("signalEventDefinition", signalRef="s")).end()
    drawing.declared["s"] = tag("signal", id="s", name="S")
    (sentence,) = problems_of(drawing)["Heard"]
    assert "signals do not leave a case" in sentence
    assert "use a message" in sentence


@right("link events (throw/catch)")
def test_a_link_is_a_flow() -> None:
    definition = tag("linkEventDefinition", name="L")
    drawing = Drawing().start().throw("Out", definition).at("").catch("In", definition).end()
    assert run(drawing).path == ["Begin", "Out", "In", "Done"]


def caught(key: str = "=order") -> Drawing:
    drawing = Drawing().start()
    return drawing.catch("Wait", drawing.message("IN", key)).end()


@right("message: intermediate catch, external send")
def test_a_message_brings_its_payload() -> None:
    case = run(caught(), order="A1")
    case.deliver("Wait", tracking="SF1")
    assert case.ended_at == ["Done"]
    assert case.variables == {"order": "A1", "tracking": "SF1"}


@right("message correlation: right key accepted, wrong key rejected")
def test_a_message_comes_to_whom_its_key_fits() -> None:
    drawing = Drawing().start().job("Send", kind="sendTask")
    drawing.catch("Wait", drawing.message("IN", "=order")).end()
    case = run(drawing, order="A1")
    case.complete("Send")
    with pytest.raises(NobodyWaits):
        post(case, "IN", "B2")
    post(case, "IN", "A1")
    assert case.ended_at == ["Done"]


@right("message correlation: event sent WITHOUT correlations")
def test_a_message_without_key_fits_nobody() -> None:
    case = run(caught(), order="A1")
    with pytest.raises(NobodyWaits):
        post(case, "IN", "")
    assert case.stands_at == ["Wait"]


@right("message correlation: catch first (no key set yet) accepts any")
@right("message correlation: catch first WITH processVariableCorrelation")
def test_the_key_is_known_from_the_moment_of_waiting() -> None:
    case = run(caught(), order="A1")
    assert case.correlation_key("Wait") == "A1"
    with pytest.raises(NobodyWaits):
        post(case, "IN", "ZZ")
    post(case, "IN", "A1")
    assert case.ended_at == ["Done"]


@right("message correlation: two keys, one matches, one differs (any vs all)")
def test_a_key_of_two_parts_fits_as_a_whole() -> None:
    case = run(caught('=order + "/" + string(line)'), order="A1", line=1)
    with pytest.raises(NobodyWaits):
        post(case, "IN", "A1/2")
    post(case, "IN", "A1/1")
    assert case.ended_at == ["Done"]


@right("message: two MI instances waiting for the same message, per-item correlation")
def test_a_message_releases_one_of_several_items() -> None:
    drawing = Drawing().start()
    drawing.message("IN", "=item")
    loop = tag("zeebe:loopCharacteristics", inputCollection="=items", inputElement="item")
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", loop))
    drawing.node("receiveTask", "Wait", marker, messageRef="m_IN").end()
    case = run(drawing, items=["a", "b"])
    post(case, "IN", "b", x=1)
    assert [wait.correlation_key for wait in case.step.waits] == ["a"]
    post(case, "IN", "a", x=2)
    assert case.ended_at == ["Done"]


@right("message end event / send task -> get_events()")
def test_what_is_sent_is_a_job() -> None:
    definition = tag("zeebe:taskDefinition", type="mail")
    drawing = Drawing().start().job("Send", "mail", kind="sendTask")
    drawing.end("Last", tag("messageEventDefinition"), extension=definition)
    case = run(drawing)
    assert case.wait("Send").kind is WaitKind.SERVICE_TASK
    case.complete("Send")
    assert case.wait("Last").topic == "mail"
    case.complete("Last")
    assert case.ended_at == ["Last"]


@right("message start event")
def test_a_message_begins_a_case_with_its_payload() -> None:
    drawing = Drawing()
    drawing.node("startEvent", "Begin", drawing.message("NEW")).user("Work").end()
    case = run(drawing, text="hello")
    assert case.inputs("Work") == {"text": "hello"}
    case.complete("Work")
    assert case.ended_at == ["Done"]


@right("collaboration with two pools, message flow inside one file")
def test_two_pools_are_two_cases_that_write_to_each_other() -> None:
    job = tag("zeebe:taskDefinition", type="send")
    sends = tag("messageEventDefinition")
    one = Drawing("one").start("B1").throw("Ask", sends, extension=job)
    one.catch("Answered", one.message("N")).end("E1")
    two = Drawing("two")
    two.node("startEvent", "Asked", two.message("M")).user("Think")
    two.throw("Answer", sends, extension=job).end("E2")
    pools = tag("participant", id="p1", processRef="one") + tag(
        "participant", id="p2", processRef="two"
    )
    flow = tag("messageFlow", id="mf", sourceRef="Ask", targetRef="Asked")
    one.declared["c"] = tag("collaboration", pools + flow, id="c")
    specs = engine.parse({"both.bpmn": one.xml(two)})
    first = Twin(specs["one"], {"key": "k"}, ENVIRONMENT)
    first.complete("Ask")
    second = Twin(specs["two"], {"key": "k"}, ENVIRONMENT)
    second.complete("Think")
    second.complete("Answer")
    assert second.ended_at == ["E2"]
    post(first, "N", "k")
    assert first.ended_at == ["E1"]
