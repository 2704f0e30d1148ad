"""The texts of notices, written out in whatever language is active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handlers import currencies

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Template:
    """Title and text with the placeholders `case_no`, `order_no` and `amount`."""

    title: Text
    text: Text


TEMPLATES: dict[str, Template] = {
    "new_request": Template(
        title=_("New refund request"),
        text=_("A buyer asks for a refund: case %(case_no)s. Please decide."),
    ),
    "amended": Template(
        title=_("The buyer asks again"),
        text=_("The buyer now asks for %(amount)s on order %(order_no)s. Please decide."),
    ),
    "approved": Template(
        title=_("Your refund is approved"),
        text=_("%(amount)s of order %(order_no)s goes back the way you paid."),
    ),
    "offer_made": Template(
        title=_("The seller makes an offer"),
        text=_("The seller offers %(amount)s on order %(order_no)s. Please accept or decline."),
    ),
    "offer_accepted": Template(
        title=_("Your offer is accepted"), text=_("The buyer accepts %(amount)s.")
    ),
    "offer_declined": Template(
        title=_("Your offer is declined"),
        text=_("The buyer declines %(amount)s. Please decide again."),
    ),
    "offer_lapsed": Template(
        title=_("Your offer has lapsed"),
        text=_("The buyer did not answer the offer of %(amount)s. Please decide again."),
    ),
    "rejected": Template(
        title=_("The seller refuses"),
        text=_("You can change your request, call in customer service, or withdraw."),
    ),
    "withdrawn": Template(
        title=_("The request is withdrawn"), text=_("The case about order %(order_no)s is closed.")
    ),
    "not_eligible": Template(
        title=_("No refund is possible"),
        text=_("The rules allow no refund on order %(order_no)s. The case is closed."),
    ),
    "shipped_meanwhile": Template(
        title=_("Your order has left"),
        text=_("Order %(order_no)s was shipped. Please say whether you keep your request."),
    ),
    "dispute_opened": Template(
        title=_("Customer service looks into it"),
        text=_("Both sides can state their view and add evidence."),
    ),
    "dispute_late": Template(
        title=_("A dispute waits too long"),
        text=_("Nobody has answered the dispute of case %(case_no)s in time."),
    ),
    "verdict_refund": Template(
        title=_("Customer service has decided"), text=_("%(amount)s will be refunded.")
    ),
    "verdict_none": Template(
        title=_("Customer service has decided"),
        text=_("There is no refund on order %(order_no)s. The case is closed."),
    ),
    "refunded": Template(
        title=_("Your money is back"),
        text=_("The refund of case %(case_no)s has arrived."),
    ),
    "refund_failed": Template(
        title=_("A refund failed"),
        text=_("%(amount)s of order %(order_no)s could not be refunded. Please decide what to do."),
    ),
    "refund_reversed": Template(
        title=_("A refund came back"),
        text=_("The provider took back the refund on order %(order_no)s. Finance looks into it."),
    ),
}
OTHERWISE = Template(title=_("News about your case"), text=_("Please look at the case."))
"""Whatever a diagram may name: a notice without a text of its own still says where to look."""


def written(template: str, *, case_no: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Title and text in the active language; what is missing reads as an ellipsis."""
    found = TEMPLATES.get(template, OTHERWISE)
    words = {
        "case_no": case_no,
        "order_no": params.get("order_no") or "…",
        "amount": amount_text(params.get("amount"), str(params.get("currency") or "")),
    }
    return str(found.title), str(found.text) % words


def amount_text(minor: Any, currency: str) -> str:
    """Minor units as people read them on every page."""
    if isinstance(minor, bool) or not isinstance(minor, int):
        return "…"
    return currencies.written(minor, currency)
