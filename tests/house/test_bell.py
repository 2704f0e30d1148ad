"""What wakes which open page, and what a token lets it watch."""

from __future__ import annotations

import asyncio
import json
import math
import signal
import time

import pytest
from django.core import signing

from webapp import ended
from webapp.bell import MAKING_SECONDS, Bell, Stream
from webapp.embedded.valkey import Valkey
from webapp.watch import RENEWAL_SECONDS, TOKEN_SECONDS, Watch, token_for, watch_of

PATIENCE = 20


def test_what_a_watch_concerns():
    seller = Watch(person="sofia", tenant="lingyue")
    buyer = Watch(person="lin.buyer", keys=frozenset({"AF-1"}))
    staff = Watch(person="cora", tenant="platform")
    nobody = Watch(person="nobody")
    hint = {"t": "lingyue", "k": "AF-1"}

    assert [watch.concerns(hint) for watch in (seller, buyer, staff, nobody)] == [
        *(True, True, True),
        False,
    ]
    other = {"t": "qinghe", "k": "AF-2"}
    assert [watch.concerns(other) for watch in (seller, buyer, staff)] == [False, False, True]


def test_a_page_is_not_told_what_changed_before_it_was_made():
    bell = Bell()
    bell.hears()
    bell.ring(b'{"t": "lingyue", "k": "AF-7"}')
    later = time.time() + MAKING_SECONDS + 1
    old, new = (
        Stream(Watch(person="lin.buyer", keys=frozenset({"AF-7"}), since=since))
        for since in (time.time(), later)
    )

    bell.join(old)
    bell.join(new)

    assert old.changed.is_set()
    assert not new.changed.is_set()


def test_what_was_heard_and_forgotten_is_told_to_pages_made_before(monkeypatch):
    monkeypatch.setattr("webapp.bell.KEPT_HINTS", 3)
    bell = Bell()
    bell.hears()
    made = time.time() + MAKING_SECONDS + 1
    watch = Watch(person="lin.buyer", keys=frozenset({"AF-0"}), since=made)
    monkeypatch.setattr(time, "time", lambda: made)
    for number in range(4):
        bell.ring(json.dumps({"t": "lingyue", "k": f"AF-{number}"}).encode())

    stream = Stream(watch)
    bell.join(stream)

    assert stream.changed.is_set()


def test_a_broker_that_says_nothing_any_more_is_left_and_found_again(
    tmp_path, settings, monkeypatch
):
    monkeypatch.setattr("webapp.bell.SILENCE_SECONDS", 0.1)
    broker = Valkey(tmp_path)
    settings.REDIS_URL = broker.url
    server = broker.start(log=tmp_path / "log")
    try:
        asyncio.run(asyncio.wait_for(_stopped_and_resumed(server), PATIENCE))
    finally:
        server.kill()
        server.wait(PATIENCE)


async def _stopped_and_resumed(server):
    bell = Bell()
    listening = asyncio.create_task(bell.listen())
    stream = Stream(Watch(person="sofia", tenant="lingyue"))
    bell.join(stream)

    async def until(holds):
        while not holds():
            await asyncio.sleep(0.01)

    await until(lambda: bell.deaf_until < math.inf)
    server.send_signal(signal.SIGSTOP)
    await until(lambda: bell.deaf_until == math.inf)
    stream.changed.clear()
    server.send_signal(signal.SIGCONT)
    await stream.changed.wait()
    listening.cancel()
    await asyncio.wait({listening})


def test_a_mark_whose_hint_was_lost_is_found(monkeypatch, settings, valkey, valkey_url):
    settings.REDIS_URL = valkey_url
    monkeypatch.setattr("webapp.bell.CHECK_SECONDS", 0.05)
    gone, stays, later = (
        Stream(Watch(person=person, since=since))
        for person, since in (("sofia", 5.0), ("marco", 5.0), ("sofia", 50.0))
    )
    valkey.set(ended.mark(ended.of_person("sofia")), 10.0)

    async def looked_at() -> None:
        bell = Bell()
        bell.streams |= {gone, stays, later}
        looking = asyncio.create_task(bell.look())
        await asyncio.wait_for(gone.changed.wait(), PATIENCE)
        looking.cancel()

    asyncio.run(looked_at())
    assert [one.over for one in (gone, stays, later)] == [True, False, False]


def test_another_broker_than_before_may_know_no_marks():
    bell, page = Bell(), Stream(Watch(person="cora"))
    bell.streams.add(page)
    for broker, over_now in (("a", False), ("a", False), ("b", True)):
        bell.know(broker)
        assert page.over is over_now


def test_an_old_token_opens_nothing_but_can_be_renewed(monkeypatch):
    token = token_for(person="sofia", tenant="lingyue", keys=["AF-1"])
    later = time.time() + TOKEN_SECONDS + 1
    monkeypatch.setattr(signing.time, "time", lambda: later)

    with pytest.raises(signing.SignatureExpired):
        watch_of(token)
    assert watch_of(token, max_age=RENEWAL_SECONDS).person == "sofia"
