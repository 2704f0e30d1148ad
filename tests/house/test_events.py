"""The event stream under a real server: who may listen, and what is heard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import httpx
import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.test import Client

from processes import hints
from webapp.accounts.models import User
from webapp.building.stamps import ROOT
from webapp.supervisor import checks
from webapp.supervisor.children import answers
from webapp.watch import token_for

PATIENCE = 20


@pytest.fixture(scope="module")
def address(valkey_url):
    """A running event stream."""
    port = checks.free_port("127.0.0.1")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "webapp.events:application", "--port", str(port)),
            *("--log-level", "warning", "--timeout-graceful-shutdown", "1"),
        ],
        cwd=ROOT,
        env=os.environ | {"REDIS_URL": valkey_url},
    )
    listening = answers("127.0.0.1", port)
    give_up = time.monotonic() + PATIENCE
    while not listening():
        assert server.poll() is None
        assert time.monotonic() < give_up
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(PATIENCE)


def listen(address, token):
    return httpx.stream("GET", f"{address}/events", params={"token": token}, timeout=PATIENCE)


def heard(lines, valkey, *hints):
    """Publish hints once the stream is heard, and return the next event's name."""
    while not valkey.pubsub_numsub("af:changed")[0][1]:
        next(lines)
    for hint in hints:
        valkey.publish("af:changed", hint if isinstance(hint, str) else json.dumps(hint))
    return next(line for line in lines if line.startswith("event:"))


def test_a_seller_hears_of_their_own_house_only(address, valkey):
    token = token_for(person="sofia", tenant="lingyue")

    with listen(address, token) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 3000"
        said = heard(lines, valkey, {"t": "qinghe", "k": "AF-1"}, {"t": "lingyue", "k": "AF-2"})

    assert said == "event: changed"
    assert stream.headers["content-type"].startswith("text/event-stream")


def test_a_page_is_told_what_changed_between_its_making_and_its_listening(address, valkey):
    token = token_for(person="lin.buyer", keys=["AF-7"])
    with listen(address, token_for(person="cora", tenant="platform")) as stream:
        heard(stream.iter_lines(), valkey, {"t": "lingyue", "k": "AF-7"})

    with listen(address, token) as stream:
        said = next(line for line in stream.iter_lines() if line.startswith("event:"))

    assert said == "event: changed"


def test_a_hint_that_makes_no_sense_silences_nobody(address, valkey):
    token = token_for(person="cora", tenant="platform")

    with listen(address, token) as stream:
        assert heard(stream.iter_lines(), valkey, "{", "[]", {"k": []}, {"t": "x", "k": "y"})


def test_a_break_is_told_to_pages_that_were_open_and_to_those_made_meanwhile(address, valkey):
    with listen(address, token_for(person="lin.buyer", keys=["AF-8"])) as stream:
        lines = stream.iter_lines()
        heard(lines, valkey, {"t": "lingyue", "k": "AF-8"})
        made = token_for(person="lin.buyer", keys=["AF-9"])
        assert valkey.client_kill_filter(_type="pubsub")
        assert next(line for line in lines if line.startswith("event:")) == "event: changed"

    with listen(address, made) as stream:
        said = next(line for line in stream.iter_lines() if line.startswith("event:"))
    assert said == "event: changed"


def test_everybody_is_told_when_everything_may_have_changed(address, valkey):
    with listen(address, token_for(person="lin.buyer", keys=["AF-10"])) as stream:
        assert heard(stream.iter_lines(), valkey, hints.EVERYTHING) == "event: changed"


def over(lines) -> float:
    """Wait until the stream ends; how many seconds that took."""
    began = time.monotonic()
    assert list(lines) is not None
    return time.monotonic() - began


def open_page():
    """Sofia's page as the web application makes it: its browser, and what it may show."""
    browser = Client()
    browser.force_login(User.objects.get(username="sofia"))
    page = browser.get("/inbox/")
    return browser, page.context["live_token"]


@pytest.fixture
def sofia(transactional_db, settings, valkey_url):
    """A seller with a password, and the broker the web application tells of changes."""
    settings.REDIS_URL = valkey_url
    user = User.objects.create_user("sofia", password="first-Secret-1", tenant="lingyue")
    user.groups.add(Group.objects.get_or_create(name="seller")[0])
    return user


def _log_out(browser, user):
    browser.post("/logout/")


def _forget_sessions(browser, user):
    Session.objects.all().delete()


def _another_password(browser, user):
    user.set_password("other-Secret-2")
    user.save()


def _deactivate(browser, user):
    user.is_active = False
    user.save()


def _move_house(browser, user):
    user.tenant = "qinghe"
    user.save(update_fields=["tenant"])


def _leave_groups(browser, user):
    user.groups.clear()


def _empty_group(browser, user):
    Group.objects.get(name="seller").user_set.clear()


def _drop_group(browser, user):
    Group.objects.get(name="seller").delete()


def _delete(browser, user):
    user.delete()


LEAVING = (
    _log_out,
    _forget_sessions,
    _another_password,
    _deactivate,
    _move_house,
    _leave_groups,
    _empty_group,
    _drop_group,
    _delete,
)


@pytest.mark.parametrize("how", LEAVING)
def test_a_stream_ends_with_the_right_to_listen_and_its_token_opens_no_other(
    address, valkey, sofia, how
):
    browser, token = open_page()
    with listen(address, token) as stream:
        lines = stream.iter_lines()
        heard(lines, valkey, {"t": "lingyue", "k": "AF-1"})
        how(browser, sofia)
        assert over(lines) < 5

    assert httpx.get(f"{address}/events", params={"token": token}).status_code == 403


def test_whoever_looked_at_his_language_or_logged_in_elsewhere_listens_on(address, valkey, sofia):
    _browser, token = open_page()
    with listen(address, token) as stream:
        lines = stream.iter_lines()
        heard(lines, valkey, {"t": "lingyue", "k": "AF-1"})
        Client().login(username="sofia", password="first-Secret-1")
        sofia.language = "zh-hans"
        sofia.save(update_fields=["language"])
        assert heard(lines, valkey, {"t": "lingyue", "k": "AF-2"}) == "event: changed"


def test_when_marks_may_be_lost_each_page_must_show_itself_again(address, valkey):
    token = token_for(person="cora", tenant="platform")
    with listen(address, token) as stream:
        lines = stream.iter_lines()
        assert heard(lines, valkey, hints.EVERYTHING) == "event: changed"
        assert over(lines) < 5

    assert httpx.get(f"{address}/events", params={"token": token}).status_code == 403
    with listen(address, token_for(person="cora", tenant="platform")) as stream:
        assert stream.status_code == 200


def test_a_broker_that_was_away_when_somebody_left_makes_every_page_show_itself(
    transactional_db, settings, monkeypatch
):
    made_good = []
    monkeypatch.setattr(hints, "make_good", lambda *_error: made_good.append(True))
    settings.REDIS_URL = f"redis://127.0.0.1:{checks.free_port('127.0.0.1')}/0"
    User.objects.create_user("sofia").groups.add(Group.objects.create(name="seller"))

    assert made_good


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c"])
def test_without_a_token_of_ours_nothing_is_heard(address, token):
    assert httpx.get(f"{address}/events", params={"token": token}).status_code == 403


def test_other_addresses_are_not_found(address):
    assert httpx.get(f"{address}/").status_code == 404
    assert httpx.post(f"{address}/events").status_code == 404
    assert httpx.get(f"{address}/livez").text == "alive\n"
