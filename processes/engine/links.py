"""Link events: a flow whose line is not drawn, from where it is thrown to where it is caught."""

from __future__ import annotations

from .findings import Findings, named
from .reading import DrawnProcess
from .types import Element, Flow


def link_flows(process: DrawnProcess) -> list[Flow]:
    """The flows that links stand for."""
    return [
        # No id that is drawn has this sign in it.
        Flow(
            id=f"{throw.id}>{catch.id}",
            source=throw.id,
            target=catch.id,
            process_id=process.id,
            parent_id=throw.parent_id,
        )
        for throw in _links(process, "intermediateThrowEvent")
        for catch in _links(process, "intermediateCatchEvent")
        if (throw.link, throw.parent_id) == (catch.link, catch.parent_id)
    ]


def check_links(process: DrawnProcess, findings: Findings) -> None:
    """Add to `findings` every link without another end, or with too many."""
    flows = link_flows(process)
    throws = _links(process, "intermediateThrowEvent")
    catches = _links(process, "intermediateCatchEvent")
    for link in (*throws, *catches):
        if not link.link:
            findings.add("link", link.id, "Expected a link with a name, found none")
    for throw in throws:
        targets = [
            named(catch)
            for catch in catches
            if any((flow.source, flow.target) == (throw.id, catch.id) for flow in flows)
        ]
        if len(targets) != 1:
            findings.add(
                "link",
                throw.id,
                "Expected one catching link {link!r} in the same process or sub-process, "
                "found {found}",
                link=throw.link,
                found=targets,
            )
        if any(flow.source == throw.id for flow in process.flows):
            findings.add("flow", throw.id, "Expected no flow out of a throwing link; remove it")
    for catch in catches:
        if not any(flow.target == catch.id for flow in flows):
            findings.add(
                "link", catch.id, "Expected a throwing link {link!r}, found none", link=catch.link
            )
        if any(flow.target == catch.id for flow in process.flows):
            findings.add("flow", catch.id, "Expected no flow into a catching link; remove it")


def _links(process: DrawnProcess, kind: str) -> list[Element]:
    return [e for e in process.elements if e.event == "link" and e.type == kind]
