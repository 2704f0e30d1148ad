"""Drawings with one fault each, or one thing of which it depends whether it is one."""

from __future__ import annotations

from tests.engine.diagrams import Drawing, tag, timer

TASK = tag("zeebe:taskDefinition", type="t")


def plain() -> Drawing:
    return Drawing().start().user("Work").end()


def with_event(name: str) -> Drawing:
    return Drawing().start().catch("Event", tag(f"{name}EventDefinition")).end()


def unknown_target() -> Drawing:
    drawing = plain().at("Work")
    drawing.content.append(tag("sequenceFlow", id="x", sourceRef="Work", targetRef="Nowhere"))
    return drawing


def bad_default() -> Drawing:
    return Drawing().start().xor("G", default="nope").when("=a").end("A").at("G").when("=b").end()


def loose_boundary() -> Drawing:
    drawing = plain()
    return drawing.boundary("Late", "Gone", timer("PT1H")).end("E2")


def crossing() -> Drawing:
    body = Drawing("i").start("B").user("Inside").end("E")
    return Drawing().start().sub("Sub", body).end().at("Inside").when(flow_id="x").to("Done")


def two_starts() -> Drawing:
    return plain().start("Second").to("Work")


def nested_event() -> Drawing:
    body = Drawing("i").node("startEvent", "B", timer("PT1H")).end("E")
    return Drawing().start().sub("Sub", body).end()


def foreign(extension: str) -> Drawing:
    return Drawing().start().user("Work", extension).end()


def unmapped() -> Drawing:
    return Drawing().start().user("Work", inputs={"a b": "=1"}).end()


def error_beside() -> Drawing:
    drawing = plain()
    return drawing.boundary("X", "Work", drawing.error("E"), interrupting=False).end("E2")


def error_twice() -> Drawing:
    drawing = plain()
    drawing.boundary("X", "Work", drawing.error("E")).end("E2")
    return drawing.boundary("Y", "Work", drawing.error("E")).end("E3")


def behind_gateway(kind: str) -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "First")
    drawing.catch("Short", timer("PT1H")).end()
    return drawing.at("First").node(kind, "Other").end("E2")


def message(**attributes: str) -> Drawing:
    drawing = Drawing().start()
    drawing.declared["m"] = tag("message", id="m", **attributes)
    return drawing.catch("Event", tag("messageEventDefinition", messageRef="m")).end()


def attributed(**attributes: str) -> Drawing:
    return Drawing().start().node("userTask", "Work", **attributes).end()


def link(name: str) -> str:
    return tag("linkEventDefinition", name=name)


def linked(*ends: str) -> Drawing:
    drawing = plain()
    for number, (kind, name) in enumerate((end.split(" ") for end in ends), 1):
        if kind == "throw":
            drawing.at("Work").throw(f"T{number}", link(name))
        else:
            drawing.at("").catch(f"C{number}", link(name)).end(f"E{number}")
    return drawing


def linked_out() -> Drawing:
    body = Drawing("i").start("B").user("In").throw("T1", link("A"))
    return Drawing().start().sub("Sub", body).end().at("").catch("C", link("A")).end("E2")


def turning(inner: str, **attributes: str) -> Drawing:
    marker = tag("standardLoopCharacteristics", inner, **attributes)
    return Drawing().start().node("userTask", "X", marker).end()


def counted(number: str, extension: str = "") -> Drawing:
    more = tag("extensionElements", extension) if extension else ""
    marker = tag("multiInstanceLoopCharacteristics", more + tag("loopCardinality", number))
    return Drawing().start().node("userTask", "X", marker).end()


def cycled(text: str, *, interrupting: bool = False) -> Drawing:
    return plain().boundary("X", "Work", timer(text, "Cycle"), interrupting=interrupting).end("E2")


def coded(kind: str, drawing: Drawing, **attributes: str) -> Drawing:
    drawing.declared["e"] = tag(kind, id="e", **attributes)
    return drawing.end("X", tag(f"{kind}EventDefinition", **{f"{kind}Ref": "e"}))
