"""A provider that falls silent and can neither be asked nor be told twice: two people of
finance find out, in Chromium, and the case goes on. On a stack of its own, in mode `none`."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from handlers.cases import api as cases
from processes import clock, queries, runtime
from processes.contract import Actor
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.stack import Stack
from tests.e2e.test_screens import _check as check_page
from tests.handlers.by_hand import refunded_by_hand
from tests.handlers.shop import shop_order
from webapp.demo.people import seed_people

SOFIA = Actor(name="sofia", tenant="lingyue", groups=frozenset({"lingyue/seller"}), via="ui")


@pytest.fixture(scope="module")
def stack():
    """The running product; its provider makes no promise, and its callbacks get lost."""
    silent = {
        "SIMULATOR_MODE": "none",
        "SIMULATOR_TIMEOUT_SECONDS": "1",
        "CALLBACK_BASE_URL": "http://127.0.0.1:9",
    }
    with Stack(silent, seed=False) as running:
        yield running


@pytest.fixture(scope="module")
def unknown(stack, django_db_blocker) -> str:
    """A case whose refund was sent and executed, and nobody was told; and a difference."""
    admin = f"http://127.0.0.1:{stack.addresses.simulator}/admin/api/arm"
    httpx.post(admin, json={"fault": "timeout_after", "times": 1}, trust_env=False)
    with django_db_blocker.unblock(), stack.database():
        seed_people()
        case_no = _approved(stack)
        stack.until(lambda: queries.stuck_jobs("refund."))
        refunded_by_hand(clock.now() - timedelta(days=2))
    return case_no


def _approved(stack: Stack) -> str:
    order = shop_order("SO-DESK", lines=[(2, 10000)])
    case_no = cases.submit(
        order_no=order.order_no,
        buyer=Actor(name="lin.buyer", via="ui"),
        lines=[cases.RequestedLine(line_no="1", qty=1, amount=10000)],
        reason="not_shipped",
        client_token="desk",
    )
    stack.until(lambda: queries.open_tasks(case_no))
    (task,) = queries.open_tasks(case_no)
    runtime.claim_task(task.id, SOFIA)
    runtime.complete_user_task(task_id=task.id, output={"decision": "approve"}, actor=SOFIA)
    return case_no


def moved(stack: Stack) -> list[int]:
    """What really left the provider."""
    url = f"http://127.0.0.1:{stack.addresses.simulator}/admin/api/ledger"
    rows = httpx.get(url, trust_env=False).json()["movements"]
    return [row["amount"] for row in rows]


@pytest.mark.parametrize(
    ("locale", "device", "scheme"),
    [("en-GB", DESKTOP, "light"), ("zh-CN", PHONE, "dark"), ("en-GB", PHONE, "light")],
)
def test_the_desk_is_accessible_and_fits(unknown, signed_in, locale, device, scheme):
    page: Page = signed_in("fay", locale=locale, color_scheme=scheme, **device)
    page.goto("/money/")

    expect(page.get_by_role("heading", level=3)).to_have_count(2)
    check_page(page)


def test_two_people_settle_it_and_the_money_moved_once(stack, unknown, signed_in):
    fay, frank = signed_in("fay"), signed_in("frank")
    fay.goto("/")
    fay.get_by_role("link", name="Money").click()
    fay.get_by_label("It was paid").check()
    fay.get_by_label("How do you know?").fill("Seen in the console")
    fay.get_by_role("button", name="Put on record").click()
    expect(fay.get_by_text("A second person has to agree.", exact=False)).to_be_visible()
    expect(fay.get_by_role("button", name="Agree")).to_have_count(0)

    frank.goto("/money/")
    expect(frank.get_by_text("says it was paid.", exact=False)).to_be_visible()
    check_page(frank)
    frank.get_by_role("button", name="Agree", exact=True).click()
    expect(frank.get_by_text("No refund is stuck")).to_be_visible()

    stack.until(lambda: stack.rows("SELECT 1 FROM cases_case WHERE status = 'refunded'"))
    assert moved(stack) == [10000]
    frank.get_by_label("What was done about it?").fill("It was Qing, by mistake")
    frank.get_by_role("button", name="Propose to close").click()
    expect(frank.get_by_text("proposes to close it.", exact=False)).to_be_visible()
    expect(frank.get_by_role("button", name="Agree")).to_have_count(0)
    fay.goto("/money/")
    check_page(fay)
    fay.get_by_role("button", name="Agree", exact=True).click()
    expect(fay.get_by_text("No differences")).to_be_visible()
