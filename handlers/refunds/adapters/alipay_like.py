"""The adapter of an Alipay-like provider: answered at once, no callbacks, queried when unsure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from handlers.orders.api import Money, MoneyError
from handlers.refunds.adapters.simulator import SimulatorGateway, our_clock
from handlers.refunds.adapters.wire import Answer, Wire
from handlers.refunds.port import (
    BillRow,
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

_UNKNOWN = {"20000", "20001", "40006"}
"""Documented as: the same parameters again, then query."""


class AlipayLikeGateway:
    """Speaks the second dialect of the simulator. Amounts travel as text with two decimals."""

    def __init__(self, config: ProviderConfig) -> None:
        self._wire = Wire(config, more_headers=our_clock)
        self._bills = SimulatorGateway(config)
        self.capabilities = Capabilities(
            mode=config.mode,
            settle=config.settle,
            min_interval=None,
            max_partial=None,
            call_timeout=config.call_timeout,
            can_query=config.mode is not Mode.NONE,
        )

    def submit(self, request: Request) -> Reply:
        body = {
            "method": "trade.refund",
            "out_request_no": request.provider_key,
            "trade_no": request.payment_ref,
            "refund_amount": str(Money(request.amount, request.currency).major),
            "total_amount": str(Money(request.total, request.currency).major),
            "currency": request.currency,
            "refund_reason": request.reason,
        }
        answer = self._answer(body)
        if isinstance(answer, Reply):
            return answer
        moved = answer.body.get("fund_change") == "Y"
        # N without an error: this call moved nothing, an earlier one may have. Ask.
        return _reply(answer, Status.SUCCEEDED if moved else Status.PROCESSING)

    def query(self, provider_key: str) -> Reply:
        answer = self._answer({"method": "trade.refund.query", "out_request_no": provider_key})
        if isinstance(answer, Reply):
            return answer
        status = {
            "REFUND_SUCCESS": Status.SUCCEEDED,
            "REFUND_FAIL": Status.CLOSED,
        }.get(str(answer.body.get("refund_status")))
        if status is None and "refund_id" not in answer.body:
            fact = Fact(provider_key=provider_key, status=Status.NOT_FOUND)
            return Reply(outcome=Outcome.REJECTED, code="NOT_FOUND", raw=answer.raw, fact=fact)
        return _reply(answer, status or Status.PROCESSING)

    def retry_abnormal(self, *, provider_key: str, provider_ref: str) -> Reply:
        return Reply(
            outcome=Outcome.REJECTED, code="NOT_SUPPORTED", message=f"{provider_key} {provider_ref}"
        )

    def parse_callback(
        self,
        headers: Mapping[str, str],  # noqa: ARG002 - the port's signature; it never calls back
        body: bytes,  # noqa: ARG002
    ) -> Notice:
        raise CallbackRefused("not_expected")

    def download_bill(self, day: date) -> Sequence[BillRow]:
        return self._bills.download_bill(day)

    def _answer(self, body: dict[str, Any]) -> Answer | Reply:
        """A signed answer of code 10000, or the Reply that anything else means."""
        answer = self._wire.call("POST", "/gateway", body)
        if isinstance(answer, Reply) or answer.body.get("code") == "10000":
            return answer
        code = str(answer.body.get("sub_code") or answer.body.get("code"))[:64]
        unknown = answer.body.get("code") in _UNKNOWN
        return Reply(
            outcome=Outcome.UNKNOWN if unknown else Outcome.REJECTED,
            code=code,
            message=str(answer.body.get("sub_msg", ""))[:400],
            raw=answer.raw,
        )


def _reply(answer: Answer, status: Status) -> Reply:
    try:
        fact = _fact(answer.body, status)
    except (KeyError, TypeError, ValueError, MoneyError) as error:
        return Reply(
            outcome=Outcome.UNKNOWN, code="BROKEN_BODY", message=repr(error), raw=answer.raw
        )
    outcome = {Status.SUCCEEDED: Outcome.DONE, Status.CLOSED: Outcome.REJECTED}
    return Reply(
        outcome=outcome.get(status, Outcome.ACCEPTED),
        code=status.upper(),
        provider_ref=fact.provider_ref,
        raw=answer.raw,
        fact=fact,
    )


def _fact(body: Mapping[str, Any], status: Status) -> Fact:
    currency = str(body["currency"])
    return Fact(
        provider_key=str(body["out_request_no"]),
        status=status,
        payment_ref=str(body["trade_no"]),
        provider_ref=str(body["refund_id"]),
        amount=Money.parse(str(body["refund_amount"]), currency).minor,
        total=Money.parse(str(body["total_amount"]), currency).minor,
        currency=currency,
        changed_at=datetime.fromisoformat(body["gmt_refund_pay"]),
    )
