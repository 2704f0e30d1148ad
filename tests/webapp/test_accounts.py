"""Logging in and out, the language and the theme."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.webapp.conftest import claimed
from webapp.accounts import throttle
from webapp.accounts.models import LoginTries, User


@pytest.fixture
def sofia(world) -> User:
    user = User.objects.get(username="sofia")
    user.set_password("secret-of-sofia")
    user.save()
    return user


def test_staff_come_to_the_inbox_and_buyers_to_their_orders(client, sofia, login):
    response = client.post("/login/", {"username": "sofia", "password": "secret-of-sofia"})

    assert response.headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/inbox/?tab=group"
    assert login("lin.buyer").get("/").headers["Location"] == "/my/orders/"


def test_who_has_tasks_begins_with_them(login, case_no):
    claimed(login("sofia"), case_no)

    assert login("sofia").get("/").headers["Location"] == "/inbox/"


def test_a_wrong_password_keeps_the_name_and_says_so(client, sofia):
    page = client.post("/login/", {"username": "sofia", "password": "guess"}).content.decode()

    assert 'value="sofia"' in page
    assert "guess" not in page
    assert "af-note-danger" in page


RIGHT = {"username": "sofia", "password": "secret-of-sofia"}


def guess(client, times, **meta):
    """Wrong passwords for sofia; the last answer."""
    for _time in range(times):
        response = client.post("/login/", RIGHT | {"password": "guess"}, **meta)
    return response


def test_the_sixth_guess_is_refused_and_even_the_right_password_waits(client, sofia):
    assert guess(client, 5).status_code == 200
    sixth = guess(client, 1)

    assert sixth.status_code == 429
    assert "Too many tries" in sixth.content.decode()
    assert client.post("/login/", RIGHT).status_code == 429
    assert client.get("/inbox/").status_code == 302


def test_guessing_at_one_login_keeps_nobody_else_out(client, sofia):
    guess(client, 6)

    assert client.post("/login/", RIGHT, REMOTE_ADDR="10.0.0.9").status_code == 302
    other = Client().post("/login/", {"username": "marco", "password": "guess"})
    assert other.status_code == 200


def test_the_wait_ends_and_a_right_password_starts_afresh(client, sofia):
    guess(client, 6)
    LoginTries.objects.update(since=timezone.now() - throttle.WAIT - timedelta(seconds=1))
    assert client.post("/login/", RIGHT).status_code == 302

    assert guess(Client(), 5).status_code == 200


def test_what_a_request_says_of_its_address_counts_only_behind_our_own_proxy(
    client, sofia, settings
):
    for number in range(6):
        answer = guess(client, 1, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert answer.status_code == 429

    settings.BEHIND_PROXY = True
    forged = {"X-Forwarded-For": "10.9.9.9, 10.0.0.7"}
    assert client.post("/login/", RIGHT, headers=forged).status_code == 302


def test_one_address_cannot_try_one_password_on_everybody(client, sofia, monkeypatch):
    monkeypatch.setattr(throttle, "TRIES_OF_ADDRESS", 3)
    for login in ("marco", "qing", "cora"):
        client.post("/login/", {"username": login, "password": "guess"})

    assert client.post("/login/", RIGHT).status_code == 429


def test_after_the_login_one_comes_to_where_one_wanted_to_go(client, sofia):
    data = {"username": "sofia", "password": "secret-of-sofia"}

    wanted = client.post("/login/", {**data, "next": "/cases/"})
    client.logout()
    foreign = client.post("/login/", {**data, "next": "https://elsewhere.example/"})

    assert wanted.headers["Location"] == "/cases/"
    assert foreign.headers["Location"] == "/"


def test_logging_out_ends_it(login):
    client = login("sofia")

    client.post("/logout/")

    assert client.get("/inbox/").status_code == 302


def test_the_demo_shows_its_people_and_production_does_not(client, world, settings):
    settings.ENV = "demo"
    assert "afterflow-demo" in client.get("/login/").content.decode()

    settings.ENV = "production"
    assert "afterflow-demo" not in client.get("/login/").content.decode()


def test_the_language_is_kept_in_the_browser_and_with_the_account(login, sofia, client):
    chooser = login("sofia")

    response = chooser.post("/language/", {"language": "zh-hans", "next": "/cases/"})

    assert response.headers["Location"] == "/cases/"
    assert "售后单" in chooser.get("/cases/").content.decode()
    client.post("/login/", {"username": "sofia", "password": "secret-of-sofia"})
    assert "收件箱" in client.get("/inbox/").content.decode()


def test_the_theme_is_kept_likewise(login):
    client = login("sofia")

    client.post("/theme/", {"theme": "dark", "next": "/inbox/"})

    assert 'data-bs-theme="dark"' in client.get("/inbox/").content.decode()
    assert User.objects.get(username="sofia").theme == "dark"


@pytest.mark.parametrize("path", ["/language/", "/theme/"])
def test_made_up_choices_change_nothing_and_nobody_is_sent_elsewhere(path, login):
    client = login("sofia")

    response = client.post(
        path, {"language": "xx", "theme": "pink", "next": "https://elsewhere.example/"}
    )

    assert response.headers["Location"] == "/"
    assert not response.cookies


class TestIdleStaff:
    """Nobody at the screen: after half an hour it asks for the password again."""

    @pytest.fixture
    def clock_at(self, monkeypatch):
        """Let so many seconds have passed: `clock_at(1801)`."""
        begun = time.time()

        def pass_by(seconds):
            monkeypatch.setattr("webapp.accounts.idle.time.time", lambda: begun + seconds)

        return pass_by

    def test_are_logged_out_with_a_sentence_and_come_back_to_where_they_were(self, login, clock_at):
        sofia = login("sofia")
        clock_at(1801)

        response = sofia.get("/cases/?q=belt")

        assert response.headers["Location"] == "/login/?next=/cases/%3Fq%3Dbelt"
        page = sofia.get(response.headers["Location"]).content.decode()
        assert "because nothing was done here for 30 minutes" in page
        assert sofia.get("/cases/").status_code == 302

    def test_stay_as_long_as_they_do_something(self, login, clock_at):
        sofia = login("sofia")
        for seconds in range(0, 7200, 1700):
            clock_at(seconds)
            assert sofia.get("/inbox/").status_code == 200

    def test_are_not_kept_by_what_the_page_asks_by_itself(self, login, clock_at):
        sofia = login("sofia")
        own = {"X-Af-By-Itself": "1", "HX-Request": "true"}
        clock_at(1700)
        assert sofia.get("/inbox/", headers=own).status_code == 200
        clock_at(1801)

        response = sofia.get("/inbox/", headers=own)

        assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/login/?next=/")

    def test_lose_nothing_that_they_send_too_late(self, login, clock_at):
        sofia = login("sofia")
        clock_at(1801)

        response = sofia.post("/inbox/1/", {"payload": "{}"}, headers={"HX-Request": "true"})

        assert (response.status_code, "HX-Redirect" in response.headers) == (401, False)

    def test_for_as_long_as_the_setting_says(self, login, clock_at, settings):
        settings.STAFF_IDLE_SECONDS = 60
        sofia = login("sofia")
        clock_at(61)
        assert sofia.get("/inbox/").status_code == 302

    def test_does_not_concern_buyers(self, login, clock_at):
        lin = login("lin.buyer")
        clock_at(7200)
        assert lin.get("/my/orders/").status_code == 200
