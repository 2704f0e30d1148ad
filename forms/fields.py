"""One field: what is entered, read as a value of its type.

Each reader returns the JSON value, or raises `Wrong`. Empty input gives the same empty
value as form-js gives: text "", number null, checkbox false, list [].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from forms import messages
from forms.messages import FormError
from forms.scope import Scope

Field = Mapping[str, Any]
Reader = Callable[[Field, Any, Scope], Any]

MAX_TEXT = 20_000
"""Characters of a text whose field sets no limit of its own."""
MAX_CHOICES = 500
_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})", re.ASCII)
_LARGEST = 10**30
_TIME = re.compile(r"(\d\d):(\d\d)(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_FILES = re.compile(r"[\w:.-]{1,200}", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What PostgreSQL's jsonb refuses: NUL, and halves of characters."""


class Wrong(Exception):
    """What was entered is no value of the field."""

    def __init__(self, template: str, **params: Any) -> None:
        super().__init__(template)
        self.error = FormError(template, **params)


def _text(_field: Field, value: Any, _scope: Scope) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Wrong(messages.NOT_TEXT)
    if _UNSTORABLE.search(value):
        raise Wrong(messages.BAD_CHARACTERS)
    if len(value) > MAX_TEXT:
        raise Wrong(messages.TOO_LONG, length=MAX_TEXT)
    return value


def _line(field: Field, value: Any, scope: Scope) -> str:
    return re.sub(r"[\r\n\t]", " ", _text(field, value, scope))


def _number(field: Field, value: Any, _scope: Scope) -> int | float | str | None:
    if value is None or value == "":
        return None
    number = decimal_of(value)
    if number is None:
        raise Wrong(messages.NOT_NUMBER)
    if field.get("serializeToString"):
        return value if isinstance(value, str) else f"{number:f}"
    return int(number) if number == number.to_integral_value() else float(number)


def decimal_of(value: Any) -> Decimal | None:
    """The number exactly as it was written; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return None
    text = value if isinstance(value, str) else f"{Decimal(repr(value)):f}"
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _checkbox(_field: Field, value: Any, _scope: Scope) -> bool:
    if value is not None and not isinstance(value, bool):
        raise Wrong(messages.NOT_YES_OR_NO)
    return value is True


def _choice(field: Field, value: Any, scope: Scope) -> Any:
    if value is None or value == "":
        return None
    if not _is_among(value, options(field, scope)):
        raise Wrong(messages.NOT_AN_OPTION)
    return value


def _choices(field: Field, value: Any, scope: Scope) -> list[Any]:
    if value is None or value == "":
        return []
    allowed = options(field, scope)
    if not isinstance(value, list) or len(value) > MAX_CHOICES:
        raise Wrong(messages.NOT_OPTIONS)
    if not all(_is_among(item, allowed) for item in value):
        raise Wrong(messages.NOT_OPTIONS)
    return value


def options(field: Field, scope: Scope) -> list[Any]:
    """The values to choose from: written in the form, a variable, or an expression's list."""
    if field.get("valuesExpression"):
        listed = scope.json(field["valuesExpression"])
    elif field.get("valuesKey"):
        listed = scope.data.get(field["valuesKey"])
    else:
        listed = field.get("values")
    values = [_option(item) for item in listed] if isinstance(listed, list) else []
    return [value for value in values if value is not None and value != ""]


def _option(option: Any) -> Any:
    return option.get("value") if isinstance(option, dict) else option


def _is_among(value: Any, allowed: list[Any]) -> bool:
    # For Python 1 equals True.
    return any(
        value == each and isinstance(value, bool) is isinstance(each, bool) for each in allowed
    )


def _moment(field: Field, value: Any, scope: Scope) -> str | None:
    if value is None or value == "":
        return None
    subtype = field.get("subtype", "date")
    read, wrong = _MOMENTS[subtype]
    if not isinstance(value, str):
        raise Wrong(wrong)
    try:
        day = read(value)
    except ValueError:
        raise Wrong(wrong) from None
    if day and field.get("disallowPassedDates") and scope.now and day < scope.now.date():
        raise Wrong(messages.IN_THE_PAST)
    return value


def _date(text: str) -> date:
    if len(text) != len("2026-01-31"):
        raise ValueError(text)
    return date.fromisoformat(text)


def _time(text: str) -> None:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    time(int(found.group(1)), int(found.group(2)))


def _date_time(text: str) -> date:
    day, _divider, clock = text.partition("T")
    _time(clock)
    datetime.fromisoformat(text)
    return _date(day)


_MOMENTS: dict[str, tuple[Callable[[str], date | None], str]] = {
    "date": (_date, messages.NOT_DATE),
    "time": (_time, messages.NOT_TIME),
    "datetime": (_date_time, messages.NOT_DATE_TIME),
}
SUBTYPES = frozenset(_MOMENTS)


def _files(_field: Field, value: Any, _scope: Scope) -> str | list[str] | None:
    """The key under which the upload is kept; the files themselves are judged where they arrive."""
    if value is None or value == "":
        return None
    keys = value if isinstance(value, list) else [value]
    if len(keys) > MAX_CHOICES:
        raise Wrong(messages.NOT_FILES)
    if not all(isinstance(key, str) and _FILES.fullmatch(key) for key in keys):
        raise Wrong(messages.NOT_FILES)
    return value  # type: ignore[no-any-return]  # just checked


CHOICES = frozenset(("checklist", "taglist", "radio", "select"))
READERS: dict[str, Reader] = {
    "textfield": _line,
    "textarea": _text,
    "number": _number,
    "checkbox": _checkbox,
    "checklist": _choices,
    "taglist": _choices,
    "radio": _choice,
    "select": _choice,
    "datetime": _moment,
    "filepicker": _files,
}
"""By the field's type. `expression` fields are not read: they are worked out here."""
