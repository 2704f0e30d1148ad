"""What is kept of a submission, and what a person is told about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from forms import FormError, judge
from forms.rules import broken
from forms.scope import Scope

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "id": "f", "schemaVersion": 19, "components": list(fields)}


def text(key: str = "name", **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": key, "key": key, **more}


def number(key: str = "amount", **more: Any) -> dict[str, Any]:
    return {"type": "number", "id": key, "key": key, **more}


AMOUNT = form(number(decimalDigits=2, validate={"required": True, "min": 0.01, "max": 100}))


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (None, "Please fill in this field."),
        ("", "Please fill in this field."),
        (0, "Please enter at least 0.01."),
        (-5, "Please enter at least 0.01."),
        (100.01, "Please enter at most 100."),
        (1.005, "Please enter at most 2 digits after the point."),
        ("1.005", "Please enter at most 2 digits after the point."),
        ("ten", "Please enter a number."),
        ("1e1", "Please enter a number."),
        (True, "Please enter a number."),
        ([5], "Please enter a number."),
        ({"a": 1}, "Please enter a number."),
        pytest.param(10**5000, "Please enter a number.", id="huge"),
        (float("inf"), "Please enter a number."),
        (float("nan"), "Please enter a number."),
        ("9" * 40, "Please enter a number."),
        ("\u0665", "Please enter a number."),
    ],
)
def test_a_bad_amount_is_refused_with_a_sentence(amount: object, sentence: str) -> None:
    assert judge(AMOUNT, {"amount": amount}).errors == {"amount": [sentence]}


@pytest.mark.parametrize(("amount", "kept"), [(5, 5), ("12.50", 12.5), (0.01, 0.01), ("7", 7)])
def test_a_good_amount_is_kept_as_a_json_number(amount: object, kept: float) -> None:
    judgement = judge(AMOUNT, {"amount": amount})

    assert not judgement.errors
    assert judgement.clean == {"amount": kept}
    assert type(judgement.clean["amount"]) is type(kept)


def test_digits_are_counted_as_they_were_written() -> None:
    # 1.1 has no exact float, and 0.1 + 0.2 has seventeen digits.
    assert not judge(AMOUNT, {"amount": 1.1}).errors
    assert judge(AMOUNT, {"amount": 0.1 + 0.2}).errors


def test_unknown_fields_are_refused_wherever_they_stand() -> None:
    schema = form(
        text("buyer.name"),
        {"type": "group", "id": "g", "path": "address", "components": [text("city")]},
        {"type": "dynamiclist", "id": "l", "path": "lines", "components": [text("sku")]},
    )
    data = {
        "buyer": {"name": "Lin", "vip": True},
        "address": {"city": "Hangzhou", "zip": "1"},
        "lines": [{"sku": "A"}, {"sku": "B", "price": 0}],
        "__proto__": {"admin": True},
    }

    assert judge(schema, data).errors[""] == [
        "Unknown field: buyer.vip",
        "Unknown field: address.zip",
        "Unknown field: lines.1.price",
        "Unknown field: __proto__",
    ]
    assert "Unknown field: address" in judge(schema, {"address": "Hangzhou"}).errors[""]


def test_keys_with_dots_nest() -> None:
    judgement = judge(form(text("a.b"), text("a.c")), {"a": {"b": "1", "c": "2"}})

    assert judgement.clean == {"a": {"b": "1", "c": "2"}}


def test_hidden_fields_are_dropped_and_ask_for_nothing() -> None:
    schema = form(
        text("way"),
        text("why", validate={"required": True}, conditional={"hide": '=way != "reject"'}),
    )

    assert judge(schema, {"way": "approve", "why": "secret"}).clean == {"way": "approve"}
    assert judge(schema, {"way": "reject", "why": ""}).errors == {
        "why": ["Please fill in this field."]
    }


def test_a_condition_sees_nothing_of_fields_that_are_hidden() -> None:
    schema = form(
        text("way"),
        text("why", conditional={"hide": '=way = "a"'}),
        text("more", validate={"required": True}, conditional={"hide": '=why = "x"'}),
    )

    # `why` is hidden, so what was sent for it hides nothing, and null hides as in form-js.
    assert judge(schema, {"way": "b", "why": "x"}).clean == {"way": "b", "why": "x"}
    assert judge(schema, {"way": "a", "why": "x"}).errors


def test_conditions_and_limits_read_the_variables_of_the_case() -> None:
    schema = form(number(validate={"max": "=order.paid"}, conditional={"hide": "=order.closed"}))
    open_order = {"order": {"paid": 50, "closed": False}}

    assert not judge(schema, {"amount": 50}, context=open_order).errors
    assert judge(schema, {"amount": 51}, context=open_order).errors == {
        "amount": ["Please enter at most 50."]
    }
    assert judge(schema, {"amount": 51}, context={"order": {"closed": True}}).clean == {}


def test_a_limit_that_cannot_be_worked_out_lets_nothing_through() -> None:
    schema = form(number(validate={"max": "=order.paid"}))

    assert judge(schema, {"amount": 1}).errors == {
        "amount": ["This field cannot be checked now: its limit is not known."]
    }


@pytest.mark.parametrize(
    "lock", [{"readonly": True}, {"disabled": True}, {"readonly": '=role = "x"'}]
)
def test_locked_fields_are_not_taken_from_the_submission(lock: dict[str, Any]) -> None:
    schema = form(text("price", **lock), number(validate={"max": "=number(price)"}))
    context = {"role": "x", "price": "10"}

    judgement = judge(schema, {"price": "1000", "amount": 500, "role": "y"}, context=context)

    assert "price" not in judgement.clean
    assert judgement.errors["amount"] == ["Please enter at most 10."]


def test_locked_fields_of_rows_are_not_taken_either() -> None:
    line = [number("qty"), number("price", readonly=True)]
    schema = form(
        {"type": "dynamiclist", "id": "l", "path": "lines", "components": line},
        {"type": "expression", "id": "e", "key": "sum", "expression": "=sum(lines.price)"},
    )

    judgement = judge(schema, {"lines": [{"qty": 1, "price": 5}]})

    assert judgement.clean == {"lines": [{"qty": 1}], "sum": None}


def test_expression_fields_are_worked_out_here() -> None:
    schema = form(
        number("qty"),
        {"type": "expression", "id": "e1", "key": "total", "expression": "=qty * price"},
        {"type": "expression", "id": "e2", "key": "large", "expression": "=total > 100"},
        text("why", validate={"required": True}, conditional={"hide": "=not(large)"}),
    )
    context = {"price": 60}

    cheated = judge(schema, {"qty": 2, "total": 1, "large": False}, context=context)

    assert cheated.clean["total"] == 120
    assert cheated.clean["large"] is True
    assert cheated.errors == {"why": ["Please fill in this field."]}


def test_options_may_come_from_the_case() -> None:
    by_key = form({"type": "select", "id": "s", "key": "s", "valuesKey": "carriers"})
    by_expression = form(
        {"type": "taglist", "id": "s", "key": "s", "valuesExpression": "=order.lines.sku"}
    )
    context = {"carriers": [{"label": "SF", "value": "sf"}], "order": {"lines": [{"sku": "A"}]}}

    assert not judge(by_key, {"s": "sf"}, context=context).errors
    assert judge(by_key, {"s": "dhl"}, context=context).errors == {
        "s": ["Please choose one of the options."]
    }
    assert judge(by_key, {"s": "sf", "carriers": ["sf"]}).errors[""]
    assert not judge(by_expression, {"s": ["A"]}, context=context).errors
    assert judge(by_expression, {"s": ["A", "B"]}, context=context).errors
    assert judge(by_expression, {"s": "A"}, context=context).errors


def test_true_is_not_the_option_one() -> None:
    schema = form({"type": "radio", "id": "r", "key": "r", "values": [{"label": "1", "value": 1}]})

    assert not judge(schema, {"r": 1}).errors
    assert judge(schema, {"r": True}).errors


def test_rows_are_judged_one_by_one() -> None:
    line = [
        text("sku", validate={"required": True}),
        number("qty", validate={"min": "=parent.least"}),
    ]
    schema = form(
        number("least"),
        {"type": "dynamiclist", "id": "l", "path": "order.lines", "components": line},
    )
    data = {"least": 2, "order": {"lines": [{"sku": "A", "qty": 2}, {"sku": "", "qty": 1}]}}

    judgement = judge(schema, data)

    assert judgement.errors == {
        "order.lines.1.sku": ["Please fill in this field."],
        "order.lines.1.qty": ["Please enter at least 2."],
    }
    assert judgement.clean["order"]["lines"][0] == {"sku": "A", "qty": 2}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [("x", "Please send a list."), ([1], "Please send a list."), ({"a": 1}, "Please send a list."),
     ([{}] * 101, "Please enter at most 100 rows.")],
)  # fmt: skip
def test_what_is_no_list_of_rows_is_refused(rows: object, sentence: str) -> None:
    schema = form({"type": "dynamiclist", "id": "l", "path": "lines", "components": [text("a")]})

    assert judge(schema, {"lines": rows}).errors["lines"] == [sentence]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("a\x00b", "Please remove the characters that cannot be stored."),
        ("\ud800", "Please remove the characters that cannot be stored."),
        ("x" * 20_001, "Please enter at most 20000 characters."),
        (5, "Please enter text."),
    ],
)
def test_text_that_cannot_be_stored_is_refused(value: object, sentence: str) -> None:
    assert judge(form(text()), {"name": value}).errors == {"name": [sentence]}


def test_past_days_are_refused_where_the_form_says_so() -> None:
    day = {
        "type": "datetime",
        "subtype": "date",
        "id": "d",
        "key": "d",
        "disallowPassedDates": True,
    }

    assert not judge(form(day), {"d": "2026-11-22"}, now=NOW).errors
    assert judge(form(day), {"d": "2026-11-21"}, now=NOW).errors == {
        "d": ["Please enter a day that has not passed."]
    }


@pytest.mark.parametrize(
    ("value", "is_good"),
    [("files::a1-b2", True), (["files::a", "files::b"], True), (None, True), ("../../etc", False),
     ({"name": "x"}, False), ("x" * 201, False)],
)  # fmt: skip
def test_files_are_named_by_their_keys_only(value: object, is_good: bool) -> None:
    schema = form({"type": "filepicker", "id": "f", "key": "files"})

    assert (not judge(schema, {"files": value}).errors) is is_good


def test_a_pattern_that_backtracks_elsewhere_takes_no_time_here() -> None:
    field = text(validate={"pattern": "^(a+)+$"})
    scope = Scope(data={}, this={})

    assert broken(field, "a" * 20_000 + "!", scope)
    assert not broken(field, "a" * 20_000, scope)


def test_an_error_carries_what_a_translator_needs() -> None:
    error = judge(AMOUNT, {"amount": 500}).errors["amount"][0]

    assert isinstance(error, FormError)
    assert error.template == "Please enter at most %(max)s."
    assert error.template % error.params == str(error)


def test_a_form_may_say_it_in_its_own_words() -> None:
    schema = form(text(validate={"pattern": "^A", "patternErrorMessage": "100% wrong"}))

    error = judge(schema, {"name": "B"}).errors["name"][0]

    assert error == "100% wrong"
    assert isinstance(error, FormError)
    assert error.template % error.params == error


def test_nothing_that_was_sent_is_changed() -> None:
    data = {"lines": [{"a": " x\n"}]}
    schema = form({"type": "dynamiclist", "id": "l", "path": "lines", "components": [text("a")]})

    judgement = judge(schema, data)

    assert judgement.clean == {"lines": [{"a": " x "}]}
    assert data == {"lines": [{"a": " x\n"}]}
