"""Callbacks that no provider sent, signed as it would."""

from __future__ import annotations

import json
from datetime import timedelta

from handlers.refunds.signing import sign
from processes import clock
from tests.handlers.refunds.conftest import SECRET


def forged(
    case, status: str, minutes: int, *, attempt=None, total: int = 0
) -> tuple[dict[str, str], bytes]:
    """A callback signed as the provider would, of a moment so many minutes from now."""
    attempt = attempt or case.status.attempts[-1]
    resource = {
        "refund_id": "5001",
        "out_refund_no": attempt.provider_key,
        "transaction_id": f"PAY-{case.order_no}-{attempt.tender_no}",
        "status": status,
        "changed_at": (clock.now() + timedelta(minutes=minutes)).isoformat(),
        "amount": {
            "refund": attempt.amount,
            "total": total or case.order.paid,
            "currency": "CNY",
        },
    }
    body = json.dumps({"id": f"EV-{status}-{minutes}", "resource": resource}).encode()
    return sign(key_id="afterflow", secret=SECRET, subject="NOTIFY", body=body), body
