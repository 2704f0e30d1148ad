"""All rules, those of the engine too, and how heavily each weighs."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Severity(StrEnum):
    """What a finding means for a deployment."""

    ERROR = "error"
    """It is refused."""
    WARNING = "warning"
    """It is deployed, and somebody should look."""
    HINT = "hint"
    """It may be meant so."""


_REFUSED = (
    # What the engine refuses
    "bad-decision", "bad-default", "bad-feel", "bad-form", "bad-timer", "bad-xml", "call",
    "compensation", "condition", "dead-end", "default-with-condition", "duplicate-id",
    "error-beside", "event", "event-gateway", "flow", "foreign-attribute", "id", "link", "loop",
    "mapping", "missing", "no-condition", "no-equals-sign", "no-waiting", "not-executable",
    "not-supported", "place", "signal", "start", "transaction", "unknown-function",
    "unknown-reference", "unreachable", "version-pin",
    # What would leave people, or the outside world, hanging
    "no-owner", "no-limit", "unknown-form", "unknown-group", "unknown-topic",
    "taken-key", "reserved-name",
    # What cannot come to an end
    "deadlock",
)  # fmt: skip
_TOLD = (
    "all-variables", "dead-element", "dead-rule", "endless", "interrupted-wait", "kept-inside",
    "missing-input", "missing-rule", "no-default", "not-decided", "not-deployed",
    "overlapping-rules", "unset-variable", "unsynchronised", "unthrown-code",
)  # fmt: skip

_HINTED = ("implicit-end",)

SEVERITIES: Mapping[str, Severity] = {
    **dict.fromkeys(_REFUSED, Severity.ERROR),
    **dict.fromkeys(_TOLD, Severity.WARNING),
    **dict.fromkeys(_HINTED, Severity.HINT),
}
"""Rule → its weight."""


def severity_of(rule: str) -> Severity:
    """The weight of `rule`."""
    return SEVERITIES.get(rule, Severity.ERROR)
