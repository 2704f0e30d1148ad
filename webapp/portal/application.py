"""The buyer's application for a refund, from what was typed to what is asked for.

Only the shape is judged here (numbers, amounts against what the page showed); whether it
is granted is for `handlers.cases`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from handlers.cases import api as cases
from handlers.orders import api as orders
from webapp import speech, wording

AMOUNT_ONLY = "amount"
MAX_FILES = 9
MAX_DESCRIPTION = 2000
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
    application = _empty(order)
    for line in application.lines:
        line.qty = line.choices[0].value if line.choices else AMOUNT_ONLY
        line.amount = speech.plain(line.maximum, order.currency)
    open_lines = [line for line in application.lines if line.choices]
    if len(open_lines) == 1:
        open_lines[0].chosen = True
    return application


def typed(request: HttpRequest, order: orders.OrderMoney) -> Application:
    """The application as it was sent, with its mistakes."""
    sent = {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    application = _empty(order)
    application.reason = sent.get("reason", "")
    application.description = sent.get("description", "").strip()
    application.with_shipping = sent.get("shipping") == "on"
    application.token = sent.get("token", "")[:64] or application.token
    for line in application.lines:
        _read_line(line, sent, order.currency)
    _check_whole(application)
    if not sent.keys() <= _names(application) or sent.get("evidence"):
        application.errors[""] = _("Something does not belong to this form. Please load it again.")
    return application


def _names(application: Application) -> set[str]:
    """All that the page has fields for; a browser without scripts names a field without files."""
    numbers = [line.line.line_no for line in application.lines]
    fields = {f"{name}-{number}" for name in ("line", "qty", "amount") for number in numbers}
    return fields | {
        *("csrfmiddlewaretoken", "token", "reason", "description", "shipping", "evidence")
    }


def read_files(request: HttpRequest) -> list[cases.Upload]:
    """The evidence that was sent.

    Raises:
        ValueError: too many or too large, with the sentence for the page.
    """
    files = request.FILES.getlist("evidence")
    if len(files) > MAX_FILES:
        raise ValueError(_("Up to %(count)s files, please.") % {"count": MAX_FILES})
    return [cases.Upload(name=file.name or "file", data=_bytes_of(file)) for file in files]


def _bytes_of(file: UploadedFile[bytes]) -> bytes:
    limit = settings.EVIDENCE_MAX_BYTES
    if (file.size or 0) > limit:
        raise ValueError(
            _("“%(name)s” is larger than %(limit)s.")
            % {"name": file.name, "limit": filesizeformat(limit)}
        )
    data: bytes = file.read()
    return data


def _empty(order: orders.OrderMoney) -> Application:
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


def _read_line(line: AskedLine, sent: Mapping[str, Any], currency: str) -> None:
    number = line.line.line_no
    line.chosen = sent.get(f"line-{number}") == "on"
    line.qty = str(sent.get(f"qty-{number}", ""))
    line.amount = str(sent.get(f"amount-{number}", "")).strip()[:40]
    if line.chosen:
        line.error = _mistake(line, currency)


def _mistake(line: AskedLine, currency: str) -> str:
    if line.qty not in {choice.value for choice in line.choices}:
        return _("Nothing more can be asked for this item in that quantity.")
    if not line.amount:
        line.amount = speech.plain(line.maximum, currency)
    try:
        amount = speech.read_money(line.amount, currency)
    except ValueError as error:
        return str(error)
    if amount > line.maximum:
        most = speech.money(line.maximum, currency)
        return _("At most %(most)s can be refunded here.") % {"most": most}
    return ""


def _check_whole(application: Application) -> None:
    if not any(line.chosen for line in application.lines):
        application.errors["lines"] = _("Choose what this is about.")
    if application.reason not in dict(application.reasons):
        application.errors["reason"] = _("Choose a reason.")
    if len(application.description) > MAX_DESCRIPTION:
        application.errors["description"] = _("Up to %(count)s characters, please.") % {
            "count": MAX_DESCRIPTION
        }
