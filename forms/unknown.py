"""Names in a submission that no field of the form has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.fields import Field
from forms.paths import into, overlaid, put
from forms.schema import KEYED, steps_of

_Tree = dict[str, Any]
"""The names that may stand in an object; None for a field's own value."""


def unknown_names(form: Field, data: Mapping[str, Any]) -> Iterator[str]:
    """Paths in the data that lead to no field; hidden and locked fields are known too."""
    yield from _unknown(_tree(form), data, "")


def _unknown(tree: _Tree, data: Any, at: str) -> Iterator[str]:
    if isinstance(data, list):
        for number, row in enumerate(data):
            yield from _unknown(tree, row, f"{at}{number}.")
    elif isinstance(data, Mapping):
        for name, value in data.items():
            if name not in tree:
                yield f"{at}{name}"
            elif tree[name] is not None:
                yield from _unknown(tree[name], value, f"{at}{name}.")
    elif data is not None:
        yield at.rstrip(".")  # a value where the form has an object


def _tree(parent: Field) -> _Tree:
    tree: _Tree = {}
    for each in parent.get("components", ()):
        part: _Tree = {}
        if each["type"] in KEYED:
            put(part, tuple(each["key"].split(".")), None)
        elif each["type"] in ("group", "dynamiclist"):
            into(part, steps_of(each)).update(_tree(each))
        tree = overlaid(tree, part)
    return tree
