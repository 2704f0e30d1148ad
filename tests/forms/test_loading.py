"""Forms that cannot be judged are refused when they are read, with a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forms import InvalidForm, load_form

FORMS = sorted((Path(__file__).parents[2] / "forms").glob("*.form"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_of_the_project_can_be_loaded(path: Path) -> None:
    assert load_form(path.read_text("utf-8"))["id"] == path.stem


def _problems(*fields: Any, **more: Any) -> list[str]:
    schema = {"type": "default", "schemaVersion": 19, "components": list(fields), **more}
    with pytest.raises(InvalidForm) as caught:
        load_form(json.dumps(schema))
    return list(caught.value.problems)


OPTIONS = [{"label": "A", "value": "a"}]
REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"type": "signature", "key": "s"}, "s: 'signature' is no type of field that can be judged"),
    ({"type": "textfield"}, "None: expected a key of letters, digits and dots, found None"),
    ({"type": "textfield", "key": "a b"}, "a b: expected a key of letters, digits and dots"),
    ({"type": "textfield", "key": "__proto__.a"}, ""),
    ({"type": "textfield", "key": "a", "validate": {"between": 3}},
     "a: 'between' is no rule that can be checked"),
    ({"type": "textfield", "key": "a", "validate": {"pattern": "(?=a)"}},
     "a: the pattern cannot be used"),
    ({"type": "textfield", "key": "a", "validate": {"pattern": "("}},
     "a: the pattern cannot be used"),
    ({"type": "number", "key": "a", "validate": {"min": "five"}},
     "a: expected 'min' to be a number or an expression"),
    ({"type": "number", "key": "a", "validate": {"min": "=1 +"}},
     "a: Expected a value, found the end"),
    ({"type": "number", "key": "a", "decimalDigits": "2"}, "a: expected decimalDigits"),
    ({"type": "textfield", "key": "a", "conditional": {"hide": "b = 1"}},
     "a: expected an expression that begins with '='"),
    ({"type": "textfield", "key": "a", "conditional": {"hide": "=b = = 1"}},
     "a: Expected a value, found '='"),
    ({"type": "textfield", "key": "a", "readonly": "=b ="}, "a: Expected a value"),
    ({"type": "select", "key": "a"}, "a: expected one source of options, found 0"),
    ({"type": "select", "key": "a", "values": OPTIONS, "valuesKey": "b"},
     "a: expected one source of options, found 2"),
    ({"type": "radio", "key": "a", "values": {"a": 1}}, "a: expected a list of options"),
    ({"type": "datetime", "key": "a", "subtype": "month"}, "a: 'month' is no kind of date or time"),
    ({"type": "expression", "key": "a"}, "a: expected an expression that begins with '='"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "sentence"), REFUSALS)
def test_a_field_that_cannot_be_judged_is_refused(field: dict[str, Any], sentence: str) -> None:
    if not sentence:
        load_form(json.dumps({"type": "default", "components": [field]}))
        return

    assert any(problem.startswith(sentence) for problem in _problems(field))


def _text(key: str) -> dict[str, Any]:
    return {"type": "textfield", "key": key}


@pytest.mark.parametrize(
    "fields",
    [
        (_text("a"), _text("a")),
        (_text("a"), _text("a.b")),
        (_text("a.b"), _text("a")),
        (_text("a.b"), {"type": "group", "path": "a", "components": [_text("b")]}),
        (_text("a"), {"type": "dynamiclist", "path": "a", "components": [_text("b")]}),
        ({"type": "dynamiclist", "path": "a"}, {"type": "dynamiclist", "path": "a"}),
    ],
)
def test_two_fields_cannot_write_to_one_place(fields: tuple[dict[str, Any], ...]) -> None:
    assert any("expected the key to be used once" in problem for problem in _problems(*fields))


def test_a_group_and_its_neighbours_may_share_an_object() -> None:
    group = {"type": "group", "path": "a", "components": [_text("b"), _text("c.d")]}

    load_form(json.dumps({"type": "default", "components": [group, _text("a.e")]}))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Expected JSON"),
        ("{", "Expected JSON"),
        ("[" * 100_000, "Expected JSON"),
        ("[]", "Expected an object of type 'default'"),
        ('{"type": "default", "schemaVersion": 20}', "Expected schema version 19 or older"),
        ('{"type": "default", "components": {}}', "Expected a list of components"),
        ('{"type": "default", "components": [1]}', "Expected each component to be an object"),
        (" " * 600_000, "Expected a form of at most 500000 bytes"),
    ],
)
def test_what_is_no_form_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InvalidForm, match=sentence):
        load_form(text)


def test_forms_have_an_end() -> None:
    assert "at most 300 fields" in _problems(*[_text(f"k{n}") for n in range(301)])[0]
    deep: dict[str, Any] = _text("a")
    for _ in range(12):
        deep = {"type": "group", "components": [deep]}
    assert "at most 8 levels deep" in _problems(deep)[0]


def test_all_problems_are_told_at_once() -> None:
    assert len(_problems(_text("a b"), {"type": "select", "key": "c"})) == 2
