"""One small drawing for each thing that can be drawn: what the mutations begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.engine.diagrams import Drawing, tag, timer


def _tasks() -> Drawing:
    drawing = Drawing().start().user("Ask", inputs={"a": "=b"}, outputs={"c.d": "=e + 1"})
    drawing.job("Do", outputs={"r": "=r2"}).script("Count", "=if c = null then 1 else c.d", "n")
    return drawing.end()


def _choices() -> Drawing:
    drawing = Drawing().start().xor("X", default="no").when("=a > 10").user("Big")
    drawing.to("M").at("X").when('=b = "yes" and c').job("Small").to("M")
    drawing.at("X").when(flow_id="no").xor("M")
    drawing.node("inclusiveGateway", "O").when("=c").user("One").to("J")
    return drawing.at("O").when("=d != null").user("Two").node("inclusiveGateway", "J").end()


def _branches() -> Drawing:
    drawing = Drawing().start().fork("F").user("A").to("J").at("F").job("B").to("J")
    return drawing.at("F").catch("T", timer("PT1H")).fork("J").user("Last").end()


def _loop() -> Drawing:
    drawing = Drawing().start().xor("Again").user("Try").xor("Enough", default="done")
    return drawing.when("=n < 3").to("Again").at("Enough").when(flow_id="done").end()


def _boundaries() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("Late", "Work", timer("PT2H")).end("E1")
    drawing.boundary("Remind", "Work", timer("R3/PT1H", "Cycle"), interrupting=False)
    drawing.job("Mail").end("E2")
    return drawing.boundary("Told", "Work", drawing.message("told", "k")).user("Note").end("E3")


def _errors() -> Drawing:
    inside = Drawing("i").start("B").job("Pay").end("Failed", Drawing().error("E1"))
    drawing = Drawing()
    error = drawing.error("E1")
    drawing.start().sub("Sub", inside).end()
    drawing.boundary("Catch", "Sub", error).user("Repair").end("E2")
    drawing.boundary("Up", "Sub", drawing.escalation("S"), interrupting=False).end("E3")
    return drawing


def _race() -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "G").catch("Short", timer("PT1H"))
    drawing.end("E1").at("G").catch("Heard", drawing.message("m", "k")).end("E2")
    drawing.message("n", "k")
    return drawing.at("G").node("receiveTask", "Got", messageRef="m_n").end("E3")


def _event_subs() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    late = Drawing("h").at("LateStart").user("Hurry").end("E1")
    drawing.event_sub("Late", late, timer("PT3H"), interrupting=False)
    stop = Drawing("g").at("StopStart").job("Undo").end("E2")
    return drawing.event_sub("Stop", stop, drawing.message("stop"))


def _each() -> Drawing:
    loop = tag(
        "zeebe:loopCharacteristics",
        inputCollection="=items",
        inputElement="item",
        outputCollection="results",
        outputElement="=result",
    )
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", loop))
    inside = Drawing("i").start("B").user("One").end("E")
    drawing = Drawing().start().node("subProcess", "Each", marker + "".join(inside.content))
    condition = tag("completionCondition", "=numberOfCompletedInstances &gt; 1")
    marker = tag(
        "multiInstanceLoopCharacteristics",
        tag("extensionElements", tag("zeebe:loopCharacteristics", inputCollection="=[1,2,3]"))
        + condition,
        isSequential="true",
    )
    return drawing.node("userTask", "InTurn", marker).end()


def _items() -> Drawing:
    loop = tag("zeebe:loopCharacteristics", inputCollection="=[1, 2, 3]", inputElement="it_Each")
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", loop))
    inside = Drawing("i").start("B").user("One").end("E")
    drawing = Drawing().start().node("subProcess", "Each", marker + "".join(inside.content)).end()
    return (
        drawing.boundary("Late", "Each", timer("PT1H"), interrupting=False).user("Hurry").end("L")
    )


def _joins() -> Drawing:
    drawing = (
        Drawing().start().fork("F").user("A").node("inclusiveGateway", "O").user("C").fork("J")
    )
    drawing.end().at("F").user("B").to("O").at("F").job("D").to("J").at("A")
    return drawing.user("Also").to("J")


def _decisions() -> Drawing:
    drawing = Drawing().start().xor("X", default="no").when("=k1 = 1").user("Yes").to("M")
    drawing.at("X").when("=k2 = 5").job("Never").to("M").at("X").when(flow_id="no").user("No")
    drawing.xor("M").node("inclusiveGateway", "O", default="else").when("=k2 = 2").user("A")
    drawing.node("inclusiveGateway", "P").at("O").when("=k3 = 3").job("B").to("P")
    drawing.at("O").when("=k0 = 1").user("C").to("P").at("O").when(flow_id="else").to("P")
    return drawing.at("P").user("Last").end()


def _called() -> tuple[Drawing, ...]:
    other = Drawing("q").start("qB").user("qWork").end("qE")
    other.boundary("qLate", "qWork", timer("PT1H")).end("qFailed", other.error("E1"))
    drawing = Drawing()
    error, message = drawing.error("E1"), drawing.message("m", "k")
    drawing.start().call("Call", "q").user("After").end()
    drawing.boundary("Catch", "Call", error).user("Repair").end("E2")
    return drawing.boundary("Told", "Call", message, interrupting=False).end("E3"), other


def _undone() -> Drawing:
    drawing = Drawing().start().job("Book").throw("Undo", tag("compensateEventDefinition"))
    drawing.end("Done", tag("terminateEventDefinition"))
    drawing.boundary("Comp", "Book", tag("compensateEventDefinition")).at("")
    drawing.node("serviceTask", "Cancel", extension=tag("zeebe:taskDefinition", type="t"),
                 isForCompensation="true")  # fmt: skip
    drawing.content.append(tag("association", id="as", sourceRef="Comp", targetRef="Cancel"))
    return drawing


def _links() -> Drawing:
    drawing = Drawing().start().user("Work").throw("Out", tag("linkEventDefinition", name="L"))
    drawing.at("").catch("In", tag("linkEventDefinition", name="L")).user("After").end()
    signal = '<signal id="s" name="sig"/>'
    drawing.declared["s"] = signal
    drawing.at("Work").throw("Call", tag("signalEventDefinition", signalRef="s")).end("E2")
    return drawing.boundary("Hear", "After", tag("signalEventDefinition", signalRef="s")).end("E3")


def _deep() -> Drawing:
    drawing = Drawing("i0").start("B0").user("Inner").end("E0")
    for depth in range(1, 4):
        drawing = Drawing(f"i{depth}").start(f"B{depth}").sub(f"S{depth}", drawing).end(f"E{depth}")
    return Drawing().start().sub("S", drawing).end()


def _calls() -> Drawing:
    return Drawing().start().call("Again", "p", propagateAllChildVariables="false").end()


DRAWINGS: Mapping[str, Callable[[], Drawing | tuple[Drawing, ...]]] = {
    "tasks": _tasks,
    "choices": _choices,
    "branches": _branches,
    "loop": _loop,
    "boundaries": _boundaries,
    "errors": _errors,
    "race": _race,
    "event_subs": _event_subs,
    "each": _each,
    "items": _items,
    "joins": _joins,
    "decisions": _decisions,
    "called": _called,
    "undone": _undone,
    "links": _links,
    "deep": _deep,
    "calls": _calls,
}


def drawn(name: str) -> bytes:
    """The seed `name` as a file."""
    drawings = DRAWINGS[name]()
    first, *others = (drawings,) if isinstance(drawings, Drawing) else drawings
    return first.xml(*others)
