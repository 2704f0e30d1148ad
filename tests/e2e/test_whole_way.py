"""The whole way of a refund, as its people see it, from the first page to the money.

Nothing is pretended: web, event stream, worker, sweeper and the provider's simulator run
as under `make run`, on a stack of this file's own, because its clock is moved.
"""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import expect

from handlers.orders import api as orders
from processes import clock
from tests.e2e.conftest import PHONE
from tests.e2e.people import CHINESE, ENGLISH, answer, apply, fill, sees, send, take
from tests.e2e.stack import Stack
from webapp.demo.people import seed_people

_numbers = count(1)


@pytest.fixture(scope="module")
def stack(django_db_blocker):
    """The running product with its people, and nothing sold yet."""
    with Stack(seed=False) as running:
        with django_db_blocker.unblock(), running.database():
            seed_people()
        yield running


@pytest.fixture
def buy(stack, django_db_blocker):
    """Lin buys one treadmill of Lingyue, paid at the provider and not shipped: `buy(10000)`."""

    def place(price: int) -> str:
        order_no = f"SO-WAY-{next(_numbers):03d}"
        with django_db_blocker.unblock(), stack.database():
            now = clock.now()
            orders.place_order(_order(order_no, price, now))
        return order_no

    return place


@pytest.fixture
def paid_out(stack):
    """What the provider paid for a case, each proven by a callback that was believed."""

    def look(case_no: str) -> list[int]:
        rows = stack.rows(
            "SELECT p.amount FROM refunds_refundorder r"
            " JOIN refunds_refundpart p ON p.refund_id = r.id"
            " JOIN refunds_refundattempt a ON a.part_id = p.id AND a.state = 'succeeded'"
            " JOIN refunds_providerinbox i ON i.provider_key = a.provider_key AND i.applied"
            " WHERE r.case_no = %s",
            [case_no],
        )
        return [row["amount"] for row in rows]

    return look


@pytest.fixture
def ended(stack):
    """The end events a case came to, once it has ended."""

    def look(case_no: str) -> str:
        def status() -> str:
            rows = stack.rows(
                "SELECT status FROM processes_processinstance WHERE business_key = %s", [case_no]
            )
            return str(rows[0]["status"])

        stack.until(lambda: status() != "running")
        return status()

    return look


@pytest.mark.parametrize(
    ("words", "device"),
    [(ENGLISH, {}), (CHINESE, {**PHONE, "locale": "zh-CN"})],
    ids=["desktop-english", "phone-chinese"],
)
def test_apply_approve_refunded(words, device, signed_in, buy, paid_out, ended):
    buyer, sofia = signed_in("lin.buyer", **device), signed_in("sofia", **device)
    order_no = buy(10000)

    # when lin asks for her money with a photo, and sofia takes the task and approves
    case_no = apply(buyer, order_no, file="scratch.png", words=words)
    task = {ENGLISH: "Review refund request", CHINESE: "审核退款申请"}[words]
    form = take(sofia, case_no, task, words=words)
    expect(sofia.get_by_role("link", name="scratch.png")).to_be_visible()
    send(sofia, form, words=words, choose=words.approve)

    # then lin's open page says by itself that the money is back, and so does her order
    sees(buyer, words.money_back.format("CN¥100.00" if words is ENGLISH else "¥100.00"))
    expect(buyer.get_by_role("main").get_by_text(words.refunded, exact=True)).to_be_visible()
    buyer.get_by_role("link", name=order_no).click()
    total = buyer.get_by_role("listitem").filter(has_text=words.refunded_so_far)
    expect(total).to_contain_text("100.00")

    # and the provider paid once, said so in a signed callback, and the case has ended
    assert paid_out(case_no) == [10000]
    assert ended(case_no) == "ended"


@pytest.mark.parametrize("verdict", ["refund", "none"])
def test_apply_reject_customer_service_verdict(verdict, signed_in, buy, paid_out, ended):
    buyer, sofia, cora = signed_in("lin.buyer"), signed_in("sofia"), signed_in("cora")
    case_no = apply(buyer, buy(20000))

    # given the seller's refusal and the buyer's call for customer service
    form = take(sofia, case_no)
    send(
        sofia,
        form,
        choose="Reject",
        select="Reason of the rejection: Evidence is missing",
        Message_to_the_buyer="Where is the photo?",
    )
    sees(buyer, "Where is the photo?")
    answer(buyer, choose="Call in customer service", Explanation="There is nothing to see.")

    # when both sides tell theirs
    answer(buyer, Your_side_of_the_story="It was never sent.")
    send(sofia, take(sofia, case_no, "Respond to dispute"), Your_side_of_the_story="It was packed.")

    # then cora reads both and decides
    form = take(cora, case_no, "Decide dispute")
    for told in ("It was never sent.", "It was packed."):
        expect(cora.get_by_text(told).first).to_be_visible()
    if verdict == "refund":
        fill(form, choose="The buyer gets a refund", Amount="150")
    else:
        fill(form, choose="No refund")
    send(
        cora,
        form,
        select="Responsible party: Seller",
        Reason="Rule 7: what was not sent is refunded.",
    )

    # and it is carried out
    if verdict == "refund":
        sees(buyer, "CN¥150.00 is back with you.")
        assert paid_out(case_no) == [15000]
    else:
        sees(buyer, "Closed: no refund")
        assert paid_out(case_no) == []
    assert ended(case_no) == "ended"


def test_reject_amend_offer_accept(signed_in, buy, paid_out, ended):
    buyer, sofia = signed_in("lin.buyer"), signed_in("sofia")
    case_no = apply(buyer, buy(20000))
    form = take(sofia, case_no)
    send(sofia, form, choose="Reject", select="Reason of the rejection: The fault is not ours")

    answer(buyer, choose="Change the request and ask again", New_amount="160")
    form = take(sofia, case_no)
    expect(sofia.get_by_role("row", name="The buyer asks for")).to_contain_text("CN¥160.00")
    send(sofia, form, choose="Offer another amount", Amount_you_offer="120.50")
    sees(buyer, "CN¥120.50")
    answer(buyer, choose="Accept the offer")

    sees(buyer, "CN¥120.50 is back with you.")
    assert paid_out(case_no) == [12050]
    assert ended(case_no) == "ended"


def test_a_request_is_withdrawn_and_may_be_made_again(signed_in, buy, paid_out, ended):
    buyer, sofia = signed_in("lin.buyer"), signed_in("sofia")
    order_no = buy(20000)
    case_no = apply(buyer, order_no)
    take(sofia, case_no)

    buyer.get_by_text("Withdraw the request").click()
    buyer.get_by_role("button", name="Yes, withdraw it").click()

    sees(buyer, "Your request is withdrawn.")
    assert ended(case_no) == "ended"
    assert paid_out(case_no) == []
    sofia.reload()
    expect(sofia.get_by_text("this task is no longer needed")).to_be_visible()
    assert apply(buyer, order_no) != case_no


def test_a_large_amount_needs_a_second_person(signed_in, buy, paid_out, ended):
    buyer, sofia, marco = signed_in("lin.buyer"), signed_in("sofia"), signed_in("marco")
    case_no = apply(buyer, buy(60000))
    send(sofia, take(sofia, case_no), choose="Approve the refund")

    form = take(marco, case_no, "Give second approval")
    expect(marco.get_by_text("Sofia Song").first).to_be_visible()
    assert paid_out(case_no) == []
    send(marco, form, choose="Yes, refund")

    sees(buyer, "CN¥600.00 is back with you.")
    assert paid_out(case_no) == [60000]
    assert ended(case_no) == "ended"


def test_silence_of_48_hours_approves_and_refunds(stack, signed_in, buy, paid_out, ended):
    buyer = signed_in("lin.buyer")
    case_no = apply(buyer, buy(30000))
    sees(buyer, "If the seller does not answer, your refund is approved.")

    stack.manage("clock", "--advance", "48h")

    sees(buyer, "CN¥300.00 is back with you.")
    expect(buyer.get_by_text("Approved without anybody acting")).to_be_visible()
    assert paid_out(case_no) == [30000]
    assert ended(case_no) == "ended"
    buyer.reload()
    banner = buyer.get_by_text("The clock of this installation is moved ahead by")
    expect(banner).to_contain_text("48 hours")


def _order(order_no, price, now):
    return orders.NewOrder(
        order_no=order_no,
        tenant="lingyue",
        region="cn-east",
        buyer="lin.buyer",
        currency="CNY",
        lines=[
            orders.NewLine(
                line_no="1", sku="LY-T320", title="Treadmill T320", qty=1, list_price=price
            )
        ],
        discounts=[],
        shipping_paid=0,
        tenders=[
            orders.NewTender(
                tender_no="1",
                kind="wallet",
                amount=price,
                provider="simulator",
                payment_ref=f"PAY-{order_no}",
            )
        ],
        placed_at=now,
        paid_at=now,
    )
