"""Diagrams broken at random: refused or run, but nothing in between and never a crash."""

from __future__ import annotations

import copy
import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from processes import engine
from processes.engine import EngineError, InvalidDiagram
from tests.engine.cases import ENVIRONMENT

_FILES = sorted((Path(__file__).parents[2] / "bpmn").glob("*.*mn"))
_TEXTS = {file.name: file.read_bytes() for file in _FILES}
_DIAGRAMS = [name for name in _TEXTS if name.endswith(".bpmn")]
_VALUES = ["", "=", "=1", "=x", "Nobody", "true", "false", "PT1H", "-PT1H", "0", "=[1]", "a b", "."]


def broken(name: str, chance: random.Random) -> bytes:
    """The diagram `name` with a few things done to it that no tool would do."""
    root = etree.fromstring(_TEXTS[name])
    for _ in range(chance.randint(1, 4)):
        nodes = [node for node in root.iter(etree.Element) if node.getparent() is not None]
        nodes = [node for node in nodes if "/DI}" not in node.tag and "/DC}" not in node.tag]
        node, other = chance.choice(nodes), chance.choice(nodes)
        match chance.randint(0, 4):
            case 0:
                node.getparent().remove(node)
            case 1 if node.attrib:
                del node.attrib[chance.choice(list(node.attrib))]
            case 2 if node.attrib:
                value = chance.choice([*_VALUES, other.get("id", "x")])
                node.set(chance.choice(list(node.attrib)), value)
            case 3:
                node.append(copy.deepcopy(other))
            case 4:
                node.text = chance.choice(_VALUES)
    return etree.tostring(root)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(_DIAGRAMS), st.integers(0, 2**32))
def test_E5_a_broken_diagram_is_refused_or_runs(name: str, seed: int) -> None:
    texts = {**_TEXTS, name: broken(name, random.Random(seed))}
    try:
        specs = engine.parse(texts, functions=["deadline", "poll_delay", "major", "minor"])
    except InvalidDiagram as refusal:
        specs, sentences = {}, [problem.sentence for problem in refusal.problems]
    else:
        sentences = []
    assert all("Expected" in sentence for sentence in sentences)
    for spec in specs.values():
        try:
            step = engine.start(spec, {"case_no": "1", "order_no": "2"}, ENVIRONMENT)
            engine.describe(spec, step.state, ENVIRONMENT)
        except EngineError:
            continue
