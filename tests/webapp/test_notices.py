"""News: each sees their own and their groups', and says when they are read."""

from __future__ import annotations

from tests.webapp.conftest import rejected


def test_the_seller_is_told_of_the_request_and_the_buyer_of_the_refusal(login, case_no):
    rejected(login, case_no)

    seller = login("sofia").get("/news/").content.decode()
    buyer = login("lin.buyer").get("/news/").content.decode()

    assert "New refund request" in seller
    assert f"/cases/{case_no}/" in seller
    assert "The seller refuses" in buyer
    assert f">{case_no} · " in buyer
    assert f"/my/refunds/{case_no}/" in buyer
    assert "No news" in login("qing").get("/news/").content.decode()


def test_news_are_read_when_one_says_so_and_only_for_oneself(login, case_no):
    sofia = login("sofia")
    before = sofia.get("/news/")
    assert before.context["unread"] == 1
    assert sofia.get("/news/").context["unread"] == 1

    assert sofia.post("/news/read/").status_code == 302

    assert sofia.get("/news/").context["unread"] == 0
    assert login("sergio").get("/news/").context["unread"] == 1


def test_a_made_up_page_mark_is_a_bad_request(login):
    for mark in ("-1", "x", "²", "9" * 30):
        assert login("sofia").get(f"/news/?after={mark}").status_code == 400


def test_strangers_are_asked_to_log_in(client, world):
    assert client.get("/news/").status_code == 302
    assert client.post("/news/read/").status_code == 302
