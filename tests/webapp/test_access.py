"""Who may open what. What one may not see does not exist: 404, never 403."""

from __future__ import annotations

import pytest

from handlers.cases import api as cases
from processes import queries
from tests.webapp.conftest import PEOPLE, open_case, rejected, task_of
from webapp.access import actor_of
from webapp.accounts.models import User

PAGES = {
    "/inbox/": "sofia sergio marco qing cora fay admin",
    "/cases/": "sofia sergio marco qing cora fay admin",
    "/cases/{case}/": "sofia sergio marco cora fay admin",
    "/inbox/{task}/": "sofia sergio marco",
    "/money/": "fay admin",
    "/my/orders/": "lin.buyer wang.buyer",
    "/my/refunds/": "lin.buyer wang.buyer",
    "/my/orders/{order}/": "lin.buyer",
    "/my/orders/{order}/refund/": "lin.buyer",
    "/my/refunds/{case}/": "lin.buyer",
    "/clock/": "admin",
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_there_for_those_who_may_see_it_and_for_nobody_else(page, login, case_no):
    case = cases.summaries([case_no])[case_no]
    url = page.format(case=case_no, task=task_of(case_no).id, order=case.order_no)

    found = {name for name in PEOPLE if login(name).get(url).status_code == 200}
    missing = {name for name in PEOPLE if login(name).get(url).status_code == 404}

    assert found == set(PAGES[page].split())
    assert missing == set(PEOPLE) - found


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_asked_to_log_in(page, client, case_no):
    url = page.format(case=case_no, task=task_of(case_no).id, order="SO1")

    response = client.get(url)

    if page == "/clock/":  # a login would not help most people; still the same answer
        assert response.status_code == 302
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/?next=")


def test_a_foreign_task_can_be_neither_claimed_nor_done_nor_drafted(login, case_no):
    task = task_of(case_no)

    for name in ("qing", "cora", "lin.buyer"):
        client = login(name)
        for act in ("claim/", "release/", "draft/", ""):
            response = client.post(f"/inbox/{task.id}/{act}", {"payload": "{}"})
            assert response.status_code == 404, (name, act)

    assert task_of(case_no) == task


def test_a_foreign_case_can_be_neither_withdrawn_nor_answered_nor_added_to(login, case_no):
    task = rejected(login, case_no)
    wang = login("wang.buyer")

    for act in ("withdraw/", "evidence/", f"tasks/{task}/", f"tasks/{task}/draft/"):
        response = wang.post(f"/my/refunds/{case_no}/{act}", {"payload": '{"answer": "withdraw"}'})
        assert response.status_code in (404, 422), act
        assert response.status_code == 404 or act == "evidence/"

    assert task_of(case_no, "AnswerRejection").id == task


def test_a_task_of_another_case_is_not_reached_through_ones_own(login, order, case_no):
    rejected(login, case_no)
    other = open_case(order)
    task = task_of(case_no, "AnswerRejection").id

    response = login("lin.buyer").post(
        f"/my/refunds/{other}/tasks/{task}/", {"payload": '{"answer": "withdraw"}'}
    )

    assert response.status_code == 404


def test_evidence_is_seen_by_both_sides_and_nobody_else(login, order):
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20
    case_no = open_case(order, evidence=[cases.Upload(name="a.png", data=png)])
    file = cases.case_for_buyer(case_no, "lin.buyer").evidence[0].id

    assert login("lin.buyer").get(f"/my/refunds/{case_no}/evidence/{file}/").content == png
    assert login("sofia").get(f"/cases/{case_no}/evidence/{file}/").content == png
    assert login("wang.buyer").get(f"/my/refunds/{case_no}/evidence/{file}/").status_code == 404
    assert login("qing").get(f"/cases/{case_no}/evidence/{file}/").status_code == 404


def test_audiences_are_house_and_group(world):
    marco = User.objects.get(username="marco")

    assert actor_of(marco).groups == {"lingyue/seller", "lingyue/seller_manager"}
    assert not queries.inbox_group(actor_of(User.objects.get(username="lin.buyer")).groups)


class TestLoggedOutInTheMiddle:
    """The session ended while somebody was writing."""

    @pytest.mark.parametrize("sent_by", [{"HX-Request": "true"}, {"Accept": "application/json"}])
    @pytest.mark.parametrize("url", ["/my/refunds/AF1/tasks/1/", "/inbox/1/", "/inbox/1/draft/"])
    def test_the_page_is_told_and_keeps_what_was_typed(self, url, sent_by, client, db):
        response = client.post(url, {"payload": "{}"}, headers=sent_by)

        assert (response.status_code, "HX-Redirect" in response.headers) == (401, False)
        assert "what you typed is still here" in response.json()["error"]

    @pytest.mark.parametrize("url", ["/my/refunds/AF1/withdraw/", "/inbox/1/claim/", "/news/read/"])
    def test_after_the_login_one_is_back_where_the_button_was(self, url, client, db):
        page = "/my/refunds/AF1/"

        response = client.post(url, headers={"Referer": f"http://testserver{page}?x=1"})

        assert response.headers["Location"] == f"/login/?next={page}"
        assert b"nothing was sent" in client.get(response.headers["Location"]).content

    def test_a_foreign_page_is_no_way_back(self, client, db):
        response = client.post("/news/read/", headers={"Referer": "https://evil.example/trap"})
        assert response.headers["Location"] == "/login/?next=/"
