"""The screens in a real browser: keys, drafts, refusals that lose nothing, live lists, axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.e2e.conftest import DESKTOP, PHONE, enter

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20
STAFF_PAGES = ("/inbox/?tab=group", "/cases/", "/news/")
BUYER_PAGES = ("/my/orders/", "/my/refunds/", "/news/")


def open_first(page: Page, text: str = "Review refund request") -> None:
    """Open the first group task of this name."""
    page.goto("/inbox/?tab=group")
    page.locator("[data-af-row]", has_text=text).first.click()
    page.locator("[data-af-task]").wait_for()


def take_first(page: Page) -> None:
    open_first(page)
    page.locator("[data-af-claim]").click()
    page.locator("form[data-af-ready]").wait_for()


def test_the_inbox_is_worked_by_keys(signed_in):
    page = signed_in("sofia")
    page.goto("/inbox/?tab=group")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator("[data-af-task]").wait_for()
    page.keyboard.press("c")

    expect(page.locator("form[data-af-ready]")).to_be_visible()
    expect(page.get_by_text("The task is yours now.")).to_be_visible()
    page.get_by_role("button", name="Give back to the group").click()
    expect(page.get_by_text("The task is back with the group.")).to_be_visible()


def test_a_choice_of_a_form_is_heard_as_one(signed_in):
    page = signed_in("sofia")
    take_first(page)
    page.get_by_text("Reject", exact=True).click()
    reason = page.get_by_role("combobox", name="Reason of the rejection")
    expect(reason).to_have_attribute("aria-expanded", "false")

    page.locator(".fjs-select-display").click()
    expect(reason).to_have_attribute("aria-expanded", "true")
    page.get_by_role("option", name="The fault is not ours").click()

    expect(page.locator(".fjs-select-display")).to_have_text("The fault is not ours")
    expect(reason).to_have_attribute("aria-expanded", "false")
    page.get_by_role("button", name="Give back to the group").click()
    expect(page.get_by_text("The task is back with the group.")).to_be_visible()


def test_a_stale_form_says_so_keeps_the_text_and_can_be_sent_again(signed_in):
    page = signed_in("sofia")
    take_first(page)
    page.get_by_text("Approve the refund").click()
    note = page.get_by_label("Message to the buyer")
    with page.expect_response(lambda answer: "/draft/" in answer.url):
        note.fill("All right.")
    page.locator("input[name=revision]").evaluate("field => field.value = '0'")

    page.get_by_role("button", name="Send").click()

    problems = page.locator("[data-af-form-problems]")
    expect(problems).to_contain_text("has been changed since you opened it")
    expect(note).to_have_value("All right.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Done: Review refund request.")).to_be_visible()


def test_a_refused_application_keeps_amount_text_and_files(signed_in):
    page = signed_in("lin.buyer", **PHONE)
    page.goto("/my/orders/")
    order = page.locator("article", has_not_text="Refund requested").filter(has_text="Preparing")
    order.locator("a.af-order-body").first.click()
    page.get_by_role("link", name="Ask for a refund").click()
    page.locator("input[name^=line-]").first.check()
    page.locator("input[name^=amount-]").first.fill("999999")
    page.get_by_label("In your words").fill("Too much.")
    page.reload()  # as another language or theme does
    expect(page.locator("input[name^=line-]").first).to_be_checked()
    expect(page.locator("input[name^=amount-]").first).to_have_value("999999")
    expect(page.get_by_label("In your words")).to_have_value("Too much.")
    photo = {"name": "photo.png", "mimeType": "image/png", "buffer": PNG}
    page.locator("#evidence").set_input_files([photo])

    page.get_by_role("button", name="Send the request").click()

    expect(page.locator(".invalid-feedback")).to_contain_text("At most")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Choose a reason.").click()
    expect(page.get_by_role("group", name="Reason")).to_be_focused()
    expect(page.get_by_label("In your words")).to_have_value("Too much.")
    assert page.locator("#evidence").evaluate("field => field.files.length") == 1
    page.locator("input[name^=amount-]").first.fill("10")
    page.get_by_text("Another reason").click()
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Your request is with the seller.")).to_be_visible()
    expect(page.get_by_text("photo.png")).to_be_visible()
    kept = page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('af-kept'))")
    assert kept == []


def test_who_was_logged_out_while_writing_logs_in_elsewhere_and_sends_it(signed_in):
    page = signed_in("lin.buyer")
    page.goto("/my/orders/")
    order = page.locator("article", has_not_text="Refund requested").filter(has_text="On its way")
    order.locator("a.af-order-body").first.click()
    page.get_by_role("link", name="Ask for a refund").click()
    page.locator("input[name^=line-]").first.check()
    page.locator("input[name^=amount-]").first.fill("１０．５０")
    page.get_by_text("Another reason").click()
    page.get_by_label("In your words").fill("A long story.")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Send the request").click()

    note = page.locator("[data-af-trouble]")
    expect(note).to_contain_text("You are logged out")
    expect(page.get_by_label("In your words")).to_have_value("A long story.")
    with page.expect_popup() as opened:
        note.get_by_role("link", name="Log in in a new tab").click()
    enter(opened.value, "lin.buyer")
    page.get_by_role("button", name="Send the request").click()
    expect(page.get_by_text("Your request is with the seller.")).to_be_visible()
    expect(page.get_by_role("heading", name="10.50")).to_be_visible()


def test_sending_waits_for_the_draft_under_way_and_tells_of_a_lost_network(signed_in):
    page = signed_in("sofia")
    take_first(page)
    drafts, sent = [], []
    page.route("**/draft/", lambda route: _hold(route, drafts, "offer_amount%22%3A45"))
    page.route(lambda url: url.endswith("/?tab=group") or url[-2].isdigit(), _lose(sent))
    send = page.get_by_role("button", name="Send", exact=True)
    page.get_by_text("Offer another amount").click()
    note = page.get_by_label("Message to the buyer")
    note.fill("All right.")
    send.click()
    expect(page.get_by_text("Please fill in this field.")).to_be_visible()
    with page.expect_request(lambda asked: "%3A45" in (asked.post_data or "")):
        page.get_by_label("Amount you offer").fill("４５")

    send.click()

    page.wait_for_function("document.querySelector('form[data-af-form]').ariaBusy === 'true'")
    assert not sent, "It was sent as it was before the draft."
    (route, answer) = drafts[0]
    route.fulfill(response=answer)
    expect(page.locator("[data-af-trouble]")).to_contain_text("could not be reached")
    assert f"revision={answer.json()['revision']}" in sent[0]
    assert "offer_amount%22%3A45" in sent[0]
    expect(note).to_have_value("All right.")
    page.unroute_all()
    page.get_by_role("button", name="Give back to the group").click()
    expect(page.get_by_text("The task is back with the group.")).to_be_visible()


def test_a_colleagues_claim_is_seen_at_once(signed_in):
    marco, sofia = signed_in("marco"), signed_in("sofia")
    marco.goto("/inbox/?tab=group&group=lingyue/seller")
    rows = marco.locator("[data-af-row]")
    before = rows.count()
    assert before > 0

    take_first(sofia)

    expect(rows).to_have_count(before - 1)
    sofia.get_by_role("button", name="Give back to the group").click()
    expect(rows).to_have_count(before)


def test_the_diagram_is_drawn_and_says_whom_it_waits_for(signed_in):
    page = signed_in("cora")
    page.goto("/cases/?status=submitted")
    page.locator("td.af-cell-main a").first.click()

    diagram = page.locator(".af-diagram[data-af-ready]").first

    expect(diagram.locator(".af-waiting").first).to_be_visible()
    expect(diagram.locator(".bjs-powered-by")).to_be_visible()
    expect(diagram.locator(".af-diagram-label").first).to_have_text("Seller's team")


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("login", "addresses"),
    [("cora", STAFF_PAGES), ("lin.buyer", BUYER_PAGES)],
    ids=["staff", "buyer"],
)
def test_pages_are_accessible_and_fit(login, addresses, scheme, device, signed_in):
    page = signed_in(login, color_scheme=scheme, **device)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    inner = {"cora": "td.af-cell-main a", "lin.buyer": ".af-links a"}[login]

    for address in addresses:
        page.goto(address)
        _check(page)
    page.goto(addresses[1])
    page.locator(inner).first.click()
    page.wait_for_load_state("networkidle")
    _check(page)


def test_the_login_page_speaks_chinese_and_is_accessible(new_page):
    page = new_page(**PHONE, locale="zh-CN")
    page.goto("/login/")

    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    _check(page)


def _hold(route: Route, held: list[tuple[Route, APIResponse]], word: str) -> None:
    """Let the server answer, but keep the answer to what says `word` on its way."""
    if word in (route.request.post_data or ""):
        held.append((route, route.fetch()))
    else:
        route.continue_()


def _lose(sent: list[str]) -> Callable[[Route], None]:
    """A network on which what is posted never arrives."""

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.request.post_data or "")
        return route.abort()

    return lose


def _check(page: Page) -> None:
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    squeezed = "[...document.querySelectorAll('main .af-lines-main')].map(e => e.offsetWidth)"
    assert all(wide >= 100 or not wide for wide in page.evaluate(squeezed)), page.url
