"""A task's form on its way to the browser and back.

The schema is the one of the case's own version; the browser draws it with form-js, and
what comes back is judged here once more, by `forms.judge`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_duration
from django.utils.translation import gettext as _

import forms
from handlers.cases import api as cases
from handlers.currencies import EXPONENTS
from handlers.refunds import api as refunds
from processes import queries
from webapp import speech

REFUNDABLE = "refundable"
AMOUNT = "{{currency}}"
"""The unit after a field: this makes it an amount of the case's currency."""
_NAMED = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, kw_only=True)
class TaskForm:
    """What the page needs to draw the form; a refused submission carries its errors along."""

    schema: Mapping[str, Any]
    data: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    """By field key; under the empty key what belongs to no field."""

    def refused(self, sentence: str) -> TaskForm:
        """The same form, with a sentence that belongs to no field."""
        errors = {**self.errors, "": [*self.errors.get("", []), sentence]}
        return TaskForm(schema=self.schema, data=self.data, errors=errors)


def read_submission(request: HttpRequest) -> dict[str, Any]:
    """The form's data as the island sent it, in the field `payload`.

    Raises:
        ValueError: it is not a JSON object; the sentence is for the person.
    """
    try:
        data = json.loads(request.POST.get("payload", ""), parse_constant=_refuse)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ValueError(_("The form did not arrive in full. Please send it again."))  # noqa: TRY004
    return data


def schema_for(found: queries.TaskDetail) -> Mapping[str, Any]:
    """The task's form, made to fit its case: `{{currency}}` and times that its diagram hands it
    stand where they are named. An amount has the decimals of its currency and goes no higher
    than its property `most` says: an input of the task, or `refundable`, what the order still
    gives for the case."""
    return dict(_fitted(found.schema, found))


def _fitted(node: Any, found: queries.TaskDetail) -> Any:
    if isinstance(node, str):
        return _NAMED.sub(lambda name: _word(found.variables.get(name[1])) or name[0], node)
    if isinstance(node, list):
        return [_fitted(item, found) for item in node]
    if not isinstance(node, dict):
        return node
    fitted = {key: _fitted(item, found) for key, item in node.items()}
    if (node.get("appearance") or {}).get("suffixAdorner") == AMOUNT:
        _fit_amount(fitted, found)
    return fitted


def _fit_amount(field: dict[str, Any], found: queries.TaskDetail) -> None:
    currency = _word(found.variables.get("currency"))
    if currency not in EXPONENTS:
        return
    places = speech.exponent(currency)
    field["decimalDigits"] = places
    limits = {"min": float(Decimal(1).scaleb(-places))}
    most = _most(field, found, places)
    if most is not None:
        limits["max"] = float(most)
        _tell(field, _("At most %(most)s.") % {"most": _written(most, currency)})
    field["validate"] = (field.get("validate") or {}) | limits


def _most(field: Mapping[str, Any], found: queries.TaskDetail, places: int) -> Decimal | None:
    name = (field.get("properties") or {}).get("most", "")
    if name == REFUNDABLE:
        case_no = cases.case_no_of(found.row.business_key)
        return Decimal(refunds.most_of(case_no)).scaleb(-places)
    most = found.variables.get(name)
    named = isinstance(most, int | float) and not isinstance(most, bool)
    return Decimal(str(most)) if named else None


def _written(amount: Decimal, currency: str) -> str:
    return speech.money(int(amount.scaleb(speech.exponent(currency))), currency)


def _tell(field: dict[str, Any], sentence: str) -> None:
    """Say a sentence below the field, before what stands there in any language."""
    texts = [words for words in (field.get("i18n") or {}).values() if "description" in words]
    for words in (field, *texts):
        words["description"] = f"{sentence} {words.get('description', '')}".strip()


def _word(value: Any) -> str:
    """A currency's code, or how long something lasts, in words; nothing else is put into forms."""
    if not isinstance(value, str):
        return ""
    if value in EXPONENTS:
        return value
    lasts = parse_duration(value) if value.startswith("P") and len(value) < 20 else None
    return speech.span(lasts) if lasts else ""


def judged(
    schema: Mapping[str, Any], data: Mapping[str, Any], context: Mapping[str, Any]
) -> tuple[dict[str, Any], TaskForm]:
    """The clean values, and the form as it stands; when the form has errors, discard the values."""
    judgement = forms.judge(schema, data, context=context)
    errors = {key: [_said(error) for error in found] for key, found in judgement.errors.items()}
    return dict(judgement.clean), TaskForm(schema=schema, data=data, errors=errors)


def _said(error: str) -> str:
    """The sentence in the reader's language; one that the form itself brings stays as it is."""
    if isinstance(error, forms.FormError):
        return str(_(error.template) % error.params)
    return error


def revision_of(request: HttpRequest) -> int | None:
    """The task's revision that the form was made from; None when it did not say."""
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _refuse(name: str) -> None:
    raise ValueError(name)
