"""What the provider reads and writes: a refund as it is ordered, pictured, or refused."""

from __future__ import annotations

from typing import Any

from handlers.refunds.simulator.books import iso


class Refused(Exception):
    """A business refusal: nothing was executed."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def order_of(body: dict[str, Any]) -> dict[str, Any]:
    """The order that a body holds.

    Raises:
        Refused: something is missing or out of range.
    """
    try:
        amount = body["amount"]
        order = {
            "key": str(body["out_refund_no"]),
            "payment_ref": str(body["transaction_id"]),
            "amount": amount["refund"],
            "total": amount["total"],
            "currency": str(amount["currency"]),
            "reason": str(body.get("reason", "")),
            "notify_url": str(body.get("notify_url", "")),
        }
    except (KeyError, TypeError) as error:
        raise Refused("PARAM_ERROR", f"Missing {error}") from error
    if type(order["amount"]) is not int or type(order["total"]) is not int:
        raise Refused("PARAM_ERROR", "Amounts are whole minor units")
    if not 0 < order["amount"] <= order["total"] or not order["key"] or len(order["key"]) > 64:
        raise Refused("PARAM_ERROR", "Amount or number out of range")
    if order["payment_ref"].startswith("none-"):
        raise Refused("RESOURCE_NOT_EXISTS", "No such payment", 404)
    return order


def repeated(known: dict[str, Any], order: dict[str, Any]) -> dict[str, Any]:
    """The same number again refunds once; with other figures it is an error."""
    for name in ("payment_ref", "amount", "total", "currency"):
        if known[name] != order[name]:
            raise Refused("INVALID_REQUEST", f"Same number, other {name}")
    return picture_of(known)


def picture_of(row: dict[str, Any]) -> dict[str, Any]:
    """The provider's picture of a refund: in answers and in callbacks."""
    return {
        "refund_id": row["refund_id"],
        "out_refund_no": row["key"],
        "transaction_id": row["payment_ref"],
        "status": row["status"],
        "changed_at": iso(row["changed_at"]),
        "amount": {
            "refund": row["amount"],
            "total": row["total"],
            "currency": row["currency"],
        },
    }
