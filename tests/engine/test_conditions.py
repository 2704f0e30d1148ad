"""Conditional events: waited for until a condition on the variables becomes true."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from xml.sax.saxutils import escape

import pytest

from processes import engine
from processes.engine import CannotProceed, Outcome
from tests.engine.cases import ENVIRONMENT, problems_of, spec_of
from tests.engine.diagrams import Drawing, mapping, tag
from tests.engine.matrix.twin import run
from tests.engine.test_undoing import UNDO, every, undone_by


def until(condition: str) -> str:
    return tag("conditionalEventDefinition", tag("condition", escape(condition)))


def beside(condition: str = "=x > 5") -> Drawing:
    """Waits in one branch; in the other A, B and C are done."""
    drawing = Drawing().start().fork("F").catch("Until", until(condition)).user("Then").fork("J")
    drawing.user("After").end()
    return drawing.at("F").user("A").user("B").user("C").to("J")


def test_what_is_true_already_is_passed_at_once() -> None:
    drawing = Drawing().start().script("Set", "=7", "x").catch("Until", until("=x > 5")).end()
    assert run(drawing).path == ["Begin", "Set", "Until", "Done"]


def test_it_is_waited_for_until_another_branch_makes_it_true() -> None:
    case = run(beside(), x=0)
    case.complete("A", x=5)
    assert case.stands_at == ["B"]
    case.complete("B", x=6)
    assert case.stands_at == ["C", "Then"]
    # Who waited sees what it was that came true.
    assert case.inputs("Then") == {"x": 6}


def test_all_branches_know_from_then_on_and_nothing_is_lost_when_they_meet() -> None:
    case = run(beside(), x=0, n={"a": 1, "b": 1})
    case.complete("A", x=6, n={"a": 2, "b": 1})
    case.complete("B", x=7)
    case.complete("C", x=8, m=1)
    case.complete("Then", n={"a": 2, "b": 2})
    assert case.inputs("After") == {"x": 8, "m": 1, "n": {"a": 2, "b": 2}}


def test_a_variable_that_is_not_there_yet_makes_nothing_true() -> None:
    case = run(beside())
    case.complete("A", y=1)
    assert case.stands_at == ["B"]
    case.complete("B", x=6)
    assert case.stands_at == ["C", "Then"]


def test_the_last_word_counts_whichever_branch_says_it() -> None:
    drawing = Drawing().start().fork("F").user("Work").end("E1")
    drawing.boundary("Rise", "Work", until("=x > 5"), interrupting=False).end("Risen")
    drawing.at("F").user("A").to("A").at("F").user("B").to("B")
    case = run(drawing, x=0)
    for name, x, risen in (("B", 3, 0), ("A", 6, 1), ("B", 4, 1), ("A", 2, 1), ("B", 9, 2)):
        case.complete(name, x=x)
        assert case.path.count("Risen") == risen
        assert case.inputs("A")["x"] == case.inputs("B")["x"] == case.inputs("Work")["x"] == x


def test_what_is_true_for_a_moment_only_is_noticed() -> None:
    drawing = Drawing().start().fork("F").catch("Until", until("=x = 1")).user("Then").end("E")
    drawing.at("F").user("A").script("One", "=1", "x").script("Two", "=2", "x")
    drawing.user("B").end()
    case = run(drawing, x=0)
    case.complete("A")
    assert case.stands_at == ["B", "Then"]
    assert case.inputs("Then") == {"x": 1}


def test_who_waits_where_nobody_can_make_it_true_stops_the_case() -> None:
    drawing = Drawing().start().catch("Until", until("=x > 5")).end()
    with pytest.raises(CannotProceed, match="tokens stand at Until"):
        run(drawing, x=0)


def test_a_condition_that_is_no_truth_value_stops_the_case() -> None:
    case = run(beside("=x"), x=None)
    with pytest.raises(CannotProceed, match="Until: Expected the condition '=x' to be true or f"):
        case.complete("A", x="yes")


def with_boundary(*, interrupting: bool, inputs: str = "") -> Drawing:
    drawing = Drawing().start().fork("F").user("Work", inputs).user("After").end()
    drawing.boundary("Rise", "Work", until("=x > limit"), interrupting=interrupting)
    drawing.user("React").end("E2")
    return drawing.at("F").user("A").to("A")


@pytest.mark.parametrize("interrupting", [True, False])
def test_at_an_activity_it_fires_when_it_becomes_true(interrupting: bool) -> None:
    case = run(with_boundary(interrupting=interrupting), x=0, limit=5)
    case.complete("A", y=1)
    assert case.stands_at == ["A", "Work"]
    case.complete("A", x=6)
    assert case.stands_at == (["A", "React"] if interrupting else ["A", "React", "Work"])
    assert case.inputs("React") == {"x": 6, "y": 1, "limit": 5}
    outcomes = {p.element_id: p.outcome for p in case.step.passages}
    assert outcomes["Rise"] is Outcome.COMPLETED
    assert outcomes.get("Work") is (Outcome.CANCELLED if interrupting else None)


def test_it_must_be_false_before_it_can_become_true_again() -> None:
    case = run(with_boundary(interrupting=False), x=0, limit=5)
    for x, fired in ((6, 1), (7, 1), (5, 1), (4, 1), (9, 2), (10, 2)):
        case.complete("A", x=x)
        assert case.path.count("Rise") == fired, x
    case.complete("Work")
    case.complete("A", x=0)
    case.complete("A", x=9)
    assert case.path.count("Rise") == 2


@pytest.mark.parametrize("interrupting", [True, False])
def test_at_an_activity_it_fires_at_once_if_it_is_true_when_that_begins(interrupting: bool) -> None:
    case = run(with_boundary(interrupting=interrupting), x=6, limit=5)
    assert case.stands_at == (["A", "React"] if interrupting else ["A", "React", "Work"])
    case.complete("A")
    assert case.path.count("Rise") == 1


def test_it_sees_what_the_activity_was_given() -> None:
    inputs = mapping({"limit": "=limit * 2"}, None)
    case = run(with_boundary(interrupting=True, inputs=inputs), x=0, limit=5)
    case.complete("A", x=6)
    assert case.stands_at == ["A", "Work"]
    case.complete("A", x=11)
    assert case.stands_at == ["A", "React"]


def handler(sub: str = "On") -> Drawing:
    return Drawing(f"{sub}_i").at(f"{sub}Start").user("Handle").end(f"{sub}End")


@pytest.mark.parametrize("interrupting", [True, False])
def test_it_begins_an_event_sub_process(interrupting: bool) -> None:
    drawing = Drawing().start().fork("F").user("A").to("A").at("F").user("Work").end()
    drawing.event_sub("On", handler(), until("=x > 5"), interrupting=interrupting)
    case = run(drawing, x=0)
    case.complete("A", x=6)
    assert case.stands_at == (["Handle"] if interrupting else ["A", "Handle", "Work"])
    assert case.inputs("Handle") == {"x": 6}
    if not interrupting:
        case.complete("A", x=7)
        case.complete("A", x=1)
        case.complete("A", x=8)
        assert case.path.count("OnStart") == 2
        assert case.waits_for == ["A", "Handle", "Handle", "Work"]


def test_it_begins_an_event_sub_process_of_the_scope_that_changes() -> None:
    body = Drawing("i").start("B").user("In").user("In2").end("E")
    body.event_sub("On", handler(), until("=x > 5"))
    case = run(Drawing().start().sub("Sub", body).user("After").end(), x=0)
    case.complete("In", x=6)
    assert case.stands_at == ["Handle"]
    case.complete("Handle")
    assert case.inputs("After") == {"x": 6}


def test_it_may_win_a_race() -> None:
    drawing = Drawing().start().fork("F").node("eventBasedGateway", "First")
    drawing.catch("True", until("=x > 5")).user("ByCondition").end("E1")
    drawing.at("First").catch("Told", drawing.message("m")).user("ByMessage").end("E2")
    drawing.at("F").user("A").user("B").end()
    case = run(drawing, x=0, key="k")
    case.complete("A", x=6)
    assert case.stands_at == ["B", "ByCondition"]
    assert case.inputs("ByCondition") == {"x": 6, "key": "k"}


def test_inside_a_sub_process_it_sees_what_is_done_outside() -> None:
    body = Drawing("i").start("B").fork("SF").catch("Until", until("=x > own")).user("Then")
    body.end("E").at("SF").user("In").end("E1")
    drawing = Drawing().start().fork("F")
    drawing.sub("Sub", body, extension=mapping({"own": "=5"}, None)).fork("J").user("After").end()
    drawing.at("F").user("A").user("A2").to("J")
    case = run(drawing, x=0)
    case.complete("In", inner=1)
    case.complete("A", x=6, outer=1)
    assert case.inputs("Then") == {"x": 6, "own": 5, "inner": 1, "outer": 1}
    case.complete("Then", then=1, own=9)
    case.complete("A2", x=7)
    assert case.inputs("After") == {"x": 7, "inner": 1, "outer": 1, "then": 1}


def test_outside_a_sub_process_it_sees_what_is_done_inside() -> None:
    body = Drawing("i").start("B").user("In").user("In2").end("E")
    drawing = Drawing().start().sub("Sub", body).user("After").end()
    drawing.boundary("Rise", "Sub", until("=x > 5")).user("React").end("E2")
    case = run(drawing, x=0)
    case.complete("In", x=6)
    assert case.stands_at == ["React"]
    assert case.inputs("React") == {"x": 6}


def test_a_called_process_has_variables_and_conditions_of_its_own() -> None:
    called = Drawing("q").start("QB").fork("QF").catch("Until", until("=x > 5")).user("Then")
    called.end("E1").at("QF").user("In").user("In2").end("QE")
    drawing = Drawing().start().fork("F").call("Call", "q").end().at("F").user("A").end("E2")
    case = run(drawing, called, x=0)
    case.complete("A", x=6)
    assert case.stands_at == ["In"]
    case.complete("In", x=7)
    assert case.stands_at == ["In2", "Then"]


@pytest.mark.parametrize("sequential", [True, False])
def test_what_an_item_has_done_may_end_all_items(sequential: bool) -> None:
    drawing = Drawing().start().node("userTask", "Ask", every(Drawing(), sequential=sequential))
    drawing.user("After").end()
    drawing.boundary("Found", "Ask", until("=found = true")).user("React").end("E2")
    case = run(drawing, items=[1, 2, 3])
    case.complete_one("Ask", 0, found=False)
    case.complete_one("Ask", 0, found=True)
    assert case.stands_at == ["React"]


def test_each_item_waits_for_a_condition_of_its_own() -> None:
    body = Drawing("i").start("B").catch("Until", until("=x >= item")).user("Then").end("E")
    drawing = Drawing().start().fork("F")
    drawing.node("subProcess", "Each", every(drawing) + "".join(body.content)).end()
    drawing.at("F").user("A").to("A")
    case = run(drawing, items=[1, 2, 3], x=0)
    case.complete("A", x=2)
    assert [wait.variables["item"] for wait in case.step.waits if wait.name == "Then"] == [1, 2]
    case.complete("A", x=3)
    assert case.waits_for == ["A", "Then", "Then", "Then"]


def test_many_that_wait_at_once_all_go_on() -> None:
    body = Drawing("i").start("B").catch("Until", until("=x >= item")).end("E")
    drawing = Drawing().start().fork("F")
    drawing.node("subProcess", "Each", every(drawing) + "".join(body.content)).end()
    drawing.at("F").user("A").end("E9")
    case = run(drawing, items=list(range(1, 101)), x=0)
    case.complete("A", x=100)
    assert case.ended_at == ["E9", "Done"]
    assert case.path.count("Until") == 100


def cost(items: int) -> float:
    """CPU seconds for each of so many user tasks that begin beside a condition."""
    drawing = Drawing().start().fork("F").node("userTask", "Ask", every(Drawing())).end()
    drawing.at("F").catch("Until", until("=x > 5")).end("E2")
    spec, variables = spec_of(drawing), {"items": [0] * items}
    begun = process_time()
    for _ in range(1000 // items):
        engine.start(spec, variables, ENVIRONMENT)
    return process_time() - begun


def test_a_thousand_tasks_beside_a_condition_cost_each_what_one_of_a_hundred_does() -> None:
    # Ten times as much when all branches were looked at for each task that begins.
    assert min(cost(1000) for _ in range(3)) <= 4 * max(cost(100) for _ in range(3))


def test_an_event_sub_process_of_an_item_is_begun_by_its_own_condition() -> None:
    body = Drawing("i").start("B").user("In").end("E")
    body.event_sub("On", handler(), until("=item = x"))
    drawing = Drawing().start().fork("F")
    drawing.node("subProcess", "Each", every(drawing) + "".join(body.content)).end()
    drawing.at("F").user("A").to("A")
    case = run(drawing, items=[1, 2], x=0)
    case.complete("A", x=2)
    assert case.stands_at == ["A", "Handle", "In"]
    assert case.inputs("Handle")["item"] == 2


def test_conditions_in_a_sub_process_meet_and_so_do_all_branches() -> None:
    body = Drawing("i").start("B").fork("SF").catch("U1", until("=x > 5")).fork("SJ").end("E")
    body.at("SF").catch("U2", until("=y > 5")).to("SJ")
    drawing = Drawing().start().fork("F").sub("S", body).fork("J").user("After").end()
    drawing.at("F").user("A").user("A2").to("J")
    case = run(drawing, x=0, y=9)
    assert "U2" in case.path
    case.complete("A", x=9)
    case.complete("A2", z=1)
    assert case.inputs("After") == {"x": 9, "y": 9, "z": 1}


def test_results_of_items_stay_in_their_order_and_items_stay_their_own() -> None:
    loop = tag(
        "zeebe:loopCharacteristics",
        inputCollection="=items",
        inputElement="item",
        outputCollection="out",
        outputElement="=res",
    )
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", loop))
    drawing = Drawing().start().fork("F").node("userTask", "T", marker).fork("J").user("After")
    drawing.end().at("F").catch("Until", until("=count(out) = 2")).to("J")
    case = run(drawing, items=["a", "b"])
    case.complete_one("T", 1, res=2)
    case.complete_one("T", 0, res=1)
    assert case.inputs("After") == {"items": ["a", "b"], "out": [1, 2]}


def test_what_is_undone_may_make_it_true() -> None:
    drawing = Drawing().start().fork("F").user("Book").throw("Undo", UNDO).user("X").end("E1")
    drawing.at("F").catch("Until", until("=undone = true")).user("Then").end("E2")
    case = run(undone_by(drawing, "Book", "Unbook"))
    case.complete("Book", b=1)
    case.complete("Unbook", undone=True)
    assert case.stands_at == ["Then", "X"]


def test_a_condition_that_comes_true_a_thousand_times_leaves_nothing_behind() -> None:
    case = run(with_boundary(interrupting=False), x=0, limit=5)
    sizes = []
    for _ in range(40):
        case.complete("A", x=9)
        case.complete("React")
        case.complete("A", x=0)
        sizes.append(len(case.step.state))
    assert sizes[-1] <= sizes[4] + 8


def at_the_start() -> Drawing:
    return Drawing().node("startEvent", "X", until("=x > 5")).end()


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: Drawing().start().catch("X", until("")).end(), "a condition in FEEL, found no"),
        (lambda: Drawing().start().catch("X", until("x > 5")).end(), "the condition in FEEL"),
        (lambda: Drawing().start().catch("X", until("=now() > t")).end(), "when now() changes"),
        (lambda: Drawing().start().catch("X", until("=today() = t")).end(), "use a timer"),
        (at_the_start, "begin a process with a message"),
        (lambda: Drawing().start().throw("X", until("=x")).end(), "wait for it in the flow"),
    ],
)
def test_is_refused(draw: Callable[[], Drawing], sentence: str) -> None:
    problems = problems_of(draw())

    assert any(sentence in found for found in problems["X"]), problems
