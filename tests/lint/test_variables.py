"""No variable is looked at before anything can have set it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from processes import deployment
from processes.lint import Surroundings, judge
from tests.decisions.drawing import decision, file, literal
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.lint.judging import problems

FORMS = {"f": {"components": [{"key": "answer"}, {"components": [{"key": "note"}]}]}}
AROUND = Surroundings(topics={"work"}, forms=FORMS, given={"p": ["given"]})


def unset(drawing: Drawing, around: Surroundings = AROUND) -> list[tuple[str, str]]:
    """Element and name of each variable that cannot be there."""
    return [
        (each.element_id, each.sentence.parameters["name"])
        for each in problems(drawing, around=around)
        if each.rule == "unset-variable"
    ]


def started() -> Drawing:
    return Drawing().start()


def asked(name: str = "Ask", **more) -> Drawing:
    return started().user(name, tag("zeebe:formDefinition", formId="f"), **more)


def looks(drawing: Drawing, name: str) -> Drawing:
    return drawing.script("Look", f"={name} + 1", "seen").end("Seen")


def branch(where: str) -> Drawing:
    """A variable set in one branch, looked at in the other, or behind both."""
    drawing = started().fork("F").script("Set", "=1", "made").fork("J")
    if where == "behind":
        return looks(drawing.at("F").to("J").at("J"), "made")
    drawing.end()
    return drawing.at("F").script("Look", "=made", "seen").to("J")


def loop() -> Drawing:
    """Looked at in the second turn only."""
    drawing = started().xor("Again").script("Look", "=made", "seen").script("Set", "=1", "made")
    drawing.xor("Enough", default="d").when("=seen").to("Again").at("Enough")
    return drawing.when(flow_id="d").end()


def nested(*, mapped: bool) -> Drawing:
    inner = Drawing("i").start("In").script("Look", "=own", "made").end("Out")
    line = tag("zeebe:ioMapping", tag("zeebe:input", source="=given", target="own"))
    drawing = started().sub("Part", inner, extension=line if mapped else "")
    return drawing.script("After", "=made", "x").end()


def repeated() -> Drawing:
    marker = tag(
        "multiInstanceLoopCharacteristics",
        tag(
            "extensionElements",
            tag(
                "zeebe:loopCharacteristics",
                inputCollection="=given",
                inputElement="each",
                outputCollection="all",
                outputElement="=each + seen + loopCounter",
            ),
        )
        + tag("completionCondition", "=numberOfCompletedInstances > 1"),
    )
    script = tag("zeebe:script", expression="=each", resultVariable="seen")
    drawing = started().node("scriptTask", "X", marker, extension=script)
    return drawing.script("After", "=all", "x").end()


def conditional(name: str) -> Drawing:
    drawing = asked().xor("G", default="d").when(f"={name} > 1").end("E1")
    return drawing.at("G").when(flow_id="d").end("E2")


def messaged(outputs: dict[str, str] | None) -> Drawing:
    drawing = asked()
    drawing.end().boundary("Heard", "Ask", drawing.message("m", "=given"), outputs=outputs)
    return looks(drawing, "heard")


def event_sub() -> Drawing:
    drawing = started().script("Set", "=1", "made").user("Ask").end()
    inner = Drawing("i").at("CatchStart").script("Look", "=made", "x").end("Handled")
    return drawing.event_sub("Catch", inner, inner.message("m", "=given"), outputs={"a": "=b"})


def conditioned(name: str) -> Drawing:
    """A condition makes branches share what they set."""
    condition = tag("conditionalEventDefinition", tag("condition", "=made = 1"))
    drawing = started().fork("F").script("Set", "=1", "made").fork("J").end()
    drawing.at("F").user("Ask", tag("zeebe:formDefinition", formId="f"))
    drawing.script("Look", f"={name}", "seen").to("J")
    return drawing.boundary("When", "Ask", condition).end("E2")


def reminded(name: str, *, interrupting: bool = False) -> Drawing:
    """A reminder sets a variable; who goes on looks at it."""
    drawing = asked().xor("G", default="d").when(f"={name}").end("E1")
    drawing.at("G").when(flow_id="d").end("E2")
    drawing.boundary("Late", "Ask", timer("PT1H"), interrupting=interrupting)
    return drawing.script("Set", "=true", "late").job("Mail").end("E3")


def noted(*, interrupting: bool) -> Drawing:
    inner = Drawing("i").at("NoteStart").script("Set", "=true", "noted").end("Handled")
    drawing = looks(asked(), "noted")
    return drawing.event_sub("Note", inner, timer("PT1H"), interrupting=interrupting)


def from_inside(name: str) -> Drawing:
    """A sub-process is given a variable of its own, and sets another one."""
    inner = Drawing("i").start("In").script("S", "=own", "made").script("T", "=1", "own").end("Out")
    return looks(started().sub("Part", inner, extension=mapping({"own": "=given"}, None)), name)


def called(*, all_back: bool) -> Drawing:
    drawing = started().call("Call", "p", propagateAllChildVariables=str(all_back).lower())
    return looks(drawing, "whatever")


CASES: list[tuple[str, Callable[[], Drawing], list[tuple[str, str]]]] = [
    ("given", lambda: looks(started(), "given"), []),
    ("nobody", lambda: looks(started(), "nobody"), [("Look", "nobody")]),
    ("a script", lambda: looks(started().script("S", "=1", "made"), "made"), []),
    ("a job may give anything", lambda: looks(started().job("J"), "whatever"), []),
    ("a job whose output is mapped", lambda: looks(started().job("J", outputs={"a": "=b"}), "b"),
     [("Look", "b")]),
    ("what a job's output is mapped to", lambda: looks(started().job("J", outputs={"a": "=b"}),
                                                       "a"), []),
    ("a field of a form", lambda: looks(asked(), "answer + note"), []),
    ("who has done the task", lambda: looks(asked(), "completed_by"), []),
    ("no field of the form", lambda: looks(asked(), "anser"), [("Look", "anser")]),
    ("a field that is not mapped", lambda: looks(asked(outputs={"a": "=answer"}), "answer"),
     [("Look", "answer")]),
    ("a mapping that looks at no field", lambda: asked(outputs={"a": "=anser"}).end(),
     [("Ask", "anser")]),
    ("a mapping that looks at the one before", lambda: asked(outputs={"a": "=answer", "b": "=a"})
     .end(), []),
    ("an input that looks at the one before", lambda: asked(inputs={"a": "=given", "b": "=a"})
     .end(), []),
    ("an input", lambda: asked(inputs={"a": "=gven"}).end(), [("Ask", "gven")]),
    ("an input is seen in its own task only", lambda: looks(asked(inputs={"a": "=given"}), "a"),
     [("Look", "a")]),
    ("the other branch", lambda: branch("beside"), [("Look", "made")]),
    ("behind both branches", lambda: branch("behind"), []),
    ("a turn before", loop, []),
    ("inside, from outside", lambda: nested(mapped=True), []),
    ("inside, not given", lambda: nested(mapped=False), [("Look", "own")]),
    ("items", repeated, []),
    ("a condition", lambda: conditional("answer"), []),
    ("a condition too early", lambda: conditional("anser"), [("G", "anser")]),
    ("a message may give anything", lambda: messaged(None), []),
    ("a message that is mapped", lambda: messaged({"heard": "=x"}), []),
    ("a message that is mapped to something else", lambda: messaged({"hear": "=x"}),
     [("Look", "heard")]),
    ("an event sub-process", event_sub, []),
    ("a reminder", lambda: reminded("late"), []),
    ("not what a reminder sets", lambda: reminded("latte"), [("G", "latte")]),
    ("a deadline leads elsewhere", lambda: reminded("late", interrupting=True), [("G", "late")]),
    ("beside, in an event sub-process", lambda: noted(interrupting=False), []),
    ("instead, in an event sub-process", lambda: noted(interrupting=True), [("Look", "noted")]),
    ("inside a sub-process", lambda: from_inside("made"), []),
    ("what is a sub-process's own", lambda: from_inside("own"), [("Look", "own")]),
    ("a result that stays inside", lambda: looks(asked(inputs={"note": "=given"}), "note"),
     [("Look", "note")]),
    ("a branch beside a condition", lambda: conditioned("made"), []),
    ("nobody, beside a condition", lambda: conditioned("nobody"), [("Look", "nobody")]),
    ("a call gives all", lambda: called(all_back=True), []),
    ("a call gives nothing", lambda: called(all_back=False), [("Look", "whatever")]),
]  # fmt: skip


@pytest.mark.parametrize(("draw", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in CASES])
def test_what_is_looked_at_too_early_is_told(draw, wanted) -> None:
    assert unset(draw()) == wanted


@pytest.mark.parametrize("draw", [pytest.param(row[1], id=row[0]) for row in CASES])
def test_a_process_that_lists_no_start_variables_is_not_judged(draw) -> None:
    assert unset(draw(), Surroundings(topics={"work"}, forms=FORMS)) == []


@pytest.mark.parametrize(
    ("field", "outputs", "told"),
    [
        ({"key": "answer"}, None, [("kept-inside", "Ask")]),
        ({"key": "answer"}, {"a": "=answer"}, []),
        ({"key": "answer", "disabled": True}, None, []),
        ({"key": "other"}, None, []),
    ],
)
def test_what_is_filled_in_and_lost_is_told(field, outputs, told) -> None:
    around = Surroundings(topics={"work"}, forms={"f": {"components": [field]}})
    drawing = asked(inputs={"answer": "=given"}, outputs=outputs).end()

    assert [(each.rule, each.element_id) for each in problems(drawing, around=around)] == told


# Decisions and calls

DECISIONS = file(
    decision(literal("score + limit"), id="d", needs=["score"]),
    decision(literal("amount * 2"), id="score"),
)


def decided(**inputs: str) -> bytes:
    rule = tag("zeebe:calledDecision", decisionId="d", resultVariable="r")
    drawing = started()
    rules = rule + mapping(inputs, None)
    return listing(drawing.node("businessRuleTask", "Rule", extension=rules).end(), "given")


def listing(drawing: Drawing, names: str) -> bytes:
    """The file of a process that lists what it is started with."""
    line = tag("zeebe:property", name="startVariables", value=names)
    listed = tag("extensionElements", tag("zeebe:properties", line))
    return drawing.xml().replace(b'isExecutable="true">', b'isExecutable="true">' + listed.encode())


def told(**files: bytes) -> list[tuple[str, str, str]]:
    resources = {name.replace("_", "."): data for name, data in files.items()}
    judged, loose = judge(resources, Surroundings(topics={"work"}, forms={}))
    return [
        (each.problem.rule, each.problem.element_id, each.problem.sentence.parameters["name"])
        for each in [*loose, *(found for one in judged for found in one.findings)]
    ]


def test_a_decision_is_given_what_it_looks_at() -> None:
    right = decided(amount="=given", limit="=1")
    wrong = decided(amunt="=given", limit="=1")

    assert told(p_bpmn=right, d_dmn=DECISIONS) == []
    assert told(p_bpmn=wrong, d_dmn=DECISIONS) == [("unset-variable", "Rule", "amount")]


@pytest.mark.parametrize(
    ("through", "inputs", "missing"),
    [
        ("false", {"a": "=x", "b.c": "=y"}, []),
        ("false", {"a": "=x"}, ["b"]),
        ("false", {"A": "=x"}, ["a", "b"]),
        ("true", {}, []),
    ],
)
def test_a_call_gives_what_the_called_process_is_started_with(through, inputs, missing) -> None:
    drawing = started().call(
        "Call", "q", mapping(inputs, None), propagateAllParentVariables=through
    )
    files = {"p_bpmn": drawing.end().xml(), "q_bpmn": listing(Drawing("q").start().end(), "a, b")}

    assert told(**files) == [("missing-input", "Call", name) for name in missing]


ROOT = Path(settings.BASE_DIR)
SHIPPED = deployment.read_sources(ROOT / "bpmn", ROOT / "forms")


@pytest.mark.parametrize(
    ("process", "name"),
    [("refund_only", "facts"), ("refund_execution", "case_no"), ("customer_service", "policy")],
)
def test_shipped_processes_list_all_that_they_are_started_with(process: str, name: str) -> None:
    file = f"{process}.bpmn"
    text = SHIPPED.resources[file].decode()
    line = next(line for line in text.splitlines() if "startVariables" in line)
    shorter = text.replace(line, line.replace(f", {name}", "").replace(f'"{name}, ', '"'))
    spoilt = deployment.Sources(
        resources={**SHIPPED.resources, file: shorter.encode()}, forms=SHIPPED.forms
    )

    told = {(each.problem.rule, each.file) for each in deployment.lint(spoilt)}
    assert told == {("unset-variable", file)}
    assert deployment.lint(SHIPPED) == []
