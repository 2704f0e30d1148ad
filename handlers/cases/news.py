"""Who is told of what happened to a case; one notice a call, person and template (P15)."""

from __future__ import annotations

from typing import Any

from handlers.cases.models import Case
from handlers.notifications import api as notifications

CUSTOMER_SERVICE = "platform/customer_service"
FINANCE = "platform/finance"


def approved(case: Case, event: str) -> None:
    """The buyer learns how much was granted."""
    _tell(case, event, "approved", case.buyer, amount=case.amount_agreed)


def offer_made(case: Case, event: str) -> None:
    """The buyer learns of the open offer."""
    offer = case.offers.latest("number")
    _tell(case, event, "offer_made", case.buyer, amount=offer.amount)


def offer_answered(case: Case, event: str) -> None:
    """The seller learns what became of the offer."""
    offer = case.offers.latest("number")
    _tell(case, event, f"offer_{offer.answer}", _seller(case), amount=offer.amount)


def rejected(case: Case, event: str) -> None:
    """The buyer learns that the seller refuses."""
    _tell(case, event, "rejected", case.buyer)


def amended(case: Case, event: str) -> None:
    """The seller learns that the buyer asks again."""
    _tell(case, event, "amended", _seller(case), amount=case.amount_requested)


def withdrawn(case: Case, event: str) -> None:
    """Both sides learn that the case is over."""
    _tell(case, event, "withdrawn", _seller(case))
    _tell(case, event, "withdrawn", case.buyer)


def not_eligible(case: Case, event: str) -> None:
    """The buyer learns that the rules say no."""
    _tell(case, event, "not_eligible", case.buyer)


def shipped_meanwhile(case: Case, event: str) -> None:
    """The buyer learns that the goods have left."""
    _tell(case, event, "shipped_meanwhile", case.buyer)


def dispute_opened(case: Case, event: str) -> None:
    """Both sides and customer service learn of the dispute."""
    for recipient in (case.buyer, _seller(case), CUSTOMER_SERVICE):
        _tell(case, event, "dispute_opened", recipient)


def verdict(case: Case, event: str, *, outcome: str) -> None:
    """Both sides learn of the verdict."""
    for recipient in (case.buyer, _seller(case)):
        _tell(case, event, f"verdict_{outcome}", recipient, amount=case.amount_agreed)


def refund_failed(case: Case, event: str, *, owed: int) -> None:
    """Finance learns that a refund needs a hand, and for how much of it."""
    _tell(case, event, "refund_failed", FINANCE, amount=owed or case.amount_agreed)


def refund_reversed(case: Case, event: str) -> None:
    """Finance and the buyer learn that the money came back."""
    for recipient in (FINANCE, case.buyer):
        _tell(case, event, "refund_reversed", recipient, amount=case.amount_agreed)


def _seller(case: Case) -> str:
    return f"{case.tenant}/seller"


def _tell(case: Case, event: str, template: str, to: str, **params: Any) -> None:
    notifications.notify(
        event=event,
        template=template,
        to=to,
        case_no=case.case_no,
        tenant=case.tenant,
        region=case.region,
        params={"order_no": case.order_no, "currency": case.currency, **params},
    )
