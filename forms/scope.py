"""What the expressions of a form see, and how they are answered.

form-js evaluates them in the browser with `feelin`; here the same text runs on our FEEL.
An expression that cannot be answered is null, as in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from processes.feel import FeelError, FeelValue, compile_expression, to_json


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The data around one place of a form."""

    data: Mapping[str, Any]
    """The case's variables, overlaid with what was entered."""
    this: Any
    """The row of a dynamic list, or all the data."""
    parent: Any = None
    i: tuple[int, ...] = ()
    """The numbers of the rows around the place, from 1."""
    now: datetime | None = None

    def row(self, row: Any, number: int) -> Scope:
        """The scope inside one row of a dynamic list."""
        return replace(self, this=row, parent=self.this, i=(*self.i, number))

    def evaluate(self, text: str) -> FeelValue:
        """The value of `=expression`; None when it has none."""
        try:
            return compile_expression(text[1:]).evaluate(self._names(), now=self.now)
        except FeelError:
            return None

    def json(self, text: str) -> Any:
        """The value of `=expression` as plain JSON; None when it has none."""
        try:
            return to_json(self.evaluate(text))
        except FeelError:
            return None

    def holds(self, condition: object) -> bool:
        """Whether `=condition` is true, or has no answer; anything but an expression is not.

        That null counts as true is form-js's way (it asks whether no input equals the answer):
        what the browser hides must not be asked for here.
        """
        if not is_expression(condition):
            return False
        try:
            answer = compile_expression(str(condition)[1:]).evaluate(self._names(), now=self.now)
        except FeelError:
            return False
        return answer is True or answer is None

    def _names(self) -> Mapping[str, Any]:
        special = {"this": self.this, "parent": self.parent, "i": list(self.i)}
        return special | dict(self.data) | {f"_{name}_": value for name, value in special.items()}


def is_expression(value: object) -> bool:
    return isinstance(value, str) and value.startswith("=")
