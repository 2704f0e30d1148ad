"""What the benchmarks' figures rest on; nothing here is timed."""

from __future__ import annotations

import pytest
from lxml import etree

from benchmarks import diagrams, report
from benchmarks.contestants import ours
from benchmarks.contestants.line import Contestant
from benchmarks.contestants.recorded import Renewal
from benchmarks.diagrams import LOOP, SMALL, THREE
from benchmarks.measures import Figure
from benchmarks.rounds import Lap, interleave, percentile, ratio
from processes import engine

ALL = {**THREE, "small": SMALL, "loop": LOOP}


def a_lap(seconds: float) -> Lap:
    return Lap(count=10, seconds=seconds, cpu=seconds / 2)


def test_every_contestant_runs_once_a_round_and_the_order_turns():
    seen: list[str] = []

    def runner(name):
        return lambda: seen.append(name) or a_lap(1)

    interleave({name: runner(name) for name in "abc"}, rounds=3)

    assert seen == [*"abc", *"bca", *"cab"]


def test_a_ratio_is_taken_within_each_round():
    # given a machine that is slower from round to round, for both
    upper, lower = [a_lap(1), a_lap(10), a_lap(100)], [a_lap(2), a_lap(30), a_lap(400)]

    found = ratio(upper, lower, lambda lap: lap.rate)

    assert (found.median, found.low, found.high) == (3, 2.5, 3.5)


@pytest.mark.parametrize(("share", "value"), [(0.5, 51), (0.95, 96), (1.0, 100)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert percentile(range(1, 101), share) == value


@pytest.mark.parametrize("case", ALL.values(), ids=ALL)
def test_both_files_draw_the_same_elements_and_flows(case):
    def drawn(files):
        (text,) = (text for name, text in files.items() if name.endswith(".bpmn"))
        return [
            (element.tag, element.get("id"), element.get("sourceRef"), element.get("targetRef"))
            for element in etree.fromstring(text).iter()
            if element.get("name") or element.get("sourceRef")
            if etree.QName(element).localname not in {"message", "property", "correlationKey"}
            if etree.QName(element).localname != "correlationProperty"
        ]

    assert drawn(case.ours) == drawn(case.stock)


@pytest.mark.parametrize("name", THREE)
def test_our_engine_goes_the_whole_way(name):
    case = THREE[name]
    spec = engine.parse(case.ours)[case.process_id]

    *_, last = ours.steps(spec, case)

    assert last.ended
    assert {"Pay", "TellBuyer"} <= last.variables.keys() or "Survey" in last.variables


def test_the_stock_twin_goes_its_whole_way_too():
    with Contestant("stock") as stock:
        laps = [stock("run", name=name, times=1, waiting=True) for name in diagrams.THREE]

    assert [lap["count"] for lap in laps] == [1, 1, 1]


def test_a_renewal_gives_other_ids_wherever_they_stand_and_leaves_all_else():
    recorded = {
        "act": "complete",
        "atomic": True,
        "statements": [
            {"text": "SELECT %s", "parameters": [1_200_000_000_007, 7, {"seconds": 60}]},
            {"text": "WITH", "parameters": {"rows": '[{"id": 1200000000007, "n": 12}]'}},
        ],
    }

    first, second = Renewal(recorded).with_ids({"1200000000007": "1200000000950"})

    assert first == ("SELECT %s", [1_200_000_000_950, 7, first[1][2]])
    assert first[1][2].total_seconds() == 60
    assert second == ("WITH", {"rows": '[{"id": 1200000000950, "n": 12}]'})


def test_new_figures_replace_the_old_ones_and_the_words_around_them_stay(tmp_path):
    page = tmp_path / "README.md"
    page.write_text(f"Before\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter\n", encoding="utf-8")
    facts = dict.fromkeys(("cores", "fsync", "synchronous_commit", "shared_buffers"), "on")
    facts |= {"server_version": "15.1 (x)", "python": "3.11", "day": "today"}

    report.write(
        [Figure(what="Speed", value="3", target="≥ 2", met=True)],
        {**facts, "fsync_ms": 1.0, "minutes": 2.0},
        page,
    )

    text = page.read_text(encoding="utf-8")
    assert text.startswith("Before\n\n")
    assert text.endswith("\n\nAfter\n")
    assert "| Speed | 3 | ≥ 2 | yes |  |" in text
    assert "old" not in text
