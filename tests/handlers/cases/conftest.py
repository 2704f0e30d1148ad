"""The people, orders and cases that these tests speak of, on the deployed diagrams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine
from handlers.orders import api as orders
from processes import clock, queries, runtime, worker
from processes.contract import Actor, Call, Output, handler_for
from tests.deployed import deploy
from tests.handlers.shop import shop_order

LIN = Actor(name="lin.buyer", via="ui")
WANG = Actor(name="wang.buyer", via="ui")
SOFIA = Actor(name="sofia", tenant="lingyue", groups=frozenset({"lingyue/seller"}), via="ui")
MARCO = Actor(
    name="marco",
    tenant="lingyue",
    groups=frozenset({"lingyue/seller", "lingyue/seller_manager"}),
    via="ui",
)
QING = Actor(name="qing", tenant="qinghe", groups=frozenset({"qinghe/seller"}), via="ui")
CORA = Actor(
    name="cora", tenant="platform", groups=frozenset({"platform/customer_service"}), via="ui"
)
LEO = Actor(
    name="leo",
    tenant="platform",
    groups=frozenset({"platform/customer_service", "platform/cs_lead"}),
    via="ui",
)
FAY = Actor(name="fay", tenant="platform", groups=frozenset({"platform/finance"}), via="ui")

_tokens = count(1)
_keys = count(1)


@pytest.fixture
def deployed(db: None) -> None:
    """The project's own diagrams, decisions and forms, live."""
    deploy()


@pytest.fixture
def order(deployed: None) -> orders.OrderMoney:
    """¥100.00 × 3, ¥500.00 × 2 and ¥12.00 shipping, paid and not shipped."""
    return shop_order(lines=[(3, 10000), (2, 50000)], shipping=1200)


@pytest.fixture
def evidence_folder(settings: Any, tmp_path: Path) -> Path:
    """Where evidence of this test lies."""
    settings.DATA_DIR = tmp_path
    return tmp_path


def apply(
    order: orders.OrderMoney,
    *lines: RequestedLine,
    buyer: Actor = LIN,
    token: str | None = None,
    **more: Any,
) -> str:
    """Apply for a refund, of one unit of line 1 unless said otherwise."""
    return api.submit(
        order_no=order.order_no,
        buyer=buyer,
        lines=lines or (RequestedLine(line_no="1", qty=1, amount=10000),),
        reason=more.pop("reason", "not_shipped"),
        client_token=token or f"token-{next(_tokens)}",
        **more,
    )


@pytest.fixture
def case_no(order: orders.OrderMoney) -> str:
    """A case about one unit of line 1, with the seller."""
    return apply(order)


def do(
    topic: str, case_no: str, /, *, key: str | None = None, tenant: str = "lingyue", **inputs: Any
) -> Output:
    """Run the handler of a service task, as a worker would."""
    call = Call(
        topic=topic,
        business_key=case_no,
        tenant=tenant,
        inputs={"case_no": case_no, **inputs},
        idempotency_key=key or f"key-{next(_keys)}",
        attempt=1,
        deadline=datetime.now(UTC),
    )
    return handler_for(topic)(call)


def answer(case_no: str, actor: Actor, **data: object) -> None:
    """Take the one open task of the case and fill in its form; then let the machines work."""
    (task,) = queries.open_tasks(case_no)
    if task.assignee != actor.name:
        runtime.claim_task(task.id, actor)
    runtime.complete_user_task(task_id=task.id, output=data, actor=actor)
    worker.work()


def hear_both(case_no: str) -> None:
    """Let both sides of a dispute state their view."""
    for actor, form in ((SOFIA, "respond_to_dispute"), (LIN, "add_evidence")):
        (task,) = [one for one in queries.open_tasks(case_no) if one.form_id == form]
        if task.assignee != actor.name:
            runtime.claim_task(task.id, actor)
        runtime.complete_user_task(task_id=task.id, output={"statement": "Well."}, actor=actor)
    worker.work()


def open_forms(case_no: str) -> list[str]:
    return sorted(task.form_id for task in queries.open_tasks(case_no))


@pytest.fixture
def with_seller(case_no: str) -> str:
    """A case whose review task is open."""
    worker.work()
    assert open_forms(case_no) == ["review_refund"]
    return case_no


def receive(order: orders.OrderMoney, *, days_ago: int) -> None:
    """The order was delivered so many days ago."""
    orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))
    orders.confirm_receipt(order.order_no, at=clock.now() - timedelta(days=days_ago))


def one(amount: int = 10000, *, line_no: str = "1", qty: int | None = 1) -> RequestedLine:
    return RequestedLine(line_no=line_no, qty=qty, amount=amount)


Doing = Callable[[str], Output]

DOINGS: Mapping[str, Doing] = {
    "approve": lambda no: do("case.approve", no, amount=10000, by="sofia", basis="seller"),
    "approve by silence": lambda no: do(
        "case.approve", no, amount=10000, by="policy:T-SELLER-RF", basis="silence"
    ),
    "offer": lambda no: do("case.offer", no, amount=6000, by="sofia", note="Would 60 do?"),
    "agree": lambda no: do("case.agree", no, amount=6000),
    "decline": lambda no: do("case.decline_offer", no, why="declined"),
    "lapse": lambda no: do("case.decline_offer", no, why="lapsed"),
    "reject": lambda no: do("case.reject", no, by="sofia", reason="other", note="No."),
    "amend": lambda no: do("case.amend", no, amount=8000, reason="not_shipped", note="Less."),
    "withdraw": lambda no: do("case.withdraw", no, why="buyer"),
    "fall silent": lambda no: do("case.withdraw", no, why="silence"),
    "find not eligible": lambda no: do("case.not_eligible", no, why="window_closed"),
    "ship": lambda no: do("case.mark_shipped", no),
    "dispute": lambda no: do("case.open_dispute", no, by="lin.buyer"),
    "grant": lambda no: do(
        "case.verdict", no, outcome="refund", amount=7000, by="cora", reason="§3", basis="verdict"
    ),
    "deny": lambda no: do("case.verdict", no, outcome="none", by="cora", reason="§4"),
    "default": lambda no: do("case.verdict", no, amount=5000, basis="default"),
    "close by verdict": lambda no: do("case.close_by_verdict", no),
    "refund": lambda no: do("case.refunding", no),
    "fail": lambda no: do("case.refund_failed", no, why="provider"),
    "refunded": lambda no: do("case.refunded", no),
}
"""Everything that a diagram can ask of the case desk, by what it means."""
