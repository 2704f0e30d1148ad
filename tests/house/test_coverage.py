"""What `docs/coverage.md` names is there: each test, and each place in the code."""

from __future__ import annotations

import ast
import re

from webapp.building.stamps import ROOT

PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
TESTS = re.findall(r"(tests/[\w/]+\.py)::(\w+)", PAGE)
PLACES = re.findall(r"`((?:bpmn|forms|processes|handlers|webapp|benchmarks)/[\w./-]+)`", PAGE)


def test_every_test_it_names_exists():
    assert TESTS

    missing = [(file, name) for file, name in TESTS if name not in names_in(file)]

    assert not missing


def test_every_place_it_names_exists():
    assert PLACES

    assert not [place for place in PLACES if not (ROOT / place).exists()]


def names_in(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    defined = (ast.FunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, defined)}
