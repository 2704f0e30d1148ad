"""What every answer carries, and what happens to requests that make no sense."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from handlers.cases import api as cases
from tests.webapp.conftest import claimed, task_of


@pytest.mark.parametrize("path", ["/login/", "/inbox/", "/nowhere/"])
def test_every_page_is_strict_about_what_a_browser_may_load(path, login):
    headers = login("sofia").get(path).headers

    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_with_data_are_not_kept_by_browsers(login, case_no):
    assert "no-store" in login("sofia").get(f"/cases/{case_no}/").headers["Cache-Control"]


def test_no_page_has_inline_code(login, case_no):
    page = login("sofia").get(f"/cases/{case_no}/").content.decode()

    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_a_body_over_the_limit_is_refused_unread(login, case_no):
    sofia = login("sofia")
    url = claimed(sofia, case_no)

    response = sofia.post(url, {"payload": "x" * 300_000})

    assert response.status_code == 413
    assert "That was too much at once" in response.content.decode()
    assert task_of(case_no).assignee == "sofia"


def test_the_application_takes_files_but_not_without_end(login, order):
    response = login("lin.buyer").generic(
        "POST",
        f"/my/orders/{order.order_no}/refund/",
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )

    assert response.status_code == 413
    assert not cases.cases_of_buyer("lin.buyer")


@pytest.mark.parametrize("length", ["-1", "many", "1e9"])
def test_a_body_of_unknown_length_is_refused(length, client):
    response = client.generic("POST", "/login/", b"x", CONTENT_LENGTH=length)

    assert response.status_code == 413


def test_a_form_without_its_token_is_refused_with_a_sentence(world):
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "sofia"})

    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


def test_a_wrong_method_is_refused(login, case_no):
    assert login("sofia").get(f"/inbox/{task_of(case_no).id}/claim/").status_code == 405
    assert login("sofia").put("/inbox/").status_code == 405
    assert b"no page of its own" in login("sofia").put("/inbox/").content


@pytest.mark.parametrize(
    "path",
    ["/inbox/99999999999999999999999/", "/inbox/0/", "/cases/%00/", "/cases/../", "/my/refunds/'/"],
)
def test_odd_addresses_are_not_found(path, login):
    for name in ("sofia", "lin.buyer"):
        assert login(name).get(path).status_code in (400, 404)


def test_an_error_of_ours_is_said_in_plain_words(login, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("webapp.inbox.views.listing_for", fail)
    client = login("sofia")
    client.raise_request_exception = False

    response = client.get("/inbox/")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()
    assert "boom" not in response.content.decode()


@pytest.mark.parametrize("address", ["/inbox/", "/callbacks/refunds/simulator/"])
def test_while_the_database_is_away_everybody_is_asked_to_come_again(address, login, monkeypatch):
    client = login("sofia")
    client.raise_request_exception = False

    def away(*_: object, **__: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("webapp.inbox.views.listing_for", away)
    monkeypatch.setattr("webapp.callbacks.views.refunds.receive_callback", away)
    response = client.get(address) if address == "/inbox/" else client.post(address)

    assert response.status_code == 503
    assert "connection" not in response.content.decode()


def test_error_pages_speak_the_readers_language(client, world):
    client.cookies["django_language"] = "zh-hans"

    assert "这里什么也没有" in client.get("/nowhere/").content.decode()
