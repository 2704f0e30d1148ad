"""What the expressions of a form may see of a submission.

Only what the person can really enter counts: nothing of hidden, disabled or readonly
fields, whatever the browser sent. What `expression` fields hold is worked out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from forms.fields import READERS, Field
from forms.paths import get, into, overlaid, put
from forms.schema import steps_of
from forms.scope import Scope, is_expression


def scope_of(
    form: Field, data: Mapping[str, Any], context: Mapping[str, Any], now: datetime | None
) -> Scope:
    """The scope at the top of the form.

    As in form-js, conditions are asked twice: first with all that was entered, then without
    what the first answers hide. A field with a lock does not say whether it is locked.
    """
    scope = _scope(overlaid(context, _part(form, data, _has_no_lock)), now)
    scope = _scope(overlaid(context, shown_part(form, data, scope)), now)
    return _scope(overlaid(scope.data, _worked_out(form, scope)), now)


def _scope(data: Mapping[str, Any], now: datetime | None) -> Scope:
    return Scope(data=data, this=data, now=now)


def shown(parent: Field, scope: Scope) -> Iterator[Field]:
    """The components that are not hidden."""
    return (each for each in parent.get("components", ()) if not _is_hidden(each, scope))


def _is_hidden(field: Field, scope: Scope) -> bool:
    return scope.holds((field.get("conditional") or {}).get("hide"))


def is_open(field: Field, scope: Scope) -> bool:
    """Whether the person can fill the field in."""
    readonly = field.get("readonly")
    locked = scope.holds(readonly) if is_expression(readonly) else bool(readonly)
    return not locked and not field.get("disabled")


def shown_part(parent: Field, data: Any, scope: Scope) -> dict[str, Any]:
    """The part of the data that stands in fields the person sees and can fill in."""
    return _part(parent, data, lambda each: not _is_hidden(each, scope) and is_open(each, scope))


def _part(parent: Field, data: Any, wanted: Callable[[Field], bool]) -> dict[str, Any]:
    """The part of the data that stands in wanted fields of wanted groups, and in rows."""
    part: dict[str, Any] = {}
    for each in filter(wanted, parent.get("components", ())):
        kind = each["type"]
        if kind in READERS:
            steps = tuple(each["key"].split("."))
            put(part, steps, get(data, steps))
        elif kind == "group":
            steps = steps_of(each)
            inner = _part(each, get(data, steps), wanted)
            into(part, steps).update(overlaid(into(part, steps), inner))
        elif kind == "dynamiclist":
            rows = get(data, steps_of(each))
            rows = rows if isinstance(rows, list) else []
            # Whether a row's field is hidden is only known inside the row.
            put(part, steps_of(each), [_part(each, row, _has_no_lock) for row in rows])
    return part


def _has_no_lock(field: Field) -> bool:
    return not field.get("readonly") and not field.get("disabled")


def _worked_out(parent: Field, scope: Scope) -> dict[str, Any]:
    """The values of expression fields outside of lists, in the order of the form."""
    found: dict[str, Any] = {}
    for each in shown(parent, scope):
        if each["type"] == "expression":
            put(found, tuple(each["key"].split(".")), scope.json(each["expression"]))
            data = overlaid(scope.data, found)
            scope = Scope(data=data, this=data, now=scope.now)
        elif each["type"] == "group":
            inner: dict[str, Any] = {}
            into(inner, steps_of(each)).update(_worked_out(each, scope))
            found = overlaid(found, inner)
    return found
