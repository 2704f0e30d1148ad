"""The service tasks `refund.*`: what diagrams may ask of refunds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from handlers.refunds import driving, preparing, transfers
from handlers.refunds.caps import check_whole
from handlers.refunds.errors import (
    AboveCeiling,
    FourEyesMissing,
    NotTerminal,
    OwedDiffers,
    ReferenceUsed,
    RefundError,
    UnknownRefund,
)
from processes.contract import BpmnError, Call, Output, PermanentFailure, handles


@handles("refund.prepare", errors=("CEILING_EXCEEDED",))
def prepare(call: Call) -> Output:
    """Make the refund order of the case's hold, or ready the one there is for another try.

    Throws CEILING_EXCEEDED when something was refunded besides.
    """
    try:
        with transaction.atomic():
            refund = preparing.prepare(_text(call, "case_no"))
    except AboveCeiling as error:
        raise BpmnError("CEILING_EXCEEDED", str(error)) from error
    except RefundError as error:
        raise PermanentFailure(str(error)) from error
    return {"refund_no": refund.refund_no, "provider_key": refund.waiting_key}


@handles("refund.submit", errors=())
def submit(call: Call) -> Output:
    """Send the refund to its provider."""
    with _for_good():
        return {"outcome": driving.submit(_text(call, "provider_key"), deadline=call.deadline)}


@handles("refund.query", errors=())
def query(call: Call) -> Output:
    """Ask the provider what became of it."""
    with _for_good():
        return {"outcome": driving.query(_text(call, "provider_key"), deadline=call.deadline)}


@handles("refund.retry_abnormal", errors=())
def retry_abnormal(call: Call) -> Output:
    """Have an abnormal refund sent to another account of the buyer."""
    with _for_good():
        key = _text(call, "provider_key")
        return {"outcome": driving.retry_abnormal(key, deadline=call.deadline)}


@handles("refund.new_attempt", errors=("NOT_TERMINAL",))
def new_attempt(call: Call) -> Output:
    """A new provider key. Throws NOT_TERMINAL while the old one may still pay."""
    try:
        with transaction.atomic():
            refund = preparing.new_attempt(_text(call, "refund_no"))
    except NotTerminal as error:
        raise BpmnError("NOT_TERMINAL", str(error)) from error
    except RefundError as error:
        raise PermanentFailure(str(error)) from error
    return {"provider_key": refund.waiting_key}


@handles("refund.offline", errors=("FOUR_EYES",))
def offline(call: Call) -> Output:
    """Record a payment that went another way. Throws FOUR_EYES when it cannot be recorded as
    two people have said: `why` tells finance what to look at, `owed_now` what is owed by now."""
    inputs = call.inputs
    try:
        refund_no = transfers.refund_no_for(
            refund_no=str(inputs.get("refund_no") or ""), case_no=str(inputs.get("case_no") or "")
        )
        driving.ask_once(refund_no, deadline=call.deadline)
        with transaction.atomic():
            transfers.pay_offline(refund_no, _transfer(inputs))
    except (FourEyesMissing, ReferenceUsed, OwedDiffers) as error:
        now = {"why": _WHY[type(error)], "owed_now": getattr(error, "owed", None)}
        raise BpmnError("FOUR_EYES", str(error), variables=now) from error
    except (RefundError, UnknownRefund) as error:
        raise PermanentFailure(str(error)) from error
    return {"outcome": "succeeded"}


_WHY = {
    FourEyesMissing: "FOUR_EYES",
    ReferenceUsed: "REFERENCE_USED",
    OwedDiffers: "OWED_DIFFERS",
}


def _transfer(inputs: Mapping[str, Any]) -> transfers.Transfer:
    amount = inputs.get("amount")
    if amount is not None:
        check_whole(amount)
    return transfers.Transfer(
        by=str(inputs.get("by") or ""),
        second_by=str(inputs.get("second_by") or ""),
        bank_reference=str(inputs.get("bank_reference") or "").strip(),
        proof=str(inputs.get("proof") or "").strip(),
        amount=amount,
    )


@contextmanager
def _for_good() -> Iterator[None]:
    """What refunds refuse for good becomes an incident at once."""
    try:
        yield
    except RefundError as error:
        raise PermanentFailure(str(error)) from error


def _text(call: Call, name: str) -> str:
    value = call.inputs.get(name)
    if not isinstance(value, str) or not value:
        raise PermanentFailure(f"Expected {call.topic} to be given {name}, but found {value!r}")
    return value
