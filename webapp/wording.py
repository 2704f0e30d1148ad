"""The words for codes: what staff and buyers read where the program has a status or a name.

Diagrams and forms bring their own translations; what sellers sell is in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from handlers.cases import api as cases
from processes import queries
from webapp import speech

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Said:
    """A code in words, with the tone of its badge."""

    label: Text
    tone: str = "neutral"
    """neutral, info, warning, success or danger."""


_STAFF = {
    "draft": Said(label=_("Draft")),
    "submitted": Said(label=_("Waiting for seller"), tone="info"),
    "negotiating": Said(label=_("Offer made"), tone="info"),
    "approved": Said(label=_("Approved"), tone="info"),
    "rejected": Said(label=_("Rejected"), tone="warning"),
    "disputed": Said(label=_("In dispute"), tone="warning"),
    "refunding": Said(label=_("Refunding"), tone="info"),
    "refund_failed": Said(label=_("Refund failed"), tone="danger"),
    "refunded": Said(label=_("Refunded"), tone="success"),
    "reversed": Said(label=_("Refund came back"), tone="danger"),
    "withdrawn": Said(label=_("Withdrawn")),
    "closed_by_verdict": Said(label=_("Closed by verdict")),
    "not_eligible": Said(label=_("Not eligible")),
}
_BUYER = _STAFF | {
    "submitted": Said(label=_("With the seller"), tone="info"),
    "negotiating": Said(label=_("You have an offer"), tone="warning"),
    "rejected": Said(label=_("Declined by the seller"), tone="warning"),
    "disputed": Said(label=_("With customer service"), tone="info"),
    "refunding": Said(label=_("Money is on its way"), tone="info"),
    "refund_failed": Said(label=_("Payment needs help"), tone="warning"),
    "closed_by_verdict": Said(label=_("Closed: no refund")),
    "not_eligible": Said(label=_("Not possible")),
}
_ORDER = {
    "pending_payment": Said(label=_("Waiting for payment")),
    "to_ship": Said(label=_("Preparing"), tone="info"),
    "to_receive": Said(label=_("On its way"), tone="info"),
    "completed": Said(label=_("Delivered"), tone="success"),
    "closed": Said(label=_("Closed")),
}
OPEN = ("submitted", "negotiating", "approved", "rejected", "disputed", "refunding")
ATTENTION = ("refund_failed", "reversed")
ENDED = ("refunded", "withdrawn", "closed_by_verdict", "not_eligible")
_GROUPS = {
    "seller": _("Seller's team"),
    "seller_manager": _("Seller's managers"),
    "customer_service": _("Customer service"),
    "cs_lead": _("Customer service leads"),
    "finance": _("Finance"),
    "finance_lead": _("Finance leads"),
    "admin": _("Administrators"),
}
_ACTORS = {"system": _("Afterflow"), "job": _("Afterflow"), "provider": _("Payment provider")}
_REJECTIONS: dict[str, Text] = {
    "goods_delivered": _("The goods were delivered"),
    "not_our_fault": _("The fault is not ours"),
    "evidence_missing": _("Evidence is missing"),
    "already_compensated": _("Already compensated"),
    "other": _("Another reason"),
}
_RESPONSIBLE: dict[str, Text] = {
    "seller": _("Seller"),
    "buyer": _("Buyer"),
    "carrier": _("Carrier"),
    "platform": _("Platform"),
}
_REGIONS: dict[str, Text] = {
    "cn-east": _("East China"),
    "cn-north": _("North China"),
    "cn-south": _("South China"),
    "cn-west": _("West China"),
    "eu-central": _("Central Europe"),
    "ap-southeast": _("Southeast Asia"),
}
_REFUSALS: dict[str, Text] = {
    "APPROVAL_REFUSED": _(
        "The approval could not be carried out: too little is left, or one person is missing."
    ),
    "OFFER_REFUSED": _("The offer was more than the buyer asks for."),
    "AMOUNT_REFUSED": _("The amount was above what can still be refunded."),
    "VERDICT_REFUSED": _("The verdict could not be carried out: too high, or not by two people."),
    "ROUNDS_SPENT": _("All rounds are used."),
    "FOUR_EYES": _("Two different people have to confirm, and neither may be the buyer."),
    "REFERENCE_USED": _("That bank reference proves another payment already."),
    "OWED_DIFFERS": _("Another amount is owed by now: compare it with what was transferred."),
}
_TALK: dict[tuple[str, str], Text] = {
    ("", "apply"): _("Buyer asked for a refund"),
    ("", "amend"): _("Buyer changed the request"),
    ("", "offer"): _("Seller made an offer"),
    ("", "accept"): _("Buyer accepted the offer"),
    ("", "decline"): _("Buyer declined the offer"),
    ("", "lapse"): _("The offer lapsed"),
    ("", "approve"): _("Approved"),
    ("policy", "approve"): _("Approved without anybody acting"),
    ("", "reject"): _("Seller declined the request"),
    ("", "dispute"): _("Customer service was called in"),
    ("", "verdict"): _("Customer service decided"),
    ("policy", "verdict"): _("Decided by the policy: nobody did in time"),
}
_TALK_BUYER: dict[str, Text] = {
    "apply": _("You asked"),
    "amend": _("You changed your request"),
    "accept": _("You accepted the offer"),
    "decline": _("You declined the offer"),
    "approve": _("Your request was approved"),
}
_BASES: dict[str, Text] = {
    "seller": _("Seller's decision"),
    "agreement": _("Agreement of both sides"),
    "verdict": _("Verdict of customer service"),
    "auto": _("Approved by rule"),
    "silence": _("Nobody acted in time"),
    "default": _("Default of the policy"),
}
_REFUNDS = {
    "created": Said(label=_("Prepared")),
    "submitting": Said(label=_("Being sent"), tone="info"),
    "sent": Said(label=_("Being sent"), tone="info"),
    "processing": Said(label=_("With the provider"), tone="info"),
    "unknown": Said(label=_("Outcome unknown"), tone="warning"),
    "abnormal": Said(label=_("Account refused it"), tone="danger"),
    "closed": Said(label=_("Closed by provider"), tone="warning"),
    "rejected": Said(label=_("Rejected by provider"), tone="danger"),
    "succeeded": Said(label=_("Succeeded"), tone="success"),
    "reversed": Said(label=_("Came back"), tone="danger"),
    "cancelled": Said(label=_("Cancelled")),
    "abandoned": Said(label=_("Paid another way")),
}
_PROCESSES = {
    "refund_only": pgettext_lazy("process", "Refund without return"),
    "customer_service": pgettext_lazy("process", "Dispute"),
    "refund_execution": pgettext_lazy("process", "Paying out"),
    "refund_reversed": pgettext_lazy("process", "Money came back"),
}


def case_status(code: str, *, buyer: bool = False) -> Said:
    """The status of a case, as staff or as the buyer reads it."""
    return (_BUYER if buyer else _STAFF).get(code) or Said(label=_plain(code))


def case_statuses() -> list[tuple[str, Text]]:
    """All statuses of a case, for a filter."""
    return [(code, said.label) for code, said in _STAFF.items() if code != "draft"]


def order_status(code: str) -> Said:
    """The status of an order."""
    return _ORDER.get(code) or Said(label=_plain(code))


def audience(value: str) -> str:
    """A group as people call it; the house is left out."""
    group = value.rpartition("/")[2]
    return str(_GROUPS.get(group, _plain(group)))


def process(key: str) -> str:
    """A process as people call it."""
    return str(_PROCESSES.get(key, _plain(key)))


def actor(name: str, people: Mapping[str, str]) -> str:
    """Who did it: a person's full name, or what stands behind a machine's name."""
    if name in people:
        return people[name]
    known = _ACTORS.get(name.partition(":")[0])
    return str(known) if known else name


def said(name: str, value: str, people: Mapping[str, str]) -> str:
    """The value of a task's input in words: logins become names, codes become sentences."""
    if name.endswith("_by"):
        return actor(value, people)
    known = {**dict(cases.reasons()), **_REJECTIONS, **_RESPONSIBLE, **_REFUSALS}.get(value)
    return str(known) if known else value


def reason(code: str) -> str:
    """Why a buyer asks, in words."""
    return str(dict(cases.reasons()).get(code) or _plain(code))


def talk(kind: str, role: str, *, buyer: bool = False) -> str:
    """One turn between the two sides, in words; to the buyer it says `you`."""
    known = _TALK.get((role, kind)) or (_TALK_BUYER.get(kind) if buyer else None)
    known = known or _TALK.get(("", kind))
    return str(known) if known else _plain(kind)


def basis(code: str) -> str:
    """On whose word money moves."""
    known = _BASES.get(code)
    return str(known) if known else _plain(code)


def refund_state(code: str) -> Said:
    """How far a refund or one attempt of it is."""
    return _REFUNDS.get(code) or Said(label=_plain(code))


def provider(name: str) -> str:
    """A payment provider as people call it; the empty name is ourselves."""
    return _plain(name) if name else gettext("Afterflow's own books")


def region(code: str) -> str:
    """Where a case belongs, by its name; a code of no known region as it stands."""
    return str(_REGIONS.get(code, code))


def responsible(code: str) -> str:
    """Who a verdict holds responsible."""
    known = _RESPONSIBLE.get(code)
    return str(known) if known else _plain(code)


def amount_in(variables: Mapping[str, Any]) -> str:
    """The amount among a task's inputs (major units, as diagrams hand it out); else nothing."""
    amount, currency = variables.get("amount"), variables.get("currency")
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return ""
    if not isinstance(currency, str):
        return ""
    return speech.money(round(amount * 10 ** speech.exponent(currency)), currency)


def named(drawn: Any) -> str:
    """The name of anything drawn in a diagram, in the reader's language: a task, an event."""
    name = getattr(drawn, "name", "") or getattr(drawn, "element_name", "")
    return queries.localised(name, drawn.names, get_language() or "")


def title(article: str) -> str:
    """The title of an article in the reader's language, when the catalogue has it."""
    return gettext(article) if article else ""


def _plain(code: str) -> str:
    return code.replace("_", " ").capitalize()
