"""States: sealed, small, the same for the same acts, and bounded however long a case runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from processes import engine
from processes.engine import BadState, BudgetSpent, CannotProceed, Environment, WaitKind
from processes.engine.codec import MAX_BYTES
from tests.engine.cases import ENVIRONMENT, NOW, begin, spec_of
from tests.engine.diagrams import Drawing, timer
from tests.scenarios.driver import Case

KEY = ENVIRONMENT.state_key


def reviewed() -> Drawing:
    drawing = Drawing().start().user("Review").end()
    return drawing.boundary("Late", "Review", timer("PT2H")).end("TooLate")


def test_every_altered_byte_is_noticed() -> None:
    case = begin(reviewed(), amount=1)

    for place in range(len(case.step.state)):
        altered = bytearray(case.step.state)
        altered[place] ^= 1
        with pytest.raises(BadState):
            engine.describe(case.spec, bytes(altered), ENVIRONMENT)
    for broken in (b"", b"af1", case.step.state[:-1], case.step.state + b" "):
        with pytest.raises(BadState):
            engine.describe(case.spec, broken, ENVIRONMENT)


def test_a_state_of_another_definition_or_key_is_refused() -> None:
    case = begin(reviewed())
    other = spec_of(reviewed().at("Review").boundary("X", "Review", timer("P1D")).end("Y"))

    with pytest.raises(BadState):
        engine.describe(other, case.step.state, ENVIRONMENT)
    with pytest.raises(BadState):
        engine.describe(case.spec, case.step.state, Environment(now=NOW, state_key=b"other"))


def test_the_process_of_a_bundle_is_part_of_the_seal() -> None:
    texts = {"a.bpmn": reviewed().xml(), "b.bpmn": Drawing("q").start().user("Review").end().xml()}
    both = engine.parse(texts)
    step = engine.start(both["p"], {}, ENVIRONMENT)

    with pytest.raises(BadState):
        engine.describe(both["q"], step.state, ENVIRONMENT)


def busy() -> Drawing:
    drawing = Drawing().start().fork("F").user("A").fork("J").end()
    drawing.at("F").sub("Sub", Drawing("i").start("B").user("In").end("E")).to("J")
    drawing.boundary("Late", "Sub", timer("=duration(limit)"), interrupting=False)
    return drawing.user("Chase").end("Chased")


def play(drawing: Drawing) -> list[bytes]:
    case = begin(drawing, limit="PT1H", o={"x": 1})
    states = [case.step.state]
    case.advance(timedelta(hours=1))
    states.append(case.step.state)
    for element_id in ("In", "Chase", "A"):
        case.complete(element_id, o={"by": element_id})
        states.append(case.step.state)
    return states


def test_the_same_acts_at_the_same_moments_give_the_same_bytes() -> None:
    assert play(busy()) == play(busy())


def test_a_state_is_read_and_written_without_change() -> None:
    case = begin(busy(), limit="PT1H")
    later = replace(ENVIRONMENT, now=NOW + timedelta(minutes=1))

    assert engine.fire_timers(case.spec, case.step.state, later).state == case.step.state


def test_one_spec_serves_many_threads() -> None:
    spec = spec_of(busy())

    def run(_number: int) -> bytes:
        step = engine.start(spec, {"limit": "PT1H"}, ENVIRONMENT)
        for _ in range(2):
            wait = next(w for w in step.waits if w.kind is WaitKind.USER_TASK)
            step = engine.complete(
                spec, step.state, ENVIRONMENT, token_id=wait.token_id, output={"by": wait.name}
            )
        return step.state

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(run, range(64)))) == 1


def turns(case: Case, count: int) -> list[tuple[int, int]]:
    """Bytes of the state, and tokens made, of each turn."""
    sizes = []
    for _ in range(count):
        before = int(case.wait("Try").token_id, 36)
        case.complete("Try", good=False)
        sizes.append((len(case.step.state), int(case.wait("Try").token_id, 36) - before))
    return sizes


def looping(*, beside: bool) -> Drawing:
    drawing = Drawing().start().user("Try").xor("Good", default="again")
    drawing.when("=good").end().at("Good").when(flow_id="again").to("Try")
    drawing.boundary("Tick", "Try", timer("PT1H"), interrupting=False)
    return drawing.script("Count", "=n + 1", "n").end("Ticked") if beside else drawing.end("T")


def test_a_loop_costs_as_much_in_its_last_turn_as_in_its_tenth() -> None:
    sizes = turns(begin(looping(beside=False), n=0), 2000)

    assert sizes[-1][0] <= sizes[9][0] + 8
    assert sizes[-1][1] == sizes[9][1]


def test_branches_that_end_in_a_loop_leave_nothing_behind() -> None:
    case = begin(looping(beside=True), n=0)
    sizes = []
    for _ in range(40):
        case.advance(timedelta(hours=1))
        case.complete("Try", good=False)
        sizes.append(len(case.step.state))

    assert case.variables["n"] == 40
    assert sizes[-1] <= sizes[9] + 8


def test_a_fork_and_join_in_a_loop_leave_nothing_behind() -> None:
    drawing = Drawing().start().xor("Again").fork("F").user("A").fork("J").user("Try").to("Again")
    drawing.at("F").script("S", "=n + 1", "n").to("J")
    case = begin(drawing, n=0)
    sizes = []
    for _ in range(40):
        case.complete("A")
        case.complete("Try")
        sizes.append(len(case.step.state))

    assert case.inputs("A") == {"n": 40}
    assert sizes[-1] <= sizes[9] + 8


def test_a_loop_without_a_wait_is_stopped() -> None:
    drawing = Drawing().start().xor("Again").script("S", "=n + 1", "n").to("Again")

    with pytest.raises(BudgetSpent, match="Expected to come to rest within 5000 moves"):
        begin(drawing, n=0)


def test_a_thousand_steps_in_one_act_are_no_problem() -> None:
    drawing = Drawing().start().xor("Again").script("S", "=n + 1", "n")
    drawing.xor("More", default="enough").when("=n < 1000").to("Again").at("More")
    case = begin(drawing.when(flow_id="enough").end(), n=0)

    assert case.variables == {"n": 1000}


def test_a_chain_of_many_elements_is_read_and_run() -> None:
    drawing = Drawing().start()
    for number in range(1500):
        drawing.throw(f"Step{number}")

    assert begin(drawing.end()).ended_at == ["Done"]


def test_many_branches_that_stay_are_read_and_written() -> None:
    drawing = Drawing().start().xor("Again").fork("F").user("Stay").end()
    drawing.at("F").script("S", "=n + 1", "n").xor("More", default="enough")
    drawing.when("=n < 900").to("Again").at("More").when(flow_id="enough").end("Enough")
    case = begin(drawing, n=0)
    token = case.step.waits[450].token_id
    step = engine.complete(case.spec, case.step.state, ENVIRONMENT, token_id=token, output={"x": 1})

    assert len(step.waits) == 899
    assert engine.cancel(case.spec, step.state, ENVIRONMENT).ended


def test_a_case_that_grows_too_large_is_stopped_with_a_sentence() -> None:
    case = begin(Drawing().start().user("A").end())

    with pytest.raises(CannotProceed, match="keep documents outside of the variables"):
        case.complete("A", scan="x" * MAX_BYTES)
    assert case.stands_at == ["A"]


def test_an_ended_case_takes_no_act_and_stays_ended() -> None:
    case = begin(Drawing().start().user("A").end(), a=1)
    token = case.wait("A").token_id
    case.complete("A")
    ended = case.step.state

    with pytest.raises(engine.TokenNotWaiting):
        engine.complete(case.spec, ended, ENVIRONMENT, token_id=token, output={})
    for verb in (engine.fire_timers, engine.cancel, engine.describe):
        step = verb(case.spec, ended, ENVIRONMENT)
        assert (step.state, step.ended, step.variables) == (ended, True, {"a": 1})


def test_a_cancelled_case_has_ended_and_says_what_was_cancelled() -> None:
    case = begin(busy(), limit="PT1H")
    case.cancel()

    assert case.step.ended
    assert case.step.waits == ()
    cancelled = {passage.element_id for passage in case.step.passages}
    assert cancelled == {"A", "In", "Sub"}
    assert all(passage.outcome == "cancelled" for passage in case.step.passages)
