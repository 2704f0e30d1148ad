"""Verdicts as a page: counts on top, then one line for each model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from .judging import Kind, Verdict

_HEAD = """# Models of other engines

Made by `make conformance CORPUS=<folder>`, not by hand. Each model is read as it is; what it
calls is taken from the file beside it. What is accepted is run 12 times at random, and after
each act held to what is drawn. “May stop” is no fault: an act was refused with a sentence, as
an incident would say it, and nothing changed.
"""
_LONGEST = 170
_MANY = 2
"""Reasons fewer models have are only found at the models."""


def summary(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What came of it, in a few lines."""
    counts = Counter(verdict.kind for verdict in verdicts)
    told = ", ".join(f"{counts[kind]} {kind}" for kind in Kind)
    yield f"{len(verdicts)} models: {told}; {sum(v.acts for v in verdicts)} acts."
    read = [verdict for verdict in verdicts if verdict.seconds]
    if read:
        slowest = max(read, key=lambda verdict: verdict.seconds)
        middle = 1000 * median(verdict.seconds for verdict in read)
        yield (
            f"Reading one took {middle:.1f} ms in the middle and {1000 * slowest.seconds:.1f} ms "
            f"at most ({slowest.name})."
        )


def report(verdicts: Sequence[Verdict]) -> str:
    """The page `docs/conformance.md`: names, verdicts and sentences, nothing of the models."""
    lines = [
        _HEAD,
        *summary(verdicts),
        "",
        "## Why models are refused",
        "",
        "| models | for nothing else | reason |",
        "| ---: | ---: | --- |",
        *_reasons(verdicts),
        "",
        "## Model by model",
        *_models(verdicts),
    ]
    return "\n".join(lines) + "\n"


def _reasons(verdicts: Sequence[Verdict]) -> Iterator[str]:
    refused = [verdict.reasons for verdict in verdicts if verdict.kind is Kind.REFUSED]
    counts = Counter(reason for reasons in refused for reason in reasons)
    alone = Counter(reasons[0] for reasons in refused if len(reasons) == 1)
    rare = [reason for reason, count in counts.items() if count < _MANY]
    for reason, count in sorted(counts.items(), key=lambda row: (-row[1], row[0])):
        if count >= _MANY:
            yield f"| {count} | {alone[reason]} | {_cell(reason)} |"
    if rare:
        yield f"| 1 each | {sum(alone[r] for r in rare)} | {len(rare)} other reasons |"


def _models(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """A table for each folder."""
    folder = None
    for verdict in verdicts:
        where, _, name = verdict.name.rpartition("/")
        if where != folder:
            yield from ("", f"### {where or 'Here'}", "")
            yield from ("| model | verdict | why |", "| --- | --- | --- |")
            folder = where
        yield f"| {_cell(name)} | {verdict.kind} | {_why(verdict)} |"


def _why(verdict: Verdict) -> str:
    if not verdict.sentences:
        return ""
    first, *others = verdict.sentences
    return _cell(first) + (f" (+{len(others)})" if others else "")


def _cell(text: str) -> str:
    """One line that means nothing to Markdown."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
    return re.sub(r"([\\|<>*_`\[\]])", r"\\\1", line)
