"""The people at their screens, and a case for them to look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client

from handlers.cases import api as cases
from handlers.orders import api as orders
from processes import queries, worker
from processes.contract import SYSTEM
from processes.models import Incident, ProcessInstance
from processes.runtime import incidents, locked
from tests.deployed import deploy
from tests.handlers.shop import shop_order
from webapp.access import actor_of
from webapp.accounts.models import User

ROOT = Path(__file__).resolve().parents[2]
_tokens = count(1)
PEOPLE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "lin.buyer": ("", ()),
    "wang.buyer": ("", ()),
    "sofia": ("lingyue", ("seller",)),
    "sergio": ("lingyue", ("seller",)),
    "marco": ("lingyue", ("seller", "seller_manager")),
    "qing": ("qinghe", ("seller", "seller_manager")),
    "cora": ("platform", ("customer_service",)),
    "fay": ("platform", ("finance",)),
    "admin": ("platform", ("admin",)),
}
"""Login: house and groups."""
OURS = ("orders", "refunds", "cases", "notifications", "processes", "policies")
NOTED = {"refunds_rejectedcallback", "refunds_reconciliationrow"}
"""Where a refused callback is written down for those who investigate."""
GOOD = {"line-1": "on", "qty-1": "1", "amount-1": "100.00", "reason": "not_shipped", "token": "t"}
"""What a buyer posts to apply for a refund."""
Login = Callable[[str], Client]


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> None:
    """The diagrams are live, everybody has an account, evidence has a folder."""
    settings.DATA_DIR = tmp_path
    deploy()
    for login, (house, groups) in PEOPLE.items():
        user = User.objects.create(
            username=login, tenant=house, is_superuser=login == "admin", password="!"
        )
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in groups])


@pytest.fixture
def login(world: None) -> Login:
    """A browser with somebody logged in."""

    def as_(name: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client

    return as_


@pytest.fixture
def order(world: None) -> orders.OrderMoney:
    """¥100.00 × 3, ¥500.00 × 2 and ¥12.00 shipping, of lin.buyer with lingyue, not shipped."""
    return shop_order(lines=[(3, 10000), (2, 50000)], shipping=1200)


@pytest.fixture
def case_no(order: orders.OrderMoney) -> str:
    """A case of lin.buyer about one unit of ¥100.00; the seller's task is open."""
    return open_case(order)


def open_case(order: orders.OrderMoney, *, at_rest: bool = True, **more: Any) -> str:
    """Apply for one unit of line 1 and let the process come to the seller, or not yet."""
    number = cases.submit(
        order_no=order.order_no,
        buyer=actor_of(User.objects.get(username="lin.buyer")),
        lines=more.pop("lines", [cases.RequestedLine(line_no="1", qty=1, amount=10000)]),
        reason="not_shipped",
        client_token=f"token-{next(_tokens)}",
        **more,
    )
    if at_rest:
        worker.work()
    return number


def task_of(case_no: str, element_id: str = "ReviewRefund") -> queries.OpenTask:
    """The open task of a case at this element."""
    return next(one for one in queries.open_tasks(case_no) if one.element_id == element_id)


def has_task(case_no: str, element_id: str) -> bool:
    """Whether the case waits for a person at this element."""
    return any(one.element_id == element_id for one in queries.open_tasks(case_no))


def status_of(case_no: str) -> str:
    """The case's status as staff see it."""
    return str(cases.summaries([case_no])[case_no].status)


def answer(
    client: Client, url: str, *, revision: int | None = None, evidence: Any = None, **data: Any
) -> Any:
    """Submit a form-js form as the browser does, with a file if there is one."""
    body: dict[str, Any] = {"payload": json.dumps(data)}
    if evidence is not None:
        body["evidence"] = evidence
    if revision is not None:
        body["revision"] = str(revision)
    return client.post(url, body)


def claimed(client: Client, case_no: str, element_id: str = "ReviewRefund") -> str:
    """Claim the task of a case, return its address."""
    url = f"/inbox/{task_of(case_no, element_id).id}/"
    assert client.post(f"{url}claim/").status_code == 302
    return url


def rejected(login: Login, case_no: str) -> int:
    """The seller declines the case; the number of the task that then waits for the buyer."""
    url = claimed(login("sofia"), case_no)
    answer(login("sofia"), url, decision="reject", reason="evidence_missing", note="Why?")
    worker.work()
    return task_of(case_no, "AnswerRejection").id


@pytest.fixture
def rows():
    """All our tables, each as a fingerprint of its rows."""

    def look() -> dict[str, str]:
        tables = {m._meta.db_table for m in apps.get_models() if m._meta.app_label in OURS}
        with connection.cursor() as cursor:
            return {table: _fingerprint(cursor, table) for table in sorted(tables - NOTED)}

    return look


def stuck(case_no) -> int:
    """Something of the case waits for a person; the number of the incident."""
    case = ProcessInstance.objects.get(business_key=case_no)
    with transaction.atomic():
        incidents.raise_job_incident(
            locked.case(case.pk), token="t", element_id="Review", sentence="Oh.", actor=SYSTEM
        )
    return Incident.objects.latest("pk").pk


def _fingerprint(cursor, table) -> str:
    together = "md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"
    cursor.execute(f"SELECT {together} FROM {table} t")  # noqa: S608  # names of our own models
    return str(cursor.fetchone()[0])
