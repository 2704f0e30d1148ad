"""What an adapter is asked for: a refund of a payment that nobody else's test knows."""

from __future__ import annotations

from itertools import count

from handlers.refunds.port import Request

_numbers = count(1)


def ask(**changes) -> Request:
    number = next(_numbers)
    return Request(
        **{
            "provider_key": f"RFcontract{number}-1",
            "payment_ref": f"PAY-contract-{number}",
            "amount": 500,
            "total": 2_000,
            "currency": "CNY",
            "reason": "defect",
            "notify_url": "",
        }
        | changes
    )
