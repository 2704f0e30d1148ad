"""The inbox, by URL: claim, fill in, complete; and everything that can go wrong on the way."""

from __future__ import annotations

import json
import re

import pytest

from handlers.cases import api as cases
from processes import queries, worker
from tests.handlers.shop import shop_order
from tests.webapp.conftest import answer, claimed, has_task, open_case, status_of, task_of
from webapp.accounts.models import User

NUMBER = re.compile(r"<span>(AF[\d-]+)</span>")
NEXT = re.compile(r'href="([^"]+after=[^"]+)"')


def test_a_task_is_claimed_answered_and_gone(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)

    response = answer(sofia, url, decision="approve", note="Sorry.")

    assert response.status_code == 302
    assert not has_task(case_no, "ReviewRefund")
    worker.work()
    assert status_of(case_no) in ("approved", "refunding")


def test_the_list_shows_what_the_case_is_about(login, case_no):
    page = login("sofia").get("/inbox/?tab=group").content.decode()

    assert "Review refund request" in page
    assert case_no in page
    assert "CN¥100.00" in page
    assert "Kettle" in page


def test_the_task_shows_order_reason_and_what_silence_does(login, case_no):
    page = login("sofia").get(f"/inbox/{task_of(case_no).id}/").content.decode()

    assert "Not shipped yet, no longer wanted" in page
    assert "If nobody acts until" in page
    assert "approved by itself" in page


def test_errors_keep_the_input_and_say_where(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)

    response = answer(sofia, url, decision="offer", note="Half?", offer_amount="12.345")

    assert response.status_code == 422
    shown = _island(response, "task-data")
    assert shown == {"decision": "offer", "note": "Half?", "offer_amount": "12.345"}
    assert list(_island(response, "task-errors")) == ["offer_amount"]
    assert has_task(case_no, "ReviewRefund")


@pytest.mark.parametrize(
    "data",
    [
        {"decision": "bribe"},
        {"decision": ["approve"]},
        {"decision": "approve", "injected": True},
        {"decision": "offer"},
        {"decision": "offer", "offer_amount": 0},
        {"decision": "offer", "offer_amount": -5},
        {"decision": "offer", "offer_amount": 100.01},
        {"decision": "offer", "offer_amount": "many"},
        {"decision": "offer", "offer_amount": {"a": 1}},
        {"decision": "reject"},
        {"decision": "approve", "note": "x" * 2000},
        {},
    ],
)
def test_bad_answers_change_nothing(data, login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)
    before = task_of(case_no)

    response = answer(sofia, url, **data)

    assert response.status_code == 422
    assert _island(response, "task-errors")
    assert task_of(case_no) == before


@pytest.mark.parametrize("payload", ["", "null", "[1]", "{", '"x"', "NaN", "[" * 20000])
def test_a_form_that_is_no_form_is_answered_with_a_sentence(payload, login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)

    response = sofia.post(url, {"payload": payload})

    assert response.status_code == 422
    assert "did not arrive in full" in response.content.decode()


def test_the_second_click_is_told_that_it_was_done(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)
    answer(sofia, url, decision="approve")

    response = answer(sofia, url, decision="reject", reason="other")

    assert response.status_code == 409
    assert "has done this task" in response.content.decode()
    worker.work()
    assert status_of(case_no) in ("approved", "refunding")


def test_who_comes_after_a_withdrawal_reads_that_the_case_went_on(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)
    login("lin.buyer").post(f"/my/refunds/{case_no}/withdraw/")
    worker.work()

    for response in (sofia.get(url), answer(sofia, url, decision="approve")):
        page = response.content.decode()
        assert "The case has moved on; this task is no longer needed." in page
        assert "has done this task" not in page


def test_a_stale_form_loses_but_keeps_what_was_typed(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)
    old = task_of(case_no).revision
    saved = answer(sofia, f"{url}draft/", revision=old, note="in another window")
    assert saved.json()["revision"] > old

    response = answer(sofia, url, revision=old, decision="approve", note="here")

    assert response.status_code == 409
    assert "changed since you opened it" in response.content.decode()
    assert _island(response, "task-data")["note"] == "here"
    assert has_task(case_no, "ReviewRefund")


def test_a_draft_is_there_when_one_comes_back(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)

    answer(sofia, f"{url}draft/", revision=task_of(case_no).revision, note="Half a sentence")

    assert _island(sofia.get(url), "task-data") == {"note": "Half a sentence"}


def test_a_colleague_who_comes_second_reads_who_has_it(login, case_no):
    claimed(login("sofia"), case_no)

    response = login("sergio").post(f"/inbox/{task_of(case_no).id}/claim/")

    assert response.status_code == 409
    assert "sofia" in response.content.decode()
    assert task_of(case_no).assignee == "sofia"


def test_a_task_given_back_is_everybodys_again(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)

    sofia.post(f"{url}release/")

    assert task_of(case_no).assignee == ""
    assert case_no in login("sergio").get("/inbox/?tab=group").content.decode()


def test_nobody_answers_a_task_that_a_colleague_has(login, case_no):
    claimed(login("sofia"), case_no)

    response = answer(login("sergio"), f"/inbox/{task_of(case_no).id}/", decision="approve")

    assert response.status_code == 409
    assert has_task(case_no, "ReviewRefund")


def test_pages_follow_each_other_without_gap_or_repetition(login, monkeypatch):
    monkeypatch.setattr("webapp.inbox.listing.PAGE", 2)
    numbers = {open_case(shop_order(lines=[(1, 10000)])) for _ in range(5)}
    sofia, url, seen = login("sofia"), "/inbox/?tab=group", []

    while url:
        listing = sofia.get(url).context["listing"]
        seen += [row.task.business_key for row in listing.rows]
        url = f"/inbox/?{listing.following}" if listing.following else ""

    assert len(seen) == 5
    assert set(seen) == numbers


def test_a_made_up_page_mark_is_a_bad_request(login, case_no):
    response = login("sofia").get("/inbox/?tab=group&after=boo")

    assert response.status_code == 400
    assert "could not read that request" in response.content.decode()


def test_filters_narrow_the_list(login, case_no):
    marco = login("marco")

    def shown(query: str) -> bool:
        return case_no in marco.get(f"/inbox/?tab=group&{query}").content.decode()

    assert shown("group=lingyue/seller")
    assert not shown("group=lingyue/seller_manager")
    assert shown("group=qinghe/seller")  # not his: passed over
    assert shown("process=refund_only")
    assert not shown("process=customer_service")
    assert not shown("overdue=1")


def test_a_search_finds_the_tasks_of_a_case_an_order_and_a_buyer(login, case_no, monkeypatch):
    monkeypatch.setattr("webapp.inbox.listing.PAGE", 1)
    other, third = (open_case(shop_order(lines=[(1, 10000)])) for _ in range(2))
    order_no = cases.summaries([case_no])[case_no].order_no
    User.objects.filter(username="lin.buyer").update(first_name="Lin", last_name="Lan")
    sofia = login("sofia")

    def found(client, text, tab="group"):
        page = client.get("/inbox/", {"tab": tab, "q": text}).content.decode()
        seen = NUMBER.findall(page)
        while following := NEXT.search(page):
            page = client.get(following[1].replace("&amp;", "&")).content.decode()
            seen += NUMBER.findall(page)
        return seen

    # whatever names the case finds its task, with names its buyer all of his, page by page
    for text in (case_no, case_no.lower(), f" {order_no} "):
        assert found(sofia, text) == [case_no]
    for text in ("lin.buyer", "lan", "Lan Lin"):
        assert found(sofia, text) == [case_no, other, third]

    # what is claimed is among one's own, and nobody finds what is another house's
    claimed(sofia, other)
    assert found(sofia, other) == []
    assert found(sofia, other, tab="mine") == [other]
    assert found(login("qing"), case_no) == found(login("qing"), "lan") == []
    assert found(sofia, "nobody") == found(sofia, "%") == found(sofia, "\0") == []


def test_htmx_gets_the_pane_or_the_rows_alone(login, case_no):
    sofia = login("sofia")
    pane = sofia.get(
        f"/inbox/{task_of(case_no).id}/", headers={"HX-Request": "true", "HX-Target": "pane"}
    )
    rows = sofia.get("/inbox/?tab=group", headers={"HX-Request": "true", "HX-Target": "rows"})

    assert "<html" not in pane.content.decode()
    assert "data-af-task" in pane.content.decode()
    assert "<html" not in rows.content.decode()
    assert case_no in rows.content.decode()


def test_nobody_is_shown_raw_numbers_of_the_machine(login, case_no):
    task = task_of(case_no)
    page = login("sofia").get(f"/inbox/{task.id}/").content.decode()

    assert "ReviewRefund" not in page
    assert "lingyue/seller" not in page
    assert queries.case_instance(case_no) is not None
    assert "not_shipped" not in page


def _island(response, name: str):
    page = response.content.decode()
    start = page.index(f'<script id="{name}" type="application/json">')
    text = page[page.index(">", start) + 1 : page.index("</script>", start)]
    return json.loads(text)
