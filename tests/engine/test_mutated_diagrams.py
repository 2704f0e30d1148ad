"""Thousands of broken diagrams: each is refused with sentences, or runs as it is drawn.

By default as many as fit into 100 seconds of CPU, most of them where `tests.moving` begins;
`AFTERFLOW_FUZZ=200000` tries so many, `AFTERFLOW_FUZZ=7000-9000` those numbers. A number always
makes the same mutant.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest

from processes import engine, lint
from processes.conformance import Kind, Model, Verdict
from processes.conformance.judging import Hung, at_most, judge
from tests.engine.mutations import PRODUCT, SEEDS, mutant
from tests.engine.reference.alike import alike
from tests.engine.reference.comparing import Differs
from tests.engine.reference.sketching import Unknown, sketched
from tests.moving import chosen, endless

_OPTION = "AFTERFLOW_FUZZ"
_PARTS, _SECONDS = 4, 25
"""So many tests, so long each: shared out to several processes."""
_HANG = 2.0
_CRASHED = "crashed lint: "
_AROUND = lint.Surroundings(topics={"work", "t"}, forms={}, groups={"g"})


def model(name: str, data: bytes) -> Model:
    beside = {other: text for other, text in PRODUCT.items() if other != name}
    return Model(name, data, beside if name in PRODUCT else {})


def numbers(part: int) -> Iterator[int]:
    """Which mutants to try."""
    asked = chosen(_OPTION)
    if asked is not None:
        yield from asked[part::_PARTS]
        return
    until = time.process_time() + _SECONDS
    for number in endless(part, _PARTS):
        if time.process_time() >= until:
            return
        yield number


def faults(number: int, verdict: Verdict, sentences: Iterable[str]) -> Iterator[str]:
    """What must not come of a mutant."""
    if verdict.is_fault:
        yield f"mutant({number}) {verdict.kind}: {verdict.sentences[0]}"
    if verdict.kind is Kind.REFUSED and not any("Expected" in s for s in verdict.sentences):
        yield f"mutant({number}) is refused without a sentence: {verdict.sentences}"
    for sentence in sentences:
        if sentence.startswith(_CRASHED) or not sentence:
            yield f"mutant({number}) {sentence or 'is linted without a sentence'}"


def linted(name: str, data: bytes) -> list[str]:
    """What lint says of it, in both languages."""
    file = name if name.endswith(".bpmn") else f"{name}.bpmn"
    try:
        with at_most(_HANG):
            judged, loose = lint.judge({file: data, **model(name, data).beside}, _AROUND)
        found = [*loose, *(finding for each in judged for finding in each.findings)]
        return [finding.said(language) for finding in found for language in ("en", "zh-hans")]
    except (Exception, Hung) as error:  # noqa: BLE001 — that is what is looked for
        return [f"{_CRASHED}{error!r:.200}"]


def beside(data: bytes, number: int) -> int:
    """How many of its processes were played beside the reference: those that it knows."""
    played = 0
    for process_id, spec in engine.parse({"mutant.bpmn": data}).items():
        try:
            sketch = sketched(data, process_id)
        except Unknown:
            continue
        with at_most(5 * _HANG):
            alike(sketch, spec, random.Random(number).choices(range(10**6), k=15))
        played += 1
    return played


def tried(number: int) -> tuple[Kind, list[str], int]:
    """What came of a mutant, what must not have, and the lives beside the reference."""
    name, data = mutant(number)
    verdict = judge(model(name, data), walks=1, acts=12)
    found = list(faults(number, verdict, linted(name, data)))
    lives = 0
    if verdict.kind in (Kind.RUNS, Kind.STOPS) and name not in PRODUCT:
        try:
            lives = beside(data, number)
        except Differs as differs:
            found.append(f"mutant({number}) runs otherwise: {differs}")
    return verdict.kind, found, lives


@pytest.mark.parametrize("name", SEEDS)
def test_what_the_mutants_come_from_runs(name: str) -> None:
    assert judge(model(name, SEEDS[name])).kind in (Kind.RUNS, Kind.STOPS)


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_broken_diagram_is_refused_with_a_sentence_or_runs_as_it_is_drawn(
    part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds: Counter[Kind] = Counter()
    faulty: list[str] = []
    played = 0
    for number in numbers(part):
        kind, found, lives = tried(number)
        kinds[kind] += 1
        faulty += found
        played += lives
    with capsys.disabled():
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        os.write(1, f"\n{kinds.total()} mutants: {told}; {played} lives beside\n".encode())

    assert not faulty, "\n".join([f"{_OPTION}=<number>-<next> tries one alone.", *faulty[:20]])
    if chosen(_OPTION) is None:
        assert played > 20
        assert min(kinds[kind] for kind in (Kind.REFUSED, Kind.RUNS, Kind.STOPS)) > 10
