"""The page of a buyer's application for a refund: what it shows, and what it asks for.

What was sent is read in `posted`, where only its shape is judged (numbers, amounts against
what the page showed); whether it is granted is for `handlers.cases`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from handlers.cases import api as cases
from handlers.orders import api as orders
from webapp import speech, wording

AMOUNT_ONLY = "amount"
_PLACES = {
    "lines": "h-lines",
    "reason": "reasons",
    "description": "description",
    "evidence": "evidence",
}
"""Where on the page a mistake is put right."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to ask for a line: some units of it, or only money."""

    value: str
    """A number of units, or `amount`."""
    maximum: int


@dataclass(kw_only=True)
class AskedLine:
    """An order line on the page: what may be asked, and what was typed."""

    line: orders.LineMoney
    proof: orders.LineCeiling
    choices: Sequence[Choice]
    why_not: str = ""
    """Why nothing can be asked for, when there are no choices."""
    chosen: bool = False
    qty: str = "1"
    amount: str = ""
    error: str = ""

    @property
    def maximum(self) -> int:
        """The most that may be asked for with the present quantity."""
        by_value = {choice.value: choice.maximum for choice in self.choices}
        return by_value.get(self.qty, max(by_value.values(), default=0))


@dataclass(kw_only=True)
class Application:
    """The page's state: it is drawn from this, refused or new."""

    order: orders.OrderMoney
    lines: list[AskedLine]
    reasons: Sequence[tuple[str, Any]]
    """What may be given as a reason for at least one of the lines."""
    shipping_by_reason: Mapping[str, int]
    reason: str = ""
    description: str = ""
    with_shipping: bool = False
    token: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    """By field: lines, reason, description, evidence; `` for all of it."""

    @property
    def possible(self) -> bool:
        """Whether anything can be asked for at all."""
        return any(line.choices for line in self.lines)

    @property
    def most_shipping(self) -> int:
        """The most of the shipping costs that any reason lets back."""
        return max(self.shipping_by_reason.values(), default=0)

    @property
    def shipping(self) -> int:
        """How much of the shipping costs is asked for."""
        return self.shipping_by_reason.get(self.reason, 0) if self.with_shipping else 0

    @property
    def sound(self) -> bool:
        """Whether it can be sent on."""
        return not self.errors and not any(line.error for line in self.lines)

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """What is to be looked at: the id of its field, if there is one, and the sentence."""
        found = [(_PLACES.get(name, ""), text) for name, text in self.errors.items()]
        return found + [
            (f"amount-{line.line.line_no}", f"{wording.title(line.line.title)}: {line.error}")
            for line in self.lines
            if line.error
        ]

    def asked(self) -> list[cases.RequestedLine]:
        """The lines that were chosen, in minor units; call it when the application is sound."""
        currency = self.order.currency
        return [
            cases.RequestedLine(
                line_no=line.line.line_no,
                qty=None if line.qty == AMOUNT_ONLY else int(line.qty),
                amount=speech.read_money(line.amount, currency),
            )
            for line in self.lines
            if line.chosen
        ]

    def refuse(self, sentence: str, name: str) -> None:
        """Put a sentence of the case desk beside what it is about."""
        chosen = [line for line in self.lines if line.chosen]
        if name == "amount" and len(chosen) == 1:
            chosen[0].error = sentence
        else:
            self.errors[{"amount": "lines"}.get(name, name)] = sentence


def blank(order: orders.OrderMoney) -> Application:
    """A new application; a single line is chosen already."""
    application = empty(order)
    for line in application.lines:
        line.qty = line.choices[0].value if line.choices else AMOUNT_ONLY
        line.amount = speech.plain(line.maximum, order.currency)
    open_lines = [line for line in application.lines if line.choices]
    if len(open_lines) == 1:
        open_lines[0].chosen = True
    return application


def empty(order: orders.OrderMoney) -> Application:
    """The page of an order on which nothing is typed yet."""
    rules = cases.eligibility_of(order.order_no, order.buyer)
    allowed = {reason for line in rules.lines for reason in line.reasons}
    proofs = {proof.line_no: proof for proof in orders.ceiling_of(order).lines}
    by_number = {line.line_no: line for line in rules.lines}
    return Application(
        order=order,
        lines=[
            AskedLine(
                line=line,
                proof=proofs[line.line_no],
                choices=_choices(by_number[line.line_no]),
                why_not=str(by_number[line.line_no].sentence),
            )
            for line in order.lines
        ],
        reasons=[(code, label) for code, label in cases.reasons() if code in allowed],
        shipping_by_reason=rules.max_shipping,
        token=uuid4().hex,
    )


def _choices(rules: cases.LineEligibility) -> list[Choice]:
    if not rules.reasons:
        return []
    by_qty = list(enumerate(rules.max_by_qty, start=1))
    found = [Choice(value=str(qty), maximum=most) for qty, most in reversed(by_qty)]
    found.append(Choice(value=AMOUNT_ONLY, maximum=rules.max_amount_only))
    return [choice for choice in found if choice.maximum > 0]
