"""How commands say what stands out in diagrams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.utils.translation import get_language

from processes.lint import Finding, Severity


class Output(Protocol):
    def write(self, text: str) -> object: ...


def language(options: Mapping[str, Any]) -> str:
    """The language that was asked for, else the one that is active."""
    return options.get("lang") or get_language() or "en"


def print_findings(findings: Iterable[Finding], lang: str, out: Output) -> Counter[Severity]:
    """Print each finding on a line, errors first; how many there are of each severity."""
    by_weight = sorted(findings, key=lambda found: [*Severity].index(found.severity))
    for found in by_weight:
        out.write(f"{found.severity}: {found.said(lang)} [{found.problem.rule}]")
    return Counter(found.severity for found in by_weight)
