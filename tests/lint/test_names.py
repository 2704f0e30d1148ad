"""What a diagram names is there, leaves other names alone, and can come at all."""

from __future__ import annotations

import pytest

from processes import engine
from processes.lint import Surroundings, check, judge
from tests.engine.diagrams import Drawing, mapping, tag
from tests.lint.judging import found

GROUPS = Surroundings(topics={"work"}, forms={}, groups={"seller", "finance"})


def offered(groups: str) -> Drawing:
    task = tag("zeebe:assignmentDefinition", candidateGroups=groups)
    return Drawing().start().user("Ask", task).end()


@pytest.mark.parametrize(
    ("groups", "unknown"),
    [
        ("seller", False),
        ("platform/finance, seller", False),
        ('=["platform/finance", "seller"]', False),
        ('="seller"', False),
        ("=groups", False),
        ("sellers", True),
        ("platform/money, seller", True),
        ('=["seller", "money"]', True),
        ('="money"', True),
    ],
)
def test_a_task_is_offered_to_groups_that_are_there(groups: str, unknown: bool) -> None:
    wanted = {("unknown-group", "Ask")} if unknown else set()

    assert found(offered(groups), around=GROUPS) == wanted
    assert found(offered(groups)) == set()


@pytest.mark.parametrize("name", ["if", "null", "true", "loopCounter", "function", "and"])
def test_a_name_with_a_meaning_of_its_own_is_refused_wherever_it_is_written(name: str) -> None:
    mapped = Drawing().start().job("X", outputs={name: "=1"}).end()
    given = Drawing().start().job("X", inputs={name: "=1"}).end()
    result = Drawing().start().script("X", "=1", name).end()
    inside = Drawing().start().job("X", outputs={f"{name}.of": "=1"}).end()
    form = Surroundings(topics={"work"}, forms={"f": {"components": [{"key": name}]}})
    asked = Drawing().start().user("X", tag("zeebe:formDefinition", formId="f")).end()

    for drawing in (mapped, given, result, inside, asked):
        assert found(drawing, around=form) == {("reserved-name", "X")}


@pytest.mark.parametrize("name", ["iffy", "order.if", "订单", "null_", "list"])
def test_a_name_that_only_looks_so_is_not_refused(name: str) -> None:
    assert found(Drawing().start().job("X", outputs={name: "=1"}).end()) == set()


def choosing(*, default: str | None, conditions: tuple[str, str]) -> Drawing:
    drawing = Drawing().start().xor("G", default=default)
    drawing.when(conditions[0] or None, flow_id="a").end("E1").at("G")
    return drawing.when(conditions[1] or None, flow_id="b").end("E2")


def test_a_gateway_without_a_default_is_told() -> None:
    assert found(choosing(default=None, conditions=("=x", "=y"))) == {("no-default", "G")}
    assert found(choosing(default="b", conditions=("=x", ""))) == set()


def test_a_task_with_conditions_only_is_told_too() -> None:
    drawing = Drawing().start().user("G").when("=x").end("E1").at("G").when("=y").end("E2")

    assert found(drawing) == {("no-default", "G")}


def test_an_end_that_is_not_drawn_is_hinted_at() -> None:
    assert found(Drawing().start().user("Ask")) == {("implicit-end", "Ask")}


# Codes


def guarded(activity: Drawing, code: str, *, kind: str = "error") -> Drawing:
    definition = getattr(activity, kind)(code)
    return activity.end().boundary("Caught", "X", definition).end("Bad")


def throwing(code: str, kind: str = "error") -> Drawing:
    inner = Drawing("i").start("In")
    return inner.end("Thrown", getattr(inner, kind)(code))


CODES = Surroundings(topics={"work", "pay"}, forms={}, codes={"pay": ["POOR"]})
UNTHROWN = {("unthrown-code", "Caught")}


@pytest.mark.parametrize(
    ("drawing", "wanted"),
    [
        (lambda: guarded(Drawing().start().job("X"), "ANY"), set()),
        (lambda: guarded(Drawing().start().job("X", "pay"), "POOR"), set()),
        (lambda: guarded(Drawing().start().job("X", "pay"), ""), set()),
        (lambda: guarded(Drawing().start().job("X", "pay"), "POOOR"), UNTHROWN),
        (lambda: guarded(Drawing().start().user("X"), "POOR"), UNTHROWN),
        (lambda: guarded(Drawing().start().user("X"), ""), UNTHROWN),
        (lambda: guarded(Drawing().start().job("X"), "E", kind="escalation"), UNTHROWN),
        (lambda: guarded(Drawing().start().sub("X", throwing("A")), "A"), set()),
        (lambda: guarded(Drawing().start().sub("X", throwing("A")), ""), set()),
        (lambda: guarded(Drawing().start().sub("X", throwing("A")), "B"), UNTHROWN),
        (
            lambda: guarded(Drawing().start().sub("X", throwing("A")), "A", kind="escalation"),
            UNTHROWN,
        ),
        (
            lambda: guarded(
                Drawing().start().sub("X", throwing("A", "escalation")), "A", kind="escalation"
            ),
            set(),
        ),
    ],
)
def test_an_event_catches_what_something_throws(drawing, wanted) -> None:
    assert found(drawing(), around=CODES) == wanted


def test_what_a_called_process_throws_is_known() -> None:
    called = Drawing("q").start("QStart")
    called.end("Thrown", called.error("A"))

    assert found(guarded(Drawing().start().call("X", "q"), "A"), called) == set()
    assert found(guarded(Drawing().start().call("X", "q"), "B"), called) == UNTHROWN


def test_an_event_sub_process_catches_what_something_beside_it_throws() -> None:
    def drawn(code: str) -> Drawing:
        drawing = Drawing().start()
        drawing.end("Thrown", drawing.error("A"))
        inner = Drawing("i").at("CatchStart").end("Handled")
        return drawing.event_sub("Catch", inner, inner.error(code))

    assert found(drawn("A")) == set()
    assert found(drawn("B")) == {("unthrown-code", "CatchStart")}


# Places


def test_a_finding_says_where_it_is_and_what_the_element_is_called() -> None:
    inner = tag("extensionElements", tag("zeebe:taskDefinition", type="nowhere") + mapping({}, {}))
    drawing = Drawing("pay").start().node("serviceTask", "Pay", inner, name="Pay back").end()
    xml = drawing.xml().replace(b"<serviceTask", b"\n\n<serviceTask")

    (judged,), loose = judge({"a.bpmn": xml}, Surroundings(topics=(), forms={}))

    assert [each.said() for each in judged.findings] == [
        "a.bpmn:3: “Pay back” (Pay): Expected a topic that has a handler, found “nowhere”"
    ]
    assert [each.said("zh-hans") for each in judged.findings] == [
        "a.bpmn:3: “Pay back” (Pay): 应为有处理程序的主题，实际为“nowhere”"
    ]
    assert loose == []


def test_a_flow_is_called_by_its_ends() -> None:
    drawing = Drawing().start().node("exclusiveGateway", "G", name="Paid?", default="d")
    drawing.when("=1 +", flow_id="f").end("E1").at("G").when(flow_id="d").end("E2")

    (judged,), _ = judge({"a.bpmn": drawing.xml()}, Surroundings(topics=(), forms={}))

    (told,) = judged.findings
    assert told.said().startswith("a.bpmn:1: “Paid? → E1” (f): Expected FEEL, but in '1 +': ")


def test_in_chinese_an_element_is_called_by_its_chinese_name() -> None:
    line = tag("zeebe:property", name="name:zh_Hans", value="付款")
    inner = tag("extensionElements", tag("zeebe:properties", line))
    drawing = Drawing().start().node("userTask", "Pay", inner, name="Pay").end()

    (judged,), _ = judge({"a.bpmn": drawing.xml()}, GROUPS)

    assert {each.said("zh").split(": ")[1] for each in judged.findings} == {"“付款” (Pay)"}
    assert {each.said("en").split(": ")[1] for each in judged.findings} == {"Pay"}


def test_what_cannot_be_read_at_all_is_a_finding_too() -> None:
    judged, loose = judge({"a.bpmn": b"<a"}, Surroundings(topics=(), forms={}))

    assert judged == []
    assert [each.problem.rule for each in loose] == ["bad-xml"]


def test_the_problems_of_a_called_process_are_told_where_it_is_drawn() -> None:
    called = Drawing("q").start().job("Odd", "odd").end()
    calling = Drawing("p").start().call("Call", "q").end()
    files = {"q.bpmn": called.xml(), "p.bpmn": calling.xml()}

    judged, _ = judge(files, Surroundings(topics=(), forms={}))

    told = [(each.bundle.key, found.file) for each in judged for found in each.findings]
    assert told == [("q", "q.bpmn")]


def test_a_wait_for_a_signal_is_limited_too() -> None:
    drawing = Drawing().start().fork("F").catch("Hear", tag("signalEventDefinition", signalRef="s"))
    drawing.end().at("F").throw("Say", tag("signalEventDefinition", signalRef="s")).end("E2")
    drawing.declared["s"] = tag("signal", id="s", name="s")
    spec = engine.parse({"d.bpmn": drawing.xml()})["p"]
    rules = {each.rule for each in check(spec.elements, spec.flows, GROUPS)}
    assert rules == {"no-limit"}
