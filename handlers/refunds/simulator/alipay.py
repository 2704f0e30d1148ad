"""A second dialect of the same provider: Alipay-like, answered at once, never calling back.

`fund_change` says whether this call moved money. The same number again answers `N` without an
error, and code 10000 on a query does not mean refunded: its data does.
"""

from __future__ import annotations

from typing import Any

from handlers.refunds.simulator.faults import Fault
from handlers.refunds.simulator.messages import Refused
from handlers.refunds.simulator.provider import Provider

_SUB_CODES = {
    "NOT_ENOUGH": "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    "USER_ACCOUNT_ABNORMAL": "ACQ.TRADE_HAS_FINISHED",
    "INVALID_REQUEST": "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "RESOURCE_NOT_EXISTS": "ACQ.TRADE_NOT_EXIST",
}


def answer(provider: Provider, body: dict[str, Any]) -> tuple[Fault | None, dict[str, Any]]:
    """Answer one call of the gateway, errors in the body as this dialect has it.

    Raises:
        Refused: only for what it answers with an HTTP status too.
    """
    method = body.get("method")
    if method == "trade.refund":
        return _refund(provider, body)
    if method == "trade.refund.query":
        return None, _query(provider, str(body.get("out_request_no", "")))
    raise Refused("PARAM_ERROR", "No such method", 404)


def _refund(provider: Provider, body: dict[str, Any]) -> tuple[Fault | None, dict[str, Any]]:
    known = provider.books.one(
        "SELECT 1 FROM refunds WHERE key = ?", str(body.get("out_request_no"))
    )
    try:
        taken = provider.submit(_order_of(body))
    except KeyError as error:
        raise Refused("PARAM_ERROR", f"Missing {error}") from error
    except Refused as refused:
        if refused.status in (429, 500):
            raise
        sub_code = _SUB_CODES.get(refused.code, "ACQ.INVALID_PARAMETER")
        return None, {"code": "40004", "sub_code": sub_code, "sub_msg": str(refused)}
    if not known and taken.fault not in (Fault.DELAYED, Fault.CLOSED):
        provider.tick(refund_id=taken.picture["refund_id"])
    picture = provider.picture(taken.picture["refund_id"])
    moved = not known and picture["status"] == "SUCCESS"
    return taken.fault, _picture(picture) | {"fund_change": "Y" if moved else "N"}


def _order_of(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "out_refund_no": body["out_request_no"],
        "transaction_id": body["trade_no"],
        "reason": body.get("refund_reason", ""),
        "amount": {
            "refund": _minor(body["refund_amount"]),
            "total": _minor(body["total_amount"]),
            "currency": body["currency"],
        },
    }


def _query(provider: Provider, key: str) -> dict[str, Any]:
    try:
        picture = provider.query(key)
    except Refused as refused:
        if refused.code == "RESOURCE_NOT_EXISTS":
            return {"code": "10000", "out_request_no": key}
        raise
    status = {"SUCCESS": "REFUND_SUCCESS", "CLOSED": "REFUND_FAIL"}.get(picture["status"])
    return _picture(picture) | ({"refund_status": status} if status else {})


def _picture(picture: dict[str, Any]) -> dict[str, Any]:
    amount = picture["amount"]
    return {
        "code": "10000",
        "out_request_no": picture["out_refund_no"],
        "trade_no": picture["transaction_id"],
        "refund_id": picture["refund_id"],
        "refund_amount": f"{amount['refund'] // 100}.{amount['refund'] % 100:02d}",
        "total_amount": f"{amount['total'] // 100}.{amount['total'] % 100:02d}",
        "currency": amount["currency"],
        "gmt_refund_pay": picture["changed_at"],
    }


def _minor(text: Any) -> int:
    whole, _, cents = str(text).partition(".")
    if not whole.isdigit() or len(cents) != 2 or not cents.isdigit():
        raise Refused("PARAM_ERROR", "Amounts have two decimals")
    return int(whole) * 100 + int(cents)
