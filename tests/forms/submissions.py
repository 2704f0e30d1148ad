"""Forms with what people, browsers and attackers may send for them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

Case = tuple[dict[str, Any], dict[str, Any]]

ANYTHING: list[Any] = [
    None, "", " ", "a", "abc", "  abc  ", "line\ntwo", "退款原因说明", "😀😀", "5", "0", "-1",
    "12.50", "12.345", "1e3", "0x10", ".5", "NaN", "Infinity", 0, 1, 5, -3, 12.5, 12.345, 1000,
    True, False, [], ["a"], ["a", "b"], ["z"], {}, {"a": 1}, "2026-01-31", "10:30",
]  # fmt: skip
TEXTS = ["a@b.co", "a@b", "a-12", "@b.co", "a b@c.de", "+8613800138000", "+4930664040900",
         "12345", "ABC-12", "Tel. +4930664040900", "a" * 65 + "@b.co", "x" * 30]  # fmt: skip
OPTIONS = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}, {"label": "1", "value": 1}]

FIELDS: list[dict[str, Any]] = [
    {"type": "textfield"},
    {"type": "textfield", "validate": {"required": True}},
    {"type": "textfield", "validate": {"minLength": 3, "maxLength": 5}},
    {"type": "textfield", "validate": {"pattern": "^[A-Z]{3}-\\d+$"}},
    {"type": "textfield", "validate": {"pattern": "b"}},
    {"type": "textfield", "validate": {"validationType": "email"}},
    {"type": "textfield", "validate": {"validationType": "phone"}},
    {"type": "textfield", "validate": {"required": True, "minLength": "=1 + 1"}},
    {"type": "textarea", "validate": {"maxLength": 10}},
    {"type": "textarea", "validate": {"required": True}},
    {"type": "number"},
    {"type": "number", "validate": {"required": True}},
    {"type": "number", "validate": {"min": 0, "max": 100}},
    {"type": "number", "validate": {"min": "=2 + 3"}},
    {"type": "number", "decimalDigits": 2},
    {"type": "number", "decimalDigits": 0},
    {"type": "number", "decimalDigits": 1, "increment": 0.5},
    {"type": "number", "increment": 5},
    {"type": "number", "serializeToString": True, "decimalDigits": 2, "validate": {"min": 0.01}},
    {"type": "checkbox"},
    {"type": "checkbox", "validate": {"required": True}},
    {"type": "radio", "values": OPTIONS},
    {"type": "radio", "values": OPTIONS, "validate": {"required": True}},
    {"type": "select", "values": OPTIONS},
    {"type": "select", "values": OPTIONS, "validate": {"required": True}},
    {"type": "checklist", "values": OPTIONS},
    {"type": "checklist", "values": OPTIONS, "validate": {"required": True}},
    {"type": "taglist", "values": OPTIONS, "validate": {"required": True}},
    {"type": "datetime", "subtype": "date", "dateLabel": "Day"},
    {"type": "datetime", "subtype": "date", "validate": {"required": True}},
    {"type": "datetime", "subtype": "time", "timeLabel": "Time"},
    {"type": "datetime", "subtype": "datetime", "dateLabel": "When"},
]
DATES = ["2026-02-30", "2026-1-5", "24:61", "10:30Z", "10:30+08:00", "2026-01-31T10:30",
         "2026-01-31T10:30+08:00", "2026-01-31T10:30Z", "T10:30", "yesterday"]  # fmt: skip

REVIEW = {
    "type": "default",
    "id": "review",
    "schemaVersion": 19,
    "components": [
        {"type": "radio", "id": "f1", "key": "decision", "values": OPTIONS,
         "validate": {"required": True}},
        {"type": "number", "id": "f2", "key": "offer.amount", "decimalDigits": 2,
         "validate": {"required": True, "min": 0.01, "max": "=if decision = \"b\" then 50 else 10"},
         "conditional": {"hide": "=decision = \"a\""}},
        {"type": "text", "id": "f3", "text": "# Why"},
        {"type": "group", "id": "f4", "path": "why", "conditional": {"hide": "=decision = 1"},
         "components": [
             {"type": "textarea", "id": "f5", "key": "note", "validate": {"minLength": 2}},
             {"type": "checkbox", "id": "f6", "key": "sure", "validate": {"required": True},
              "conditional": {"hide": "=why.note != \"abc\""}},
         ]},
        {"type": "dynamiclist", "id": "f7", "path": "lines", "isRepeating": True,
         "defaultRepetitions": 0,
         "components": [
             {"type": "textfield", "id": "f8", "key": "sku", "validate": {"required": True}},
             {"type": "number", "id": "f9", "key": "qty", "decimalDigits": 0,
              "validate": {"min": "=if this.sku = \"a\" then 2 else 1"}},
             {"type": "textfield", "id": "f10", "key": "gift.to",
              "validate": {"required": True}, "conditional": {"hide": "=this.qty > 3"}},
         ]},
        {"type": "textfield", "id": "f11", "key": "locked", "disabled": True,
         "validate": {"required": True}},
    ],
}  # fmt: skip


def single_fields() -> Iterator[Case]:
    """Each kind of field with each value."""
    for field in FIELDS:
        pool = [*ANYTHING, *TEXTS] if field["type"].startswith("text") else ANYTHING
        pool = [*ANYTHING, *DATES] if field["type"] == "datetime" else pool
        schema = {
            "type": "default",
            "id": "form",
            "schemaVersion": 19,
            "components": [{"id": "f", "key": "k", "label": "L", **field}],
        }
        for value in pool:
            yield schema, {"k": value}


def whole_forms(seed: int = 7, count: int = 300) -> Iterator[Case]:
    """A form with conditions, groups and lists, filled in at random."""
    dice = random.Random(seed)
    texts: list[Any] = ["", "a", "abc", "abcdef"]
    amounts: list[Any] = [None, 0, 0.001, 5, 20.55, "49.99", 100]
    for _ in range(count):
        line = [
            {"sku": dice.choice(texts), "qty": dice.choice([None, 1, 2, 4, 2.5]),
             "gift": {"to": dice.choice(texts)}}
            for _ in range(dice.randrange(3))
        ]  # fmt: skip
        yield (
            REVIEW,
            {
                "decision": dice.choice([None, "a", "b", 1]),
                "offer": {"amount": dice.choice(amounts)},
                "why": {"note": dice.choice(texts), "sure": dice.choice([True, False])},
                "lines": line,
                "locked": dice.choice(["", "x"]),
            },
        )
