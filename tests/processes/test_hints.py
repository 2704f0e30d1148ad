"""Hints are sent after the commit, to nobody's harm when there is no broker."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
import redis
from django.db import transaction

from processes import hints, runtime
from processes.envelopes import queue
from tests.processes.conftest import SHOP, stands_at, the_task
from webapp.embedded.valkey import Valkey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(valkey):
    """Listens to what open pages are told; call it for all that has come so far."""
    channel = valkey.pubsub(ignore_subscribe_messages=True)
    channel.subscribe("af:changed")
    channel.get_message(timeout=2)

    def messages() -> list[dict]:
        found = []
        while message := channel.get_message(timeout=0.5):
            found.append(json.loads(message["data"]))
        return found

    yield messages
    channel.close()


def test_open_pages_are_told_which_case_has_changed(heard, begin):
    begin("review")
    assert heard() == [{"t": "lingyue", "k": "AF-1"}]


def test_nobody_is_told_of_what_was_rolled_back(heard, begin):
    begin("review", "AF-0")
    heard()

    with transaction.atomic():
        runtime.start_process(
            key="review", business_key="AF-1", variables={}, tenant="t", actor=SHOP
        )
        transaction.set_rollback(True)

    assert heard() == []


def test_a_broker_that_is_away_is_left_alone_and_holds_up_nobody(
    review, sofia, settings, monkeypatch, caplog
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(hints, "_quiet_until", 0.0)

    began = time.monotonic()
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    assert time.monotonic() - began < 1
    assert hints.flush(10)
    assert stands_at(review) == {"Pay"}
    assert hints.broker_is_down()
    assert caplog.text.count("No hint could be sent") == 1


def test_a_ring_says_whether_it_was_heard(valkey, monkeypatch):
    assert hints.ring([1]) is True
    assert hints.ring([]) is True

    monkeypatch.setattr(hints, "_quiet_until", time.monotonic() + 60)
    assert hints.ring([1]) is False
    assert hints.ring([]) is True


@pytest.fixture
def slow_broker(tmp_path, settings, monkeypatch):
    """A broker of this test's own, to be stopped in its tracks, and what open pages hear of it."""
    monkeypatch.setattr(hints, "_quiet_until", 0.0)
    monkeypatch.setattr(hints, "_PAUSE_SECONDS", 0.2)
    broker = Valkey(tmp_path / "valkey")
    settings.REDIS_URL = broker.url
    server = broker.start(log=tmp_path / "valkey.log")
    with redis.Redis.from_url(broker.url) as client:
        hearing = client.pubsub(ignore_subscribe_messages=True)
        hearing.subscribe("af:changed")
        hearing.get_message(timeout=2)
        yield server, client, hearing
    server.send_signal(signal.SIGCONT)
    server.kill()
    server.wait(10)


def test_what_a_slow_broker_was_not_told_is_made_good_in_one_word(slow_broker):
    server, client, hearing = slow_broker
    server.send_signal(signal.SIGSTOP)
    hints.send_soon([7], [("lingyue", "AF-1")])
    assert hints.flush(10)
    assert hints.broker_is_down()
    hints.send_soon([8], [("lingyue", "AF-2")])
    assert hints.flush(10)

    server.send_signal(signal.SIGCONT)

    heard = []
    while {"all": True} not in heard:
        message = hearing.get_message(timeout=10)
        assert message, f"Expected to hear that everything may have changed, heard {heard}"
        heard.append(json.loads(message["data"]))
    assert client.llen(queue()), "Expected a worker to be rung for whatever is ready"
    hints.send_soon((), [("lingyue", "AF-3")])
    assert json.loads(hearing.get_message(timeout=10)["data"]) == {"t": "lingyue", "k": "AF-3"}


def test_a_connection_that_was_dropped_is_made_anew_and_nothing_is_lost(heard, valkey):
    hints.send_soon((), [("lingyue", "AF-1")])
    assert hints.flush(10)
    heard()
    valkey.execute_command("CLIENT", "KILL", "TYPE", "normal")

    hints.send_soon((), [("lingyue", "AF-2")])

    assert hints.flush(10)
    assert heard() == [{"t": "lingyue", "k": "AF-2"}]


def test_messages_that_no_worker_takes_do_not_fill_the_broker(valkey, monkeypatch):
    monkeypatch.setattr(hints, "KEPT", 3)
    for job in range(5):
        assert hints.ring([job])
    assert valkey.llen(queue()) == 3


def test_what_comes_together_is_told_once(heard):
    for _ in range(20):
        hints.send_soon((), [("lingyue", "AF-1"), ("lingyue", "AF-2")])
    assert hints.flush(10)

    told = [message["k"] for message in heard()]
    assert set(told) == {"AF-1", "AF-2"}
    assert len(told) < 40


def test_a_forked_process_has_a_thread_of_its_own(valkey):
    hints.send_soon((), [("t", "AF-1")])
    mine = hints._postman()
    child = os.fork()
    if child == 0:
        os._exit(0 if hints._postman() is not mine and hints.flush(10) else 1)
    assert os.waitpid(child, 0)[1] == 0
