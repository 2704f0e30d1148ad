"""What people do on the pages, told in their own words: buyers, sellers, customer service.

Everything is found by what is seen or read aloud: roles, labels, sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20
WORKED = 90_000
"""Milliseconds for what workers, sweeper and provider do behind a page, on a busy machine."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is written on the buttons of one language."""

    orders: str = "Orders"
    ask: str = "Ask for a refund"
    amount: str = "Amount (CNY)"
    not_shipped: str = "Not shipped yet, no longer wanted"
    in_your_words: str = "In your words"
    files: str = "Up to 9 pictures or PDF files, and one short video"
    send_request: str = "Send the request"
    with_seller: str = "Your request is with the seller."
    inbox: str = "Inbox"
    group_tasks: str = "Group tasks"
    claim: str = "Claim"
    send: str = "Send"
    done: str = "Done:"
    approve: str = "Approve the refund"
    money_back: str = "{} is back with you."
    refunded: str = "Refunded"
    refunded_so_far: str = "Refunded so far"


ENGLISH = Words()
CHINESE = Words(
    orders="订单",
    ask="申请退款",
    amount="金额（CNY）",
    not_shipped="未发货，不想要了",
    in_your_words="补充说明",
    files="最多 9 个图片或 PDF，以及一段短视频",
    send_request="提交申请",
    with_seller="您的申请已提交给商家。",
    inbox="收件箱",
    group_tasks="小组任务",
    claim="领取",
    send="提交",
    done="已完成：",
    approve="同意退款",
    money_back="{} 已退回给您。",
    refunded="已退款",
    refunded_so_far="累计已退",
)


def apply(
    buyer: Page,
    order_no: str,
    *,
    amount: str = "",
    text: str = "No longer needed.",
    file: str = "",
    words: Words = ENGLISH,
) -> str:
    """Apply for the order's only line, on the pages; return the new case's number."""
    buyer.goto("/")
    buyer.get_by_role("link", name=words.orders, exact=True).click()
    buyer.get_by_role("link").filter(has_text=order_no).click()
    buyer.get_by_role("link", name=words.ask).click()
    if amount:
        buyer.get_by_label(words.amount).fill(amount)
    buyer.get_by_text(words.not_shipped).click()
    buyer.get_by_label(words.in_your_words).fill(text)
    if file:
        photo = {"name": file, "mimeType": "image/png", "buffer": PNG}
        buyer.get_by_label(words.files).set_input_files([photo])
    buyer.get_by_role("button", name=words.send_request).click()
    expect(buyer.get_by_text(words.with_seller)).to_be_visible()
    found = re.search(r"/my/refunds/([^/]+)/", buyer.url)
    assert found, buyer.url
    return found[1]


def take(
    clerk: Page, case_no: str, task: str = "Review refund request", *, words: Words = ENGLISH
) -> Locator:
    """Wait for a case's task in the open list of the group, open and claim it; the form."""
    clerk.goto("/")
    with clerk.expect_navigation():  # a click in between would hit a page that is going
        clerk.get_by_role("link", name=words.inbox).first.click()
    group = clerk.get_by_role("navigation").get_by_role("link", name=words.group_tasks)
    group.click()
    expect(group).to_have_attribute("aria-current", "page")
    row = clerk.get_by_role("link").filter(has_text=case_no).filter(has_text=task)
    row.click(timeout=WORKED)
    clerk.get_by_role("button", name=words.claim).click()
    send = clerk.get_by_role("button", name=words.send, exact=True)
    form = clerk.locator("form").filter(has=send)
    expect(form.get_by_role("textbox").or_(form.get_by_role("radio")).first).to_be_visible()
    return form


def send(clerk: Page, form: Locator, *, words: Words = ENGLISH, **answers: Any) -> None:
    """Fill a task's form in, send it, and read that it is done.

    `choose` is the label of a choice; every other answer is the label of a field with
    underscores for spaces.
    """
    fill(form, **answers)
    form.get_by_role("button", name=words.send, exact=True).click()
    expect(clerk.get_by_text(words.done)).to_be_visible()


def fill(form: Locator, *, choose: str = "", select: str = "", **texts: str) -> None:
    """Choose by label, select from the list of `Label: option`, type the rest."""
    if choose:
        form.get_by_label(choose, exact=True).check()
    if select:
        label, _, option = select.partition(": ")
        choice = form.locator(".fjs-form-field-select").filter(has_text=label)
        choice.get_by_text("Select", exact=True).click()
        choice.get_by_text(option, exact=True).click()
    for label, text in texts.items():
        form.get_by_label(label.replace("_", " ")).fill(text)


def answer(buyer: Page, **answers: str) -> None:
    """Wait until it is the buyer's turn, answer, and read thanks."""
    form = buyer.get_by_role("region", name=re.compile("It is your turn")).locator("form").first
    expect(form).to_be_visible(timeout=WORKED)
    fill(form, **answers)
    form.get_by_role("button", name="Send my answer").click()
    expect(buyer.get_by_text("Thank you. Your answer is on its way.")).to_be_visible()


def sees(page: Page, sentence: str) -> None:
    """Wait until the open page says so by itself."""
    expect(page.get_by_text(sentence).first).to_be_visible(timeout=WORKED)
