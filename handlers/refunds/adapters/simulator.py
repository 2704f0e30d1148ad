"""The adapter of the payment simulator: WeChat-Pay-like, asynchronous, signed both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from handlers.refunds.adapters.wire import BILL, Answer, Wire, read_json, secrets_of
from handlers.refunds.port import (
    BillRow,
    BillUnavailable,
    CallbackRefused,
    Capabilities,
    Fact,
    Mode,
    Notice,
    Outcome,
    ProviderConfig,
    Reply,
    Request,
    Status,
)
from handlers.refunds.signing import BadSignature, verify
from processes import clock

_STATUSES = {
    "PROCESSING": Status.PROCESSING,
    "SUCCESS": Status.SUCCEEDED,
    "CLOSED": Status.CLOSED,
    "ABNORMAL": Status.ABNORMAL,
}
_OUTCOMES = {
    Status.PROCESSING: Outcome.ACCEPTED,
    Status.SUCCEEDED: Outcome.DONE,
    Status.CLOSED: Outcome.REJECTED,
    Status.ABNORMAL: Outcome.ACCEPTED,
    Status.NOT_FOUND: Outcome.REJECTED,
}


class SimulatorGateway:
    """Speaks to `python -m handlers.refunds.simulator`."""

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._wire = Wire(config, more_headers=our_clock)
        self.capabilities = Capabilities(
            mode=config.mode,
            settle=config.settle,
            min_interval=config.min_interval,
            call_timeout=config.call_timeout,
            can_query=config.mode is not Mode.NONE,
        )

    def submit(self, request: Request) -> Reply:
        answer = self._wire.call(
            "POST",
            "/v3/refunds",
            {
                "out_refund_no": request.provider_key,
                "transaction_id": request.payment_ref,
                "reason": request.reason,
                "notify_url": request.notify_url,
                "amount": {
                    "refund": request.amount,
                    "total": request.total,
                    "currency": request.currency,
                },
            },
        )
        return _reply(answer)

    def query(self, provider_key: str) -> Reply:
        answer = self._wire.call("GET", f"/v3/refunds/{quote(provider_key, safe='')}")
        if isinstance(answer, Answer) and answer.body.get("code") == "RESOURCE_NOT_EXISTS":
            fact = Fact(provider_key=provider_key, status=Status.NOT_FOUND)
            return Reply(
                outcome=Outcome.REJECTED, code="RESOURCE_NOT_EXISTS", raw=answer.raw, fact=fact
            )
        return _reply(answer)

    def retry_abnormal(self, *, provider_key: str, provider_ref: str) -> Reply:
        path = f"/v3/refunds/{quote(provider_ref, safe='')}/apply-abnormal-refund"
        body = {"out_refund_no": provider_key, "type": "USER_BANK_CARD"}
        return _reply(self._wire.call("POST", path, body))

    def parse_callback(self, headers: Mapping[str, str], body: bytes) -> Notice:
        try:
            verify(headers, secrets_by_id=secrets_of(self._config), subject="NOTIFY", body=body)
        except BadSignature as error:
            raise CallbackRefused(error.reason) from error
        try:
            notice = read_json(body)
            notify_id, fact = notice["id"], fact_of(notice["resource"])
        except (ValueError, KeyError, TypeError) as error:
            raise CallbackRefused("schema") from error
        if not isinstance(notify_id, str) or not 0 < len(notify_id) <= 64:
            raise CallbackRefused("schema")
        return Notice(notify_id=notify_id, fact=fact)

    def download_bill(self, day: date) -> Sequence[BillRow]:
        answer = self._wire.call("GET", f"/v3/bill?date={day.isoformat()}", allowing=BILL)
        if isinstance(answer, Reply) or answer.status != 200:
            raise BillUnavailable(f"Expected the bill of {day}, but found {answer}")
        try:
            return [_bill_row(row) for row in answer.body["refunds"]]
        except (KeyError, TypeError, ValueError) as error:
            raise BillUnavailable(f"Expected a bill of {day}, but found {error!r}") from error


def our_clock() -> dict[str, str]:
    """How far our business clock is ahead: the simulator follows, as no real provider would."""
    return {"Sim-Clock-Offset": str(clock.offset().total_seconds())}


def _bill_row(row: Mapping[str, Any]) -> BillRow:
    return BillRow(
        provider_key=row["out_refund_no"],
        payment_ref=row["transaction_id"],
        provider_ref=row["refund_id"],
        amount=row["refund"],
        currency=row["currency"],
        at=datetime.fromisoformat(row["success_time"]),
    )


def fact_of(resource: Mapping[str, Any]) -> Fact:
    """Read the provider's picture of a refund, types checked.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    amount = resource["amount"]
    for name in ("refund", "total"):
        if type(amount[name]) is not int:
            raise TypeError(f"Expected {name} in minor units")
    changed_at = datetime.fromisoformat(resource["changed_at"])
    if changed_at.tzinfo is None:
        raise ValueError("Expected a moment with its zone")
    return Fact(
        provider_key=str(resource["out_refund_no"]),
        status=_STATUSES[resource["status"]],
        payment_ref=str(resource["transaction_id"]),
        provider_ref=str(resource["refund_id"])[:64],
        amount=amount["refund"],
        total=amount["total"],
        currency=str(amount["currency"]),
        changed_at=changed_at,
    )


def _reply(answer: Answer | Reply) -> Reply:
    if isinstance(answer, Reply):
        return answer
    if answer.status >= 400:
        code = str(answer.body.get("code", f"HTTP_{answer.status}"))[:64]
        message = str(answer.body.get("message", ""))[:400]
        return Reply(outcome=Outcome.REJECTED, code=code, message=message, raw=answer.raw)
    try:
        fact = fact_of(answer.body)
    except (KeyError, TypeError, ValueError) as error:
        return Reply(
            outcome=Outcome.UNKNOWN, code="BROKEN_BODY", message=repr(error), raw=answer.raw
        )
    return Reply(
        outcome=_OUTCOMES[fact.status],
        code=fact.status.upper(),
        provider_ref=fact.provider_ref,
        raw=answer.raw,
        fact=fact,
    )
