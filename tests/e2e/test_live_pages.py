"""An open page comes to show what has changed, at whatever moment it is told."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import expect

SOON = 15_000
"""Milliseconds on a busy machine; a page that was told nothing asks after thirty seconds."""
COUNTING = """
Object.assign(window, { streams: 0, told: 0, asked: 0 });
const Real = window.EventSource;
window.EventSource = class extends Real {
  constructor(address) {
    super(address);
    this.addEventListener("open", () => (window.streams += 1));
    this.addEventListener("changed", () => (window.told += 1));
  }
};
addEventListener("htmx:beforeSend", () => (window.asked += 1));"""
_numbers = count(1)


@pytest.fixture
def case_no(stack):
    """One of Lin's cases that wait for the seller."""
    found = stack.rows(
        "SELECT c.case_no FROM cases_case c JOIN processes_processinstance i"
        " ON i.business_key = c.case_no JOIN processes_usertask t ON t.instance_id = i.id"
        " WHERE c.buyer = 'lin.buyer' AND t.element_id = 'ReviewRefund' AND t.closed_at IS NULL"
    )
    return found[0]["case_no"]


@pytest.fixture
def change(stack, case_no):
    """Change what the page of the case shows, and say so once: `change()` → what it shows now."""

    def act() -> str:
        text = f"Told the {next(_numbers)}. time."
        stack.rows("UPDATE cases_case SET description = %s WHERE case_no = %s", [text, case_no])
        assert stack.hint(tenant="lingyue", key=case_no) == 1
        return text

    return act


@pytest.fixture
def page(signed_in):
    """Lin's browser; its pages count streams, what these tell, and what is asked."""
    page = signed_in("lin.buyer")
    page.clock.install()
    page.add_init_script(COUNTING)
    return page


@pytest.fixture
def counts(page, stack):
    """Wait until the page has counted so many: `counts("told", 2)`."""

    def wait(what: str, times: int = 1) -> None:
        stack.until(lambda: page.evaluate("what => window[what]", what) >= times)

    return wait


def test_what_is_told_before_the_page_listens_is_not_lost(page, case_no, change, counts):
    late = []
    page.route("**/form*.js", lambda route: late.append(route))
    page.goto(address(case_no), wait_until="commit")
    counts("streams")

    text = change()
    counts("told")
    page.clock.run_for(1100)
    for script in late:
        script.continue_()

    expect(page.get_by_text(text)).to_be_visible(timeout=SOON)


def test_what_is_told_while_an_older_answer_is_on_its_way_is_not_lost(
    page, case_no, change, counts, stack
):
    page.goto(address(case_no))
    counts("streams")
    held = []
    page.route("**" + address(case_no), lambda route: held.append(route), times=1)
    change()
    counts("asked")
    stack.until(lambda: page.evaluate("true") and held)
    older = held[0].fetch()

    text = change()
    counts("told", 2)
    page.clock.run_for(1100)
    held[0].fulfill(response=older)

    expect(page.get_by_text(text)).to_be_visible(timeout=SOON)


def test_a_page_whose_question_was_not_answered_asks_again(page, case_no, change, counts):
    page.goto(address(case_no))
    counts("streams")
    page.route("**" + address(case_no), lambda route: route.fulfill(status=503), times=1)

    text = change()

    expect(page.get_by_text(text)).to_be_visible(timeout=SOON)


def address(case_no: str) -> str:
    return f"/my/refunds/{case_no}/"
