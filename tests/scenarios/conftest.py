"""The cases that the golden scenarios speak of. Engine only: no database, no clock but ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.orders import functions as money
from handlers.policies import functions as policies
from tests.scenarios.driver import Case

BPMN = Path(__file__).parents[2] / "bpmn"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a Monday
FUNCTIONS = {
    "deadline": policies.deadline,
    "poll_delay": policies.poll_delay,
    "major": money.major,
    "minor": money.minor,
}
POLICY = {
    "version": 1,
    "timers": {
        "T-SELLER-RF": "PT48H",
        "T-BUYER-NEGO": "PT48H",
        "T-BUYER-ESC": "P7D",
        "T-BUYER-SHIPPED": "PT48H",
        "T-SECOND": "PT48H",
        "T-DISP-RESP": "PT48H",
        "T-DISP-EVID": "PT48H",
        "T-CS-FIRST": "PT24H",
        "T-CS-SOLVE": "P5D",
        "T-RF-GIVEUP": "PT24H",
    },
    "limits": {"four_eyes": 50000, "auto_approve": 2000, "rounds": 5},
}


def variables(**request: Any) -> dict[str, Any]:
    """What a case starts with: CNY 120.00, not received, shipped, an ordinary buyer."""
    return {
        "case_no": "AF20261102-0000017",
        "order_no": "SO20261101-0000042",
        "tenant": "lingyue",
        "region": "cn-east",
        "buyer": "lin.buyer",
        "currency": "CNY",
        "request": {
            "amount": 12000,
            "reason": "not_received",
            "shipped": True,
            "description": "It never came",
            "round": 1,
            **request,
        },
        "facts": {
            "order_status": "shipped",
            "days_since_receipt": None,
            "applications": 0,
            "open_case": False,
            "trust": 50,
            "paid": 12000,
            "product_class": "normal",
        },
        "policy": POLICY,
    }


def started(process_id: str, start: dict[str, Any]) -> Case:
    """A case of our own diagrams, run to its first waits."""
    files = [*sorted(BPMN.glob("*.bpmn")), *sorted(BPMN.glob("*.dmn"))]
    return Case.start(files, process_id, start, functions=FUNCTIONS, now=NOW)


@pytest.fixture
def refund_case() -> Callable[..., Case]:
    def start(*, facts: dict[str, Any] | None = None, **request: Any) -> Case:
        start_with = variables(**request)
        start_with["facts"].update(facts or {})
        return started("refund_only", start_with)

    return start


@pytest.fixture
def in_review(refund_case: Callable[..., Case]) -> Case:
    """A refund request that lies with the seller."""
    case = refund_case()
    case.complete("NotifySeller")
    return case
