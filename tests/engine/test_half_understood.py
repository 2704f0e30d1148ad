"""What could be read in two ways, or is only looked at when it is too late, is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from processes.engine import CannotProceed
from tests.engine.cases import begin, problems_of
from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.matrix.twin import run

CALLED = "zeebe:calledElement"


def asked(extension: str = "", inner: str = "") -> Drawing:
    return Drawing().start().node("userTask", "X", inner, extension=extension).end()


def job(**task: str) -> Drawing:
    work = tag("zeebe:taskDefinition", type="work", **task)
    return Drawing().start().node("serviceTask", "X", extension=work).end()


def schedule(**dates: str) -> Drawing:
    return asked(tag("zeebe:taskSchedule", **dates))


def waiting(text: str) -> Drawing:
    return Drawing().start().catch("X", timer(text)).end()


def parted(condition: str) -> Drawing:
    drawing = Drawing().start().xor("G", default="no").when(condition, flow_id="yes").end("E")
    return drawing.at("G").when(flow_id="no").end("E2")


def called(extension: str, **attributes: str) -> Drawing:
    return Drawing().start().node("callActivity", "X", extension=extension, **attributes).end()


def twice(parts: str, part: str, key: str) -> Drawing:
    rows = "".join(tag(f"zeebe:{part}", **{key: "a", "value": value}) for value in "12")
    return asked(tag(f"zeebe:{parts}", rows))


def in_language(word: str, around: str, text: str = "=true") -> Drawing:
    written = tag(word, text, language="groovy")
    return asked("", tag(around, written))


def one_way() -> Drawing:
    return Drawing().start().xor("G", default="X").when("=false", flow_id="X").end()


def foreign_script(extension: str) -> Drawing:
    drawing = Drawing().start()
    return drawing.node("scriptTask", "X", extension=extension, scriptFormat="javascript").end()


def late() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    definition = timer("PT1H").replace("<timeDuration>", '<timeDuration language="java">')
    return drawing.boundary("X", "Work", definition).end("E2")


def both_at_a_task() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("First", "Work", drawing.message("m")).end("E2")
    return drawing.boundary("X", "Work", drawing.message("m"), interrupting=False).end("E3")


def at_its_own_task() -> Drawing:
    drawing = Drawing().start()
    definition = drawing.message("m")
    drawing.node("receiveTask", "Work", messageRef="m_m").end()
    return drawing.boundary("X", "Work", definition).end("E2")


def both_behind_a_gateway() -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "G")
    drawing.catch("First", drawing.message("m")).end()
    return drawing.at("G").catch("X", drawing.message("m")).end("E2")


def both_in_a_scope() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    for name in ("On", "Again"):
        inner = Drawing(name).at(f"{name}Start").end(f"{name}End")
        drawing.event_sub(name, inner, drawing.message("m"), interrupting=False)
    return drawing


HALF_UNDERSTOOD: list[tuple[str, Callable[[], Drawing], str, str]] = [
    ("no day", lambda: schedule(dueDate="2026-02-30T00:00:00Z"), "X", "a day and a time that"),
    ("no moment", lambda: schedule(followUpDate="tomorrow"), "X", "a duration such as"),
    ("past", lambda: schedule(dueDate="-PT1H"), "X", "not negative"),
    ("no day in FEEL", lambda: schedule(dueDate='=date("2026-02-30")'), "X", "'2026-02-30' in"),
    ("past in FEEL", lambda: schedule(dueDate='=duration("-PT1H")'), "X", "not negative"),
    ("no length", lambda: waiting('=duration("P1X")'), "X", "duration that exists, found 'P1X'"),
    ("no time", lambda: waiting("=null"), "X", "not 'null'"),
    ("no length of time", lambda: waiting("=1 + 1"), "X", "not '2'"),
    (
        "no day in a condition",
        lambda: parted('=today() > date("2026-02-30")'),
        "yes",
        "found '2026-02-30' in",
    ),
    ("urgent", lambda: asked(tag("zeebe:priorityDefinition", priority="101")), "X", "0 to 100"),
    ("tepid", lambda: asked(tag("zeebe:priorityDefinition", priority="-1")), "X", "0 to 100"),
    ("no retry", lambda: job(retries="0"), "X", "from 1 to 1000"),
    ("many retries", lambda: job(retries="1001"), "X", "from 1 to 1000"),
    (
        "neither yes nor no",
        lambda: called(tag(CALLED, processId="p", propagateAllChildVariables="0")),
        "X",
        "propagateAllChildVariables to be true or false",
    ),
    (
        "two calls",
        lambda: called(tag(CALLED, processId="p"), calledElement="q"),
        "X",
        "found 'p' in the panel and 'q' as calledElement",
    ),
    ("header", lambda: twice("taskHeaders", "header", "key"), "X", "header 'a' once"),
    ("property", lambda: twice("properties", "property", "name"), "X", "property 'a' once"),
    ("default", one_way, "X", "found both"),
    ("timer", late, "X", "found language 'java'"),
    (
        "loop",
        lambda: in_language("loopCondition", "standardLoopCharacteristics"),
        "X",
        "found language 'groovy'",
    ),
    (
        "number",
        lambda: in_language("loopCardinality", "multiInstanceLoopCharacteristics", "=2"),
        "X",
        "found language 'groovy'",
    ),
    (
        "script",
        lambda: foreign_script(tag("zeebe:script", expression="=1", resultVariable="x")),
        "X",
        "found scriptFormat 'javascript'",
    ),
    ("message at a task", both_at_a_task, "X", "found First too"),
    ("message of a task", at_its_own_task, "X", "found Work too"),
    ("message in a race", both_behind_a_gateway, "X", "found First too"),
    ("message in a scope", both_in_a_scope, "AgainStart", "found OnStart too"),
]


@pytest.mark.parametrize(
    ("draw", "element_id", "sentence"),
    [pytest.param(*row[1:], id=row[0]) for row in HALF_UNDERSTOOD],
)
def test_is_refused_with_a_sentence(
    draw: Callable[[], Drawing], element_id: str, sentence: str
) -> None:
    problems = problems_of(draw())

    assert problems.keys() == {element_id}
    assert [found for found in problems[element_id] if sentence in found], problems


@pytest.mark.parametrize(
    "drawing",
    [
        foreign_script(tag("zeebe:taskDefinition", type="work")),
        Drawing().start().node("userTask", "X", isForCompensation="0", startQuantity="1").end(),
        Drawing().start().node("eventBasedGateway", "X", instantiate="0")
        .catch("A", timer("PT1H")).end("E").at("X").catch("B", timer("PT2H")).end("E2"),
        called(tag(CALLED, processId="p"), calledElement="p"),
        waiting('=duration("PT" + string(1 + 1) + "H")'),
        waiting('=date and time("2026-02-20T00:00:00Z")'),
        waiting('=if late then null else duration("PT1H")'),
        schedule(dueDate="=null"),
        parted('=today() > date("2028-02-29")'),
    ],
)  # fmt: skip
def test_what_says_the_same_otherwise_is_not_refused(drawing: Drawing) -> None:
    assert problems_of(drawing) == {}


@pytest.mark.parametrize(
    ("extension", "sentence"),
    [
        (tag("zeebe:priorityDefinition", priority="=100 + 1"), "a priority from 0 to 100"),
        (tag("zeebe:priorityDefinition", priority="=-1"), "a priority from 0 to 100"),
    ],
)
def test_what_feel_gives_is_held_to_the_same(extension: str, sentence: str) -> None:
    with pytest.raises(CannotProceed, match=sentence):
        begin(asked(extension))


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("=a == 1", "write one = to compare"),
        ("=a and b && c", "write “and”"),
        ("=a = 'x'", "write texts between double quotes"),
        ("=!a", "write “not(…)”"),
        ("=a => 1", "write >= for “at least”"),
        ("=a ? b : c", "write “if … then … else …”"),
    ],
)
def test_what_other_languages_write_is_told_with_how_feel_says_it(
    condition: str, hint: str
) -> None:
    (found,) = problems_of(parted(condition))["yes"]

    assert found.endswith(f"; {hint}")


@pytest.mark.parametrize("condition", ["=a +", '="a == b" +', "=not a"])
def test_no_hint_is_given_where_none_is_known(condition: str) -> None:
    (found,) = problems_of(parted(condition))["yes"]

    assert found.endswith(")")


def test_two_events_may_wait_for_one_message_with_keys_of_their_own() -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("One", "Work", drawing.message("m", "=order")).end("E2")
    other = drawing.message("m2", "=parcel")
    drawing.declared["m_m2"] = drawing.declared["m_m2"].replace('name="m2"', 'name="m"')
    drawing.boundary("Other", "Work", other).end("E3")
    case = run(drawing, order="o", parcel="p")
    keys = {wait.element_id: (wait.message, wait.correlation_key) for wait in case.step.waits}

    assert keys == {"Work": ("", ""), "One": ("m", "o"), "Other": ("m", "p")}
