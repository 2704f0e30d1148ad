"""What a field's `validate` asks of its value: the same tests as form-js 2.0, in its order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any

import re2

from forms import messages
from forms.fields import Field, decimal_of
from forms.messages import FormError
from forms.scope import Scope, is_expression

_EXACT = Context(prec=100)
"""Room for all digits that a number field takes."""
_EMAIL = re.compile(
    r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@"
    r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?){0,10}",
    re.ASCII,
)
"""HTML's own definition of an e-mail address."""
_PHONE = re.compile(r"(?:\+|00)[1-9]\d{6,14}", re.ASCII)
"""E.164, with + or 00 before it."""
_BLANKS = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_TRIM = re.compile(f"^[{_BLANKS}]+|[{_BLANKS}]+$")
"""What JavaScript's `trim` takes away."""


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Any:
    """The pattern for RE2, which takes linear time whatever is entered.

    Raises:
        ValueError: RE2 cannot do it, e.g. for look-ahead or a back-reference.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(str(error)) from None


def broken(field: Field, value: Any, scope: Scope) -> list[FormError]:
    """The rules that `value` breaks, one sentence each."""
    rules = field.get("validate") or {}
    found = list(_number_errors(field, value)) if field["type"] == "number" else []
    for name, rule in _RULES.items():
        if name in rules:
            wanted = rules[name]
            if is_expression(wanted) and name in LIMITS:
                wanted = scope.json(wanted)
            found += rule(field, value, wanted)
    return found


def _number_errors(field: Field, value: Any) -> Iterator[FormError]:
    number = decimal_of(value)
    if not number:
        return
    digits, step = field.get("decimalDigits"), decimal_of(field.get("increment"))
    exponent = number.normalize(_EXACT).as_tuple().exponent
    if digits is not None and -int(exponent) > digits:
        yield (
            FormError(messages.TOO_MANY_DECIMALS, digits=digits)
            if digits
            else FormError(messages.NOT_WHOLE)
        )
    if step and _EXACT.remainder(number, step):
        yield FormError(messages.NOT_A_STEP, step=step)


def _required(field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    if not wanted:
        return
    if field["type"] == "checkbox":
        if value is not True:
            yield FormError(messages.TICK)
    elif value is None or value == "" or value == []:
        yield FormError(messages.REQUIRED)


def _pattern(field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    if wanted and value and not compile_pattern(wanted).search(str(value)):
        own = field["validate"].get("patternErrorMessage")
        yield (
            FormError.in_own_words(own)
            if own
            else FormError(messages.NOT_OF_PATTERN, pattern=wanted)
        )


def _min(_field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    yield from _limit(
        value, wanted, lambda number, least: number >= least, messages.TOO_SMALL, "min"
    )


def _max(_field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    yield from _limit(value, wanted, lambda number, most: number <= most, messages.TOO_LARGE, "max")


def _limit(
    value: Any, wanted: Any, fits: Callable[[Decimal, Decimal], bool], template: str, name: str
) -> Iterator[FormError]:
    if value is None or value == "":
        return
    number, limit = decimal_of(value), decimal_of(wanted)
    if limit is None:
        # An expression without an answer must not lift the limit.
        yield FormError(messages.NO_LIMIT)
    elif number is None or not fits(number, limit):
        yield FormError(template, **{name: wanted})


def _min_length(_field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    yield from _length(value, wanted, lambda length, least: length >= least, messages.TOO_SHORT)


def _max_length(_field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    yield from _length(value, wanted, lambda length, most: length <= most, messages.TOO_LONG)


def _length(
    value: Any, wanted: Any, fits: Callable[[int, Decimal], bool], template: str
) -> Iterator[FormError]:
    if not value or not isinstance(value, str):
        return
    limit = decimal_of(wanted)
    if limit is None:
        yield FormError(messages.NO_LIMIT)
    elif not fits(_browser_length(value), limit):
        yield FormError(template, length=wanted)


def _browser_length(text: str) -> int:
    """As a browser counts: without blanks around it, in UTF-16, where an emoji is two."""
    return len(_TRIM.sub("", text).encode("utf-16-le")) // 2


def _type(_field: Field, value: Any, wanted: Any) -> Iterator[FormError]:
    if not value:
        return
    if wanted == "email" and not _EMAIL.fullmatch(str(value)):
        yield FormError(messages.NOT_EMAIL)
    if wanted == "phone" and not _PHONE.fullmatch(str(value)):
        yield FormError(messages.NOT_PHONE)


LIMITS = frozenset(("min", "max", "minLength", "maxLength"))
"""Rules whose value may be an expression."""
_RULES: dict[str, Callable[[Field, Any, Any], Iterator[FormError]]] = {
    "pattern": _pattern,
    "required": _required,
    "min": _min,
    "max": _max,
    "minLength": _min_length,
    "maxLength": _max_length,
    "validationType": _type,
}
RULES = frozenset((*_RULES, "patternErrorMessage"))
