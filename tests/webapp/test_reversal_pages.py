"""A refund that the provider takes back two days later, from its callback to finance's screens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from handlers.cases import api as cases
from handlers.cases.auditing import audit
from handlers.refunds import api as refunds
from handlers.refunds.models import Proposal
from processes import queries, worker
from tests.handlers.refunds.conftest import (  # noqa: F401 (fixtures)
    doorbell,
    mode,
    simulator,
    simulators,
    the_doorbell,
)
from tests.handlers.shop import shop_order
from tests.webapp.conftest import answer, claimed, open_case, status_of
from webapp.accounts.models import User


def cases_audit() -> list[object]:
    """What contradicts what, cases lived through again."""
    return list(audit(replay=True))


def hear(client, bell, case_no: str):
    """Let the provider's next callback in by the door it takes."""
    headers, body = bell.next(refunds.status(case_no).refund_no)
    signed = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    kind = "application/json"
    return client.post("/callbacks/refunds/simulator/", body, content_type=kind, **signed)


@pytest.fixture
def came_back(login, client, simulator, doorbell) -> str:  # noqa: F811 (the fixtures)
    """¥100.00 that arrived, and left again two days later."""
    simulator.arm("succeeded_then_failed")
    number = open_case(shop_order(lines=[(3, 10000)]))
    answer(login("sofia"), claimed(login("sofia"), number), decision="approve")
    worker.work()
    assert hear(client, doorbell, number).status_code == 200
    worker.work()
    assert status_of(number) == "refunded"
    simulator.advance(timedelta(days=2, seconds=1))
    assert hear(client, doorbell, number).status_code == 200
    return number


def test_finance_finds_the_task_and_the_case_says_so(login, came_back):
    fay = login("fay")
    (task,) = queries.open_tasks(f"{came_back}/R1")

    inbox = fay.get("/inbox/?tab=group").content.decode()
    pane = fay.get(f"/inbox/{task.id}/").content.decode()
    page = fay.get(f"/cases/{came_back}/")

    assert status_of(came_back) == "reversed"
    assert came_back in inbox
    assert f"{came_back}/R1" not in inbox
    assert f"/cases/{came_back}/" in pane
    first = page.context["file"].drawings[0]
    assert (first.key, first.states["ResolveFailedRefund"]["state"]) == (
        "refund_reversed",
        "waiting",
    )
    assert f"/inbox/{task.id}/" in page.content.decode()
    assert "Money came back" in page.content.decode()


def test_finance_sends_it_again_and_it_arrives(login, client, came_back, doorbell):  # noqa: F811
    fay = login("fay")
    (task,) = queries.open_tasks(f"{came_back}/R1")
    url = f"/inbox/{task.id}/"
    assert fay.post(f"{url}claim/").status_code == 302
    answer(fay, url, way="retry", note="Once more")
    worker.work()
    assert hear(client, doorbell, came_back).status_code == 200
    worker.work()

    case = cases.case_for_buyer(came_back, "lin.buyer")
    assert (case.status, cases.next_step(case).who) == ("refunded", "nobody")
    assert refunds.status(came_back).settled
    assert fay.get(f"/cases/{came_back}/").status_code == 200


def test_nobody_else_may_open_the_task(login, came_back):
    (task,) = queries.open_tasks(f"{came_back}/R1")

    for name in ("lin.buyer", "sofia", "marco", "qing", "cora"):
        assert login(name).get(f"/inbox/{task.id}/").status_code == 404


def test_staff_find_it_among_the_open_cases(login, came_back):
    assert came_back in login("fay").get("/cases/?status=open").content.decode()


@pytest.fixture
def frank(world: None) -> str:
    """A second person at finance."""
    user = User.objects.create(username="frank", tenant="platform", password="!")
    for group in ("finance", "finance_lead"):
        user.groups.add(Group.objects.get_or_create(name=group)[0])
    return "frank"


def test_the_buyer_reads_that_money_is_back_only_once_two_people_have_seen_it_leave(
    login, came_back, frank
):
    fay, frank, lin = login("fay"), login(frank), login("lin.buyer")
    page = f"/my/refunds/{came_back}/"
    payment = {"way": "offline", "bank_reference": "BANK-77", "note": "slip.pdf"}
    answer(fay, claimed(fay, f"{came_back}/R1", "ResolveFailedRefund"), **payment)
    before = lin.get(page).content.decode()
    answer(frank, claimed(frank, f"{came_back}/R1", "ConfirmOfflinePayment"), confirmed="yes")
    worker.work()
    after = lin.get(page).content.decode()

    assert "We pay you another way, and a second person checks" in before
    assert "is back with you" not in before
    assert "is back with you" in after
    assert "It was sent by bank transfer." in after
    assert "It went the way you paid." not in after
    assert "Of it by bank transfer" in login("cora").get(f"/cases/{came_back}/").content.decode()


def test_a_transfer_that_the_bank_sent_back_is_owed_again_once_two_people_say_so(
    login, came_back, frank
):
    fay, frank = login("fay"), login(frank)
    payment = {"way": "offline", "bank_reference": "BANK-77", "note": "slip.pdf"}
    answer(fay, claimed(fay, f"{came_back}/R1", "ResolveFailedRefund"), **payment)
    answer(frank, claimed(frank, f"{came_back}/R1", "ConfirmOfflinePayment"), confirmed="yes")
    worker.work()
    assert status_of(came_back) == "refunded"

    unknown = fay.post("/money/returns/", {"bank_reference": "BANK-7", "note": "Statement"})
    assert unknown.status_code == 422
    assert "No refund was paid by a transfer of this reference." in unknown.content.decode()
    said = {"bank_reference": " BANK-77 ", "note": "Statement of the 23rd"}
    assert fay.post("/money/returns/", said).status_code == 302
    url = f"/money/proposals/{Proposal.objects.get().pk}/"
    assert fay.post(url, {"answer": "agree"}).status_code == 422
    assert (status_of(came_back), cases_audit()) == ("refunded", [])
    assert "Statement of the 23rd" in frank.get("/money/").content.decode()
    assert frank.post(url, {"answer": "agree"}).status_code == 302

    assert (status_of(came_back), cases_audit()) == ("reversed", [])
    assert "Bank transfers that came back" in frank.get(f"/cases/{came_back}/").content.decode()
    payment["bank_reference"] = "BANK-78"
    answer(fay, claimed(fay, f"{came_back}/R2", "ResolveFailedRefund"), **payment)
    answer(frank, claimed(frank, f"{came_back}/R2", "ConfirmOfflinePayment"), confirmed="yes")
    worker.work()
    assert (status_of(came_back), cases_audit()) == ("refunded", [])
