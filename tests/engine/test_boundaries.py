"""Several boundary events on one activity, each of which fires more than once."""

from __future__ import annotations

from datetime import timedelta

from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.matrix.twin import run
from tests.engine.test_conditions import until

HOUR = timedelta(hours=1)
SIGNAL = tag("signalEventDefinition", signalRef="s")


def surrounded() -> Drawing:
    """A sub-process that escalates in a loop, with every kind of event that lets it go on."""
    inner = Drawing("i").start("B").user("Again")
    inner.throw("Up", inner.escalation("HELP")).throw("Call", SIGNAL).to("Again")
    drawing = Drawing().start().sub("Sub", inner).end()
    drawing.declared["s"] = tag("signal", id="s", name="S")
    for name, definition in (
        ("Ticked", timer("R/PT1H", "Cycle")),
        ("Told", drawing.message("m")),
        ("Helped", drawing.escalation("HELP")),
        ("Heard", SIGNAL),
        ("Rose", until("=x > 5")),
    ):
        drawing.boundary(name, "Sub", definition, interrupting=False)
        drawing.script(f"Count{name}", f"={name} + 1", name).end(f"End{name}")
    return drawing


def test_each_fires_as_often_as_its_event_comes_and_none_disturbs_the_others() -> None:
    counts = dict.fromkeys(("Ticked", "Told", "Helped", "Heard", "Rose"), 0)
    case = run(surrounded(), x=0, key="k", **counts)
    for _ in range(3):
        case.complete("Again", x=6)
        case.advance(HOUR)
        case.deliver("Told")
        case.complete("Again", x=0)
    assert case.waits_for == ["Again", "Ticked", "Told"]
    fired = {name: case.path.count(name) for name in counts}
    assert fired == {"Ticked": 3, "Told": 3, "Helped": 6, "Heard": 6, "Rose": 3}
    case.cancel()
    assert {name: case.variables[name] for name in counts} == fired
