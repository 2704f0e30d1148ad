"""Which processes a call activity may call: the one it names, or those its FEEL may choose.

All of them are in the bundle, so that a case never comes to a process it does not know. Which
ones may be chosen is listed in the property `calledProcesses`; without it, all are that are
deployed together and have a plain start event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from processes.sentences import say

from .expressions import BEGIN
from .findings import Findings
from .reading import DrawnProcess
from .types import Element

CALLED_PROCESSES = "calledProcesses"
_PINNED = "versionTag"


def with_calls(drawn: Mapping[str, DrawnProcess]) -> dict[str, DrawnProcess]:
    """The same processes; each call activity knows what it may call."""
    return {
        key: replace(
            process,
            elements=tuple(
                replace(one, calls=_possible(one, drawn)) if one.type == "callActivity" else one
                for one in process.elements
            ),
        )
        for key, process in drawn.items()
    }


def reached(process_id: str, drawn: Mapping[str, DrawnProcess]) -> list[str]:
    """A process and all that it may call, and they, the nearest first."""
    found = [process_id]
    for caller in found:
        for element in drawn[caller].elements:
            found += [key for key in element.calls if key in drawn and key not in found]
    return found


def check_call(call: Element, drawn: Mapping[str, DrawnProcess], findings: Findings) -> None:
    """Add to `findings` what keeps `call` from calling what it may call."""
    if not call.called_process:
        findings.add(
            "missing",
            call.id,
            "Expected {what}, found none; set it in the panel",
            what=say("a called process"),
        )
    if CALLED_PROCESSES in call.properties and not call.called_process.startswith(BEGIN):
        findings.add(
            "call",
            call.id,
            "Expected a list of processes only where FEEL says which one is called; remove it",
        )
    for key in call.calls:
        if key not in drawn:
            findings.add(
                "unknown-reference",
                call.id,
                "Expected a process of the same bundle, found {found}; deploy its file too",
                found=key,
            )
        elif not _has_plain_start(drawn[key]):
            findings.add(
                "call",
                call.id,
                "Expected {process} to have a plain start event, for it is called; draw one",
                process=key,
            )
    _check_pin(call, drawn, findings)


def _possible(call: Element, drawn: Mapping[str, DrawnProcess]) -> tuple[str, ...]:
    if not call.called_process.startswith(BEGIN):
        return (call.called_process,) if call.called_process else ()
    listed = _names(call.properties.get(CALLED_PROCESSES, ""))
    return listed or tuple(sorted(key for key in drawn if _has_plain_start(drawn[key])))


def _check_pin(call: Element, drawn: Mapping[str, DrawnProcess], findings: Findings) -> None:
    if (call.binding == _PINNED) != bool(call.version_tag) or call.version_tag.startswith(BEGIN):
        findings.add(
            "version-pin",
            call.id,
            "Expected a fixed version tag together with the binding to it, found {found!r}",
            found=call.version_tag,
        )
        return
    for key in call.calls if call.version_tag else ():
        if key in drawn and drawn[key].version_tag != call.version_tag:
            findings.add(
                "version-pin",
                call.id,
                "Expected {process} in version {wanted!r}, found {found!r}; deploy the pinned "
                "version together with its caller, or change the pin",
                process=key,
                wanted=call.version_tag,
                found=drawn[key].version_tag,
            )


def _has_plain_start(process: DrawnProcess) -> bool:
    return any(_is_plain_start(element) for element in process.elements)


def _is_plain_start(element: Element) -> bool:
    return (element.type, element.event, element.parent_id) == ("startEvent", "none", "")


def _names(text: str) -> tuple[str, ...]:
    names: Iterable[str] = (name.strip() for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))
