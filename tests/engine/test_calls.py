"""Called processes that FEEL chooses, that are pinned to a version, that call themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from processes import engine
from processes.engine import BudgetSpent, CannotProceed, InvalidDiagram
from tests.engine.cases import ENVIRONMENT, begin, problems_of, spec_of
from tests.engine.diagrams import Drawing, mapping, tag

LISTED = tag("zeebe:properties", tag("zeebe:property", name="calledProcesses", value="q, r"))


def callee(key: str) -> Drawing:
    return Drawing(key).start(f"{key}B").user(f"In_{key}").end(f"{key}E")


Q, R, S = callee("q"), callee("r"), callee("s")


def caller(text: str = "=which", extension: str = "", **options: str) -> Drawing:
    return Drawing().start().call("Call", text, extension, **options).end()


def test_feel_chooses_among_all_that_are_deployed_together() -> None:
    for key in ("q", "r", "s"):
        case = begin(caller(), Q, R, S, which=key)
        assert case.wait(f"In_{key}").process_id == key
        case.complete(f"In_{key}", done=key)
        assert case.variables == {"which": key, "done": key}


def test_the_input_mapping_is_seen_by_the_choice() -> None:
    case = begin(caller("=kind", mapping({"kind": '="r"'}, None)), Q, R)

    assert case.stands_at == ["In_r"]


def test_a_call_in_a_loop_chooses_for_each_item() -> None:
    drawing = Drawing().start()
    every = tag(
        "extensionElements",
        tag("zeebe:loopCharacteristics", inputCollection="=keys", inputElement="key"),
    )
    drawing.node(
        "callActivity",
        "Call",
        tag("multiInstanceLoopCharacteristics", every),
        extension=tag("zeebe:calledElement", processId="=key"),
    ).end()
    case = begin(drawing, Q, R, keys=["r", "q", "r"])

    assert case.stands_at == ["In_q", "In_r", "In_r"]


@pytest.mark.parametrize(
    ("which", "found"),
    [("x", "'x'"), (None, "None"), (["q"], "'q'"), ("p/Call", "'p/Call'"), ("s", "'s'")],
)
def test_what_may_not_be_called_stops_the_token(which: object, found: str) -> None:
    with pytest.raises(CannotProceed, match=r"^Call: Expected '=which' to give one of q, r; ") as e:
        begin(caller(extension=LISTED), Q, R, S, which=which)

    assert found in str(e.value)


def test_the_spec_knows_all_that_may_be_called() -> None:
    spec = spec_of(caller(extension=LISTED), Q, R, S)

    assert {element.process_id for element in spec.elements} == {"p", "q", "r"}
    (call,) = (element for element in spec.elements if element.id == "Call")
    assert call.calls == ("q", "r")


def without_plain_start() -> Drawing:
    drawing = Drawing("q")
    return drawing.node("startEvent", "QB", drawing.message("asked", "")).end("QE")


def versioned(tagged: str) -> Drawing:
    called = callee("q")
    called.content.insert(
        0, tag("extensionElements", tag("zeebe:versionTag", value=tagged)) if tagged else ""
    )
    return called


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: (caller("q", LISTED), Q, R), "only where FEEL says"),
        (lambda: (caller(extension=LISTED), Q), "found r; deploy its file too"),
        (lambda: (caller("q"), without_plain_start()), "q to have a plain start event"),
        (
            lambda: (caller("q", bindingType="versionTag", versionTag="2"), versioned("1")),
            "q in version '2', found '1'",
        ),
        (
            lambda: (caller("q", bindingType="versionTag", versionTag="2"), versioned("")),
            "q in version '2', found ''",
        ),
        (lambda: (caller("q", bindingType="versionTag"), versioned("1")), "a fixed version tag"),
        (lambda: (caller("q", versionTag="1"), versioned("1")), "together with the binding"),
        (
            lambda: (caller("q", bindingType="versionTag", versionTag="=v"), versioned("1")),
            "a fixed version tag",
        ),
        (lambda: (caller("q", bindingType="newest"), Q), 'no bindingType="newest"'),
    ],
)
def test_a_call_that_cannot_be_is_refused(
    draw: Callable[[], tuple[Drawing, ...]], sentence: str
) -> None:
    assert any(sentence in found for found in problems_of(*draw())["Call"])


def test_a_pin_is_kept_when_the_pinned_version_is_deployed_with_it() -> None:
    pinned = caller("q", bindingType="versionTag", versionTag="2")

    assert begin(pinned, versioned("2")).stands_at == ["In_q"]


def counting_down(to: str = "p") -> Drawing:
    drawing = Drawing().start().script("Less", "=n - 1", "n").xor("G", default="d")
    drawing.when("=n > 0").call("Call", to).to("End").at("G").when(flow_id="d")
    return drawing.user("Bottom").to("End").at("").end("End")


@pytest.mark.parametrize("to", ["p", '="p"'])
def test_a_process_calls_itself_and_comes_back(to: str) -> None:
    case = begin(counting_down(to), n=20)
    assert case.stands_at == ["Bottom"]
    case.complete("Bottom", found=1)

    assert case.step.ended
    assert case.variables == {"n": 0, "found": 1}
    assert case.path.count("Call") == 19


@pytest.mark.parametrize("to", ["p", '="p"'])
def test_a_process_that_calls_itself_for_ever_is_stopped_with_a_sentence(to: str) -> None:
    with pytest.raises(BudgetSpent, match="Call: Expected at most 32 processes calling"):
        begin(counting_down(to), n=100)


def test_a_case_in_a_chosen_process_is_carried_to_another_version() -> None:
    case = begin(caller(), Q, R, which="r")
    to = spec_of(caller(extension=LISTED), Q, R)
    carried = engine.migrate(case.spec, case.step.state, ENVIRONMENT, to=to)

    (wait,) = carried.waits
    assert (wait.element_id, wait.process_id) == ("In_r", "r")
    done = engine.complete(
        to, carried.state, replace(ENVIRONMENT), token_id=wait.token_id, output={}
    )
    assert done.ended


def test_a_case_stays_when_its_process_may_not_be_chosen_any_more() -> None:
    case = begin(caller(), Q, R, S, which="s")

    with pytest.raises(engine.SurgeryRefused, match="may still call s"):
        engine.migrate(
            case.spec, case.step.state, ENVIRONMENT, to=spec_of(caller(extension=LISTED), Q, R, S)
        )


def test_what_is_called_is_feel() -> None:
    with pytest.raises(InvalidDiagram, match="Expected FEEL"):
        spec_of(caller("=1 +"), Q)


def test_a_called_process_begins_at_its_plain_start_whatever_else_begins_it() -> None:
    called = Drawing("q")
    called.node("startEvent", "Told", called.message("told", "")).user("Listen").end("E1")
    called.at("").start("Plain").user("Work").end("E2")

    assert begin(caller("q"), called).stands_at == ["Work"]


def test_signals_are_heard_in_a_process_that_feel_may_choose() -> None:
    heard = tag("signalEventDefinition", signalRef="s")
    called = Drawing("q").start("QB").catch("Heard", heard).end("QE")
    drawing = Drawing().start().fork("Both").call("Call", '="q"').end()
    drawing.at("Both").user("Wait").throw("Say", heard).end("E2")
    drawing.declared["s"] = tag("signal", id="s", name="S")
    case = begin(drawing, called)
    case.complete("Wait")

    assert case.step.ended
