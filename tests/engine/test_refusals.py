"""What parse refuses: by element, with a sentence, all at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.cases import problems_of
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.engine.faulty import (
    TASK,
    attributed,
    bad_default,
    behind_gateway,
    coded,
    counted,
    crossing,
    cycled,
    error_beside,
    error_twice,
    foreign,
    linked,
    linked_out,
    loose_boundary,
    message,
    nested_event,
    plain,
    turning,
    two_starts,
    unknown_target,
    unmapped,
    with_event,
)

REFUSED: list[tuple[str, Callable[[], Drawing], str, str]] = [
    *(
        (
            f"standard loop {name}",
            lambda inner=inner, attributes=attributes: turning(inner, **attributes),
            "X",
            sentence,
        )
        for name, inner, attributes, sentence in (
            ("for ever", "", {}, "a loop condition or a loop maximum"),
            ("never", "", {"loopMaximum": "0"}, "a loop maximum from 1 on"),
            ("often", "", {"loopMaximum": "=n"}, "a loop maximum from 1 on"),
            ("plain", tag("loopCondition", "more"), {}, "the loop condition in FEEL"),
            ("in turn", tag("loopCondition", "=a"), {"isSequential": "true"}, "no isSequential on"),
        )
    ),
    ("number of items", lambda: counted("many"), "X", "as a number or in FEEL"),
    (
        "number and items",
        lambda: counted("3", tag("zeebe:loopCharacteristics", inputCollection="=a")),
        "X",
        "found both",
    ),
    (
        "complex join",
        lambda: (
            Drawing().start().fork("F").node("complexGateway", "X").end().at("F").user("A").to("X")
        ),
        "X",
        "Expected one flow into a complex gateway, found 2; join with an inclusive gateway",
    ),
    (
        "activation",
        lambda: (
            Drawing().start().node("complexGateway", "X", tag("activationCondition", "=a")).end()
        ),
        "X",
        "a multi-instance activity with a completion condition",
    ),
    ("signal", lambda: with_event("signal"), "Event", "the signal declared"),
    ("compensation", lambda: with_event("compensate"), "Event", "draw it on an activity"),
    ("conditional", lambda: with_event("conditional"), "Event", "a condition in FEEL, found no"),
    (
        "compensation end",
        lambda: Drawing().start().end("X", tag("compensateEventDefinition")),
        "X",
        "an activity with a compensation event",
    ),
    ("signal end", lambda: Drawing().start().end("X", tag("signalEventDefinition")), "X", "signal"),
    (
        "message end",
        lambda: Drawing().start().end("X", tag("messageEventDefinition")),
        "X",
        "a topic",
    ),
    (
        "message thrown to a key",
        lambda: (
            Drawing()
            .start()
            .throw(
                "X", tag("messageEventDefinition"), extension=tag("zeebe:publishMessage", name="m")
            )
            .end()
        ),
        "X",
        "no zeebe:publishMessage",
    ),
    (
        "topic of a plain event",
        lambda: Drawing().start().throw("X", extension=TASK).end(),
        "X",
        "on a message event only",
    ),
    ("link without end", lambda: linked("throw A"), "T1", "one catching link 'A'"),
    ("link without begin", lambda: linked("catch A"), "C1", "a throwing link 'A', found none"),
    ("link twice", lambda: linked("throw A", "catch A", "catch A"), "T1", "found C2 and C3"),
    ("link without name", lambda: linked("throw ", "catch "), "T1", "a link with a name"),
    (
        "link into another scope",
        lambda: linked_out(),
        "T1",
        "one catching link 'A' in the same process",
    ),
    (
        "flow out of a link",
        lambda: linked("throw A", "catch A").at("T1").to("E2"),
        "T1",
        "no flow out of a throwing link",
    ),
    (
        "flow into a link",
        lambda: linked("throw A", "catch A").at("Work").to("C2"),
        "C2",
        "no flow into a catching link",
    ),
    (
        "condition of an event",
        lambda: Drawing().start().throw("X").when("=a", flow_id="f").end(),
        "f",
        "draw a gateway",
    ),
    (
        "default of an event",
        lambda: Drawing().start().node("intermediateThrowEvent", "X", default="f").end(),
        "X",
        "at gateways and activities only",
    ),
    (
        "condition of a default",
        lambda: (
            Drawing()
            .start()
            .node("userTask", "X", default="f")
            .end()
            .at("X")
            .when("=a", flow_id="f")
            .end("E2")
        ),
        "f",
        "a default flow without condition",
    ),
    (
        "inclusive without condition",
        lambda: Drawing().start().node("inclusiveGateway", "X").end().at("X").end("E2"),
        "p_flow2",
        "found neither",
    ),
    (
        "timer start",
        lambda: Drawing().node("startEvent", "X", timer("PT1H")).end(),
        "X",
        "Expected a date or a cycle to begin a process with",
    ),
    *(
        (kind, lambda kind=kind: Drawing().start().node(kind, "X").end(), "X", sentence)
        for kind, sentence in {
            "adHocSubProcess": "embedded sub-process",
        }.items()
    ),
    (
        "default of a task",
        lambda: attributed(default="f"),
        "Work",
        "default flow to leave the activity, found f",
    ),
    (
        "unreachable",
        lambda: plain().at("").user("Island").end("E2"),
        "Island",
        "way from the start",
    ),
    ("dead end", lambda: Drawing().start(), "Begin", "a flow to what follows"),
    ("choice of nothing", lambda: Drawing().start().xor("X"), "X", "a flow to what follows"),
    ("default", bad_default, "G", "default flow to leave the gateway, found nope"),
    ("duplicate id", lambda: plain().at("").user("Work").end("E2"), "Work", "found this one twice"),
    ("unknown flow", unknown_target, "x", "found Work and Nowhere"),
    ("flow across scopes", crossing, "x", "found Inside and Done"),
    ("loose boundary", loose_boundary, "Late", "found Gone"),
    ("two starts", two_starts, "p", "Expected one start event, found 2"),
    ("no start", lambda: Drawing().user("Work").end(), "p", "Expected one start event, found 0"),
    ("start inside", nested_event, "B", "Expected a plain start event, found timer"),
    (
        "neither",
        lambda: Drawing().start().xor("G").when("=a").end().at("G").when(flow_id="f").end("E2"),
        "f",
        "found neither",
    ),
    (
        "both",
        lambda: (
            Drawing()
            .start()
            .xor("G", default="f")
            .when("=a")
            .end()
            .at("G")
            .when("=b", flow_id="f")
            .end("E2")
        ),
        "f",
        "found both",
    ),
    (
        "bad FEEL",
        lambda: Drawing().start().script("X", "=1 +", "a").end(),
        "X",
        "line 1, column 4",
    ),
    ("no FEEL", lambda: Drawing().start().script("X", "os.system(1)", "a").end(), "X", "with ="),
    (
        "unknown function",
        lambda: Drawing().start().script("X", "=exec(1)", "a").end(),
        "X",
        "found 'exec'",
    ),
    (
        "plain condition",
        lambda: (
            Drawing()
            .start()
            .xor("G", default="d")
            .when("amount > 1", flow_id="f")
            .end()
            .at("G")
            .when(flow_id="d")
            .end("E2")
        ),
        "f",
        "the condition in FEEL",
    ),
    *(
        (
            f"timer {text}",
            lambda text=text: Drawing().start().catch("X", timer(text)).end(),
            "X",
            "",
        )
        for text in ("-PT5M", "P-1D", "48H", "PT1H30", "P", "PT", "R3/PT1H", "0 0 * * *", "")
    ),
    (
        "cycle in the flow",
        lambda: Drawing().start().catch("X", timer("R3/PT1H", "Cycle")).end(),
        "X",
        "non-interrupting events only",
    ),
    ("interrupting cycle", lambda: cycled("R3/PT1H", interrupting=True), "X", "fires once"),
    *(
        (f"cycle {text}", lambda text=text: cycled(text), "X", "")
        for text in ("R0/PT1H", "R3/PT0S", "R3/-PT1H", "3/PT1H", "R3", "PT1H", "R/x/PT1H", "")
    ),
    (
        "timer date without offset",
        lambda: Drawing().start().catch("X", timer("2026-11-22T10:00:00", "Date")).end(),
        "X",
        "offset",
    ),
    (
        "timer of the other kind",
        lambda: Drawing().start().catch("X", timer("PT1H", "Date")).end(),
        "X",
        "a date",
    ),
    ("message without key", lambda: message(name="m"), "Event", "a correlation key"),
    ("message without name", lambda: message(), "Event", "a message with a name"),
    ("message unknown", lambda: with_event("message"), "Event", "the message declared"),
    ("no topic", lambda: Drawing().start().node("serviceTask", "X").end(), "X", "a topic"),
    ("topic in FEEL", lambda: Drawing().start().job("X", "=t").end(), "X", "fixed text"),
    ("no script", lambda: Drawing().start().script("X", "", "a").end(), "X", "a FEEL expression"),
    ("no result", lambda: Drawing().start().script("X", "=1", "").end(), "X", "a result variable"),
    (
        "unknown decision",
        lambda: (
            Drawing()
            .start()
            .node(
                "businessRuleTask",
                "X",
                extension=tag("zeebe:calledDecision", decisionId="d", resultVariable="r"),
            )
            .end()
        ),
        "X",
        "decision of the same bundle, found d",
    ),
    ("unknown process", lambda: Drawing().start().call("X", "q").end(), "X", "found q"),
    ("call of nothing", lambda: Drawing().start().call("X", "").end(), "X", "a called process"),
    ("mapping without source", lambda: foreign(mapping({"a": ""}, None)), "Work", "a source"),
    (
        "error without code",
        lambda: coded("error", Drawing().start(), errorCode=""),
        "X",
        "a fixed code",
    ),
    (
        "error code in FEEL",
        lambda: coded("error", Drawing().start(), errorCode="=code"),
        "X",
        "a fixed code",
    ),
    (
        "thrown without code",
        lambda: Drawing().start().end("X", tag("escalationEventDefinition")),
        "X",
        "the escalation declared",
    ),
    ("error twice", error_twice, "Y", "found X too"),
    ("error beside", error_beside, "X", "Expected an error event to interrupt"),
    ("task behind a gateway", lambda: behind_gateway("userTask"), "First", "found Other"),
    ("mapping target", unmapped, "Work", "found 'a b'"),
    (
        "input of an event",
        lambda: (
            Drawing().start().catch("X", timer("PT1H"), extension=mapping({"a": "=1"}, None)).end()
        ),
        "X",
        "outputs only",
    ),
    *(
        (f"zeebe:{name}", lambda name=name: foreign(tag(f"zeebe:{name}")), "Work", name)
        for name in ("executionListeners", "taskListeners", "loopCharacteristics", "subscription")
    ),
    (
        "form key",
        lambda: foreign(tag("zeebe:formDefinition", formKey="k")),
        "Work",
        'formKey="k"',
    ),
    (
        "version tag",
        lambda: foreign(tag("zeebe:formDefinition", formId="f", bindingType="versionTag")),
        "Work",
        "bindingType",
    ),
    (
        "compensation handler",
        lambda: attributed(isForCompensation="true"),
        "Work",
        "to have no flows",
    ),
    ("quantity", lambda: attributed(startQuantity="2"), "Work", "startQuantity"),
    ("zeebe attribute", lambda: attributed(**{"zeebe:assignee": "a"}), "Work", "assignee"),
]


@pytest.mark.parametrize(
    ("draw", "element_id", "sentence"),
    [pytest.param(*row[1:], id=row[0]) for row in REFUSED],
)
def test_is_refused_with_a_sentence(
    draw: Callable[[], Drawing], element_id: str, sentence: str
) -> None:
    problems = problems_of(draw())

    assert element_id in problems, problems
    assert any(sentence in found for found in problems[element_id]), problems
    assert all(found.startswith("Expected") for found in problems[element_id])


def test_every_problem_is_told_at_once() -> None:
    drawing = Drawing().start().node("serviceTask", "A").node("adHocSubProcess", "B")
    drawing.user("C", tag("zeebe:taskListeners"))

    assert problems_of(drawing).keys() >= {"A", "B", "C"}
