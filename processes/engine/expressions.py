"""Every evaluation of a diagram goes through here, and from here only to FEEL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from processes import feel
from processes.sentences import Said, say

from .asleep import seen_through
from .errors import CannotProceed
from .findings import Findings
from .types import Element, Environment

CLOCKS = frozenset({"now", "today"})
_HINTS: Mapping[str, Said] = {
    "==": say("write one = to compare"),
    "&&": say("write “and”"),
    "||": say("write “or”"),
    "<>": say("write != for “not equal”"),
    "=>": say("write >= for “at least”"),
    "'": say("write texts between double quotes"),
    "!": say("write “not(…)”"),
    "?": say("write “if … then … else …”"),
}
"""What other languages write → how FEEL says it."""
BEGIN = "="
"""A text that begins with it is FEEL, any other text stands for itself."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A text of the diagram, ready to be evaluated."""

    element_id: str
    text: str
    formula: feel.Expression | None
    """None: the text stands for itself."""

    def value(self, variables: Mapping[str, Any], environment: Environment) -> Any:
        """Plain JSON; dates, times and durations as ISO 8601 texts.

        Raises:
            CannotProceed: FEEL refuses, e.g. its budget is spent.
        """
        if self.formula is None:
            return self.text
        try:
            found = self.formula.evaluate(
                seen_through(variables),
                now=environment.now,
                functions=environment.functions,
            )
            return feel.to_json(found)
        except feel.FeelError as error:
            sentence = f"Expected {self.text!r} to have a value, but: {error}"
            raise CannotProceed(sentence, element_id=self.element_id) from error

    def string(self, variables: Mapping[str, Any], environment: Environment) -> str:
        """Like `value`, when only a text will do; a whole number is written as one.

        Raises:
            CannotProceed: it is neither, or it is empty.
        """
        found = self.value(variables, environment)
        if isinstance(found, str) and found:
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        sentence = f"Expected {self.text!r} to give a text, found {found!r:.60}"
        raise CannotProceed(sentence, element_id=self.element_id)


def constant(text: str) -> str | None:
    """What `text` always gives, as a text; None when that depends on variables or the clock.

    What cannot be read at all is told elsewhere, and gives None too.
    """
    if not text.startswith(BEGIN):
        return text
    with suppress(feel.FeelError):
        formula = feel.compile_expression(text[1:])
        varies = formula.names or formula.functions - (feel.BUILTIN_FUNCTIONS - CLOCKS)
        if not varies and not formula.unreadable:
            found = feel.to_json(formula.evaluate({}))
            return "null" if found is None else str(found)
    return None


def _hint(error: feel.FeelError, text: str) -> Said | str:
    """How FEEL says what other languages write where `error` is; empty when nobody knows."""
    if not isinstance(error, feel.FeelSyntaxError):
        return ""
    at = error.position
    near = (text[max(0, at - 1) : at + 1], text[at : at + 2], text[at : at + 1])
    return next((_HINTS[sign] for sign in near if sign in _HINTS), "")


class Condition:
    """What a conditional event waits for."""

    def __init__(self, element: Element, compiler: Compiler) -> None:
        self._expression = compiler.formula(
            element.id, element.condition, what=say("the condition")
        )
        formula = self._expression.formula
        used = formula.functions if formula is not None else frozenset()
        for name in sorted(used - (feel.BUILTIN_FUNCTIONS - CLOCKS)):
            compiler.findings.add(
                "condition",
                element.id,
                "Expected a condition on variables, for nobody notices when {name}() changes; "
                "use a timer",
                name=name,
            )

    def holds(self, seen: Mapping[str, Any], environment: Environment) -> bool:
        """Whether it is true; what is not known yet, null, is not true.

        Raises:
            CannotProceed: it is neither true nor false nor null.
        """
        found = self._expression.value(seen, environment)
        if found is None or isinstance(found, bool):
            return bool(found)
        sentence = say(
            "Expected the condition {condition!r} to be true or false, found {found:.60}",
            condition=self._expression.text,
            found=repr(found),
        )
        raise CannotProceed(sentence, element_id=self._expression.element_id)


class Compiler:
    """Compiles the texts of one bundle; what is not FEEL becomes a finding."""

    def __init__(self, functions: Collection[str], findings: Findings) -> None:
        self._known = frozenset(functions)
        self.findings = findings

    def expression(self, element_id: str, text: str) -> Expression:
        """`text` as drawn, FEEL or not."""
        if not text.startswith(BEGIN):
            return Expression(element_id, text, None)
        return Expression(element_id, text, self._formula(element_id, text[1:]))

    def formula(self, element_id: str, text: str, *, what: Said) -> Expression:
        """`text` as drawn; `what` it is cannot be a fixed text."""
        if not text.startswith(BEGIN):
            self.findings.add(
                "no-equals-sign",
                element_id,
                "Expected {what} in FEEL, beginning with =, found {found!r:.80}",
                what=what,
                found=text,
            )
        return self.expression(element_id, text)

    def _formula(self, element_id: str, text: str) -> feel.Expression | None:
        try:
            formula = feel.compile_expression(text)
        except feel.FeelError as error:
            self.findings.add(
                "bad-feel",
                element_id,
                "Expected FEEL, but in {text!r:.80}: {error}; {hint}"
                if (hint := _hint(error, text))
                else "Expected FEEL, but in {text!r:.80}: {error}",
                text=text,
                error=str(error),
                hint=hint,
            )
            return None
        for name in sorted(formula.functions - self._known):
            self.findings.add(
                "unknown-function",
                element_id,
                "Expected a function that FEEL or the house knows, found {name!r} in {text!r:.80}",
                name=name,
                text=text,
            )
        for found in sorted(formula.unreadable):
            self.findings.add(
                "bad-feel",
                element_id,
                "Expected a date, time or duration that exists, found {found!r:.60} "
                "in {text!r:.80}",
                found=found,
                text=text,
            )
        return formula
