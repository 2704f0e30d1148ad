"""Moments and messages: in the flow, on activities and behind event-based gateways."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import engine
from processes.engine import CannotProceed, Outcome, TokenNotWaiting, WaitKind
from tests.engine.cases import ENVIRONMENT, NOW, begin, begin_with
from tests.engine.diagrams import Drawing, mapping, timer

HOUR = timedelta(hours=1)


def reviewed(*, interrupting: bool) -> Drawing:
    drawing = Drawing().start().user("Review").end("Reviewed")
    drawing.boundary("Late", "Review", timer("PT2H"), interrupting=interrupting)
    return drawing.user("Chase").end("Chased")


def test_an_interrupting_timer_takes_the_place_of_its_task() -> None:
    case = begin(reviewed(interrupting=True))
    case.advance(2 * HOUR)

    assert case.stands_at == ["Chase"]
    assert [(p.element_id, p.outcome) for p in case.step.passages] == [
        ("Review", Outcome.CANCELLED),
        ("Late", Outcome.COMPLETED),
    ]


def test_a_timer_does_not_fire_before_its_moment() -> None:
    case = begin(reviewed(interrupting=True))
    case.advance(2 * HOUR - timedelta(microseconds=1))

    assert case.stands_at == ["Review"]


def test_a_timer_goes_when_its_task_is_done() -> None:
    case = begin(reviewed(interrupting=True))
    case.complete("Review")

    assert case.ended_at == ["Reviewed"]
    assert case.waits_for == []


def test_a_non_interrupting_timer_fires_once_beside_its_task() -> None:
    case = begin(reviewed(interrupting=False))
    token = case.wait("Review").token_id
    case.advance(10 * HOUR)

    assert case.stands_at == ["Chase", "Review"]
    assert case.wait("Review").token_id == token
    case.complete("Review")
    case.complete("Chase")
    assert case.ended_at == ["Reviewed", "Chased"]


def test_a_boundary_wait_names_the_token_it_is_attached_to() -> None:
    case = begin(reviewed(interrupting=False))
    late = case.wait("Late")

    assert late.attached_to == case.wait("Review").token_id
    assert (late.kind, late.due_at, late.interrupting) == (WaitKind.TIMER, NOW + 2 * HOUR, False)


def test_a_timer_is_evaluated_when_it_is_armed_and_stays() -> None:
    drawing = Drawing().start().fork("Both").catch("Pause", timer("=duration(limit)")).end()
    drawing.at("Both").user("Change").end("Changed")
    case = begin(drawing, limit="PT3H")
    case.complete("Change", limit="PT1H")

    assert case.wait("Pause").due_at == NOW + 3 * HOUR


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ('=date and time("2026-11-22T12:00:00+01:00")', 2),
        ('="2026-11-22T12:00:00@Europe/Berlin"', 2),
        ('=now() + duration("PT4H")', 4),
        ("=deadline(6)", 6),
        ("P1D", 24),
    ],
)
def test_a_timer_is_a_duration_or_a_moment_with_an_offset(text: str, hours: int) -> None:
    lent = {"deadline": lambda n, *, now: now + int(n) * HOUR}
    case = begin_with(lent, Drawing().start().catch("Pause", timer(text)).end())

    assert case.wait("Pause").due_at == NOW + hours * HOUR


@pytest.mark.parametrize("x", ["-PT5M", "PT1H30", "2026-11-22T10:00:00", 5, None])
def test_a_timer_that_is_no_moment_cannot_proceed(x: object) -> None:
    with pytest.raises(CannotProceed, match="Pause"):
        begin(Drawing().start().catch("Pause", timer("=x")).end(), x=x)


def test_the_longest_due_timer_fires_first() -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("Second", "Work", timer("PT2H")).end("Two")
    drawing.boundary("First", "Work", timer("PT1H")).end("One")
    case = begin(drawing)
    late = engine.Environment(now=NOW + 9 * HOUR, state_key=ENVIRONMENT.state_key)
    step = engine.fire_timers(case.spec, case.step.state, late)

    assert [p.element_id for p in step.passages if p.type == "endEvent"] == ["One"]


def test_firing_when_nothing_is_due_changes_nothing() -> None:
    case = begin(reviewed(interrupting=True))
    step = engine.fire_timers(case.spec, case.step.state, ENVIRONMENT)

    assert step.state == case.step.state
    assert step.passages == ()


# cycles


def chased(text: str) -> Drawing:
    drawing = Drawing().start().user("Review").end()
    drawing.boundary("Late", "Review", timer(text, "Cycle"), interrupting=False)
    return drawing.script("Count", "=n + 1", "n").end("Chased")


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("R3/PT10H", [1, 2, 3, 3]),
        ("R/PT10H", [1, 2, 3, 4]),
        ('="R" + string(times) + "/PT10H"', [1, 2, 2, 2]),
        ("R2/2026-11-22T12:00:00Z/PT10H", [1, 2, 2, 2]),
        ("R/P1M", [0, 0, 0, 0]),
    ],
)
def test_a_cycle_fires_as_often_as_it_says(text: str, counts: list[int]) -> None:
    case = begin(chased(text), n=0, times=2)
    found = []
    for _ in counts:
        case.advance(10 * HOUR)
        found.append(case.inputs("Review")["n"])

    assert found == counts
    case.complete("Review")
    assert case.waits_for == []


@pytest.mark.parametrize(
    ("text", "late", "due"),
    [
        ("R3/PT10H", 25, 30),
        ("R3/PT10H", 31, None),
        ("R/PT10H", 1000, 1010),
        ("R9/P1M", 24 * 100, None),
    ],
)
def test_missed_moments_of_a_cycle_fire_once(text: str, late: int, due: int | None) -> None:
    case = begin(chased(text), n=0)
    now = engine.Environment(now=NOW + late * HOUR, state_key=ENVIRONMENT.state_key)
    step = engine.fire_timers(case.spec, case.step.state, now)

    assert [p.element_id for p in step.passages].count("Late") == 1
    again = [wait.due_at for wait in step.waits if wait.element_id == "Late"]
    if text == "R9/P1M":
        assert again == [NOW.replace(year=2027, month=3)]
    else:
        assert again == ([NOW + due * HOUR] if due else [])


@pytest.mark.parametrize("x", ["PT1H", "R/PT0S", 5])
def test_a_cycle_that_is_none_cannot_proceed(x: object) -> None:
    with pytest.raises(CannotProceed, match="Late"):
        begin(chased("=x"), n=0, x=x)


# messages


def waiting() -> Drawing:
    drawing = Drawing().start()
    return drawing.catch("Result", drawing.message("refund.result", "=order.no")).end()


def test_a_message_reaches_the_token_that_waits_for_it() -> None:
    case = begin(waiting(), order={"no": "A1"})
    wait = case.wait("Result")
    assert (wait.kind, wait.message, wait.correlation_key) == (
        WaitKind.MESSAGE,
        "refund.result",
        "A1",
    )

    case.deliver("Result", outcome="succeeded")

    assert case.ended_at == ["Done"]
    assert case.variables["outcome"] == "succeeded"


def test_a_message_is_delivered_to_exactly_one_token() -> None:
    drawing = Drawing().start().fork("Both")
    result = drawing.message("result")
    drawing.catch("One", result).end("EndOne").at("Both").catch("Two", result).end("EndTwo")
    case = begin(drawing, key="same")
    case.deliver("Two")

    assert case.waits_for == ["One"]


def test_a_message_without_a_key_cannot_be_waited_for() -> None:
    with pytest.raises(CannotProceed, match=r"'=order\.no' to give a text, found None"):
        begin(waiting())


def test_a_receive_task_is_interrupted_by_its_boundary_message() -> None:
    drawing = Drawing().start()
    drawing.message("parcel")
    drawing.node("receiveTask", "Parcel", messageRef="m_parcel").end("Came")
    drawing.boundary("Lost", "Parcel", drawing.message("lost")).end("Gone")
    case = begin(drawing, key="k")
    assert case.waits_for == ["Lost", "Parcel"]

    case.deliver("Lost")

    assert case.ended_at == ["Gone"]


def test_a_non_interrupting_message_goes_its_way_beside_the_task() -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("Told", "Work", drawing.message("news"), interrupting=False).user("Read")
    drawing.end("HaveRead")
    case = begin(drawing, key="k")
    case.deliver("Told", news="good")

    assert case.stands_at == ["Read", "Work"]
    assert case.inputs("Read")["news"] == "good"
    assert "news" not in case.inputs("Work")


def test_a_non_interrupting_message_may_come_again() -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("Told", "Work", drawing.message("news"), interrupting=False).user("Read")
    drawing.end("HaveRead")
    case = begin(drawing, key="k")
    first = case.wait("Told")
    case.deliver("Told", key="other")
    second = case.wait("Told")
    case.deliver("Told")

    assert (first.correlation_key, second.correlation_key) == ("k", "k")
    assert first.token_id != second.token_id
    assert case.stands_at == ["Read", "Read", "Work"]
    case.complete("Work")
    assert case.stands_at == ["Read", "Read"]


def test_the_output_mapping_of_an_event_decides_what_stays_of_a_message() -> None:
    drawing = Drawing().start()
    drawing.catch(
        "Result",
        drawing.message("result"),
        extension=mapping(None, {"refund.outcome": "=outcome"}),
    ).end()
    case = begin(drawing, key="k", refund={"no": 1})
    case.deliver("Result", outcome="closed", noise=1)

    assert case.variables == {"key": "k", "refund": {"no": 1, "outcome": "closed"}}


def test_a_user_task_takes_no_message_and_an_event_no_completion() -> None:
    case = begin(reviewed(interrupting=True))
    review, late = case.wait("Review").token_id, case.wait("Late").token_id

    with pytest.raises(TokenNotWaiting):
        engine.deliver(case.spec, case.step.state, ENVIRONMENT, token_id=review, payload={})
    for token_id in (late, "zz", ""):
        with pytest.raises(TokenNotWaiting):
            engine.complete(case.spec, case.step.state, ENVIRONMENT, token_id=token_id, output={})


# event-based gateways


def race() -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "First")
    drawing.catch("Short", timer("PT1H")).end("WasShort")
    drawing.at("First").catch("Long", timer("PT5H")).end("WasLong")
    drawing.at("First").catch("Result", drawing.message("result")).end("WasResult")
    drawing.message("word")
    drawing.at("First").node("receiveTask", "Word", messageRef="m_word")
    return drawing.end("WasWord")


def test_each_timer_behind_a_gateway_has_its_own_moment() -> None:
    case = begin(race(), key="k")
    assert case.wait("Short").due_at == NOW + HOUR
    assert case.wait("Long").due_at == NOW + 5 * HOUR

    case.advance(HOUR)

    assert case.ended_at == ["WasShort"]
    assert case.path == ["Begin", "First", "Short", "WasShort"]


@pytest.mark.parametrize(("event", "end"), [("Result", "WasResult"), ("Word", "WasWord")])
def test_a_message_behind_a_gateway_wins_over_its_timers(event: str, end: str) -> None:
    case = begin(race(), key="k")
    case.deliver(event, said="yes")

    assert case.ended_at == [end]
    assert case.variables == {"key": "k", "said": "yes"}
