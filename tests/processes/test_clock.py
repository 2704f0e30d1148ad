"""One clock for the business: the database's, plus an offset that everybody shares."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from processes import clock
from processes.models import Clock

pytestmark = pytest.mark.django_db


def test_it_is_now_unless_somebody_moved_the_clock():
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.offset() == timedelta()


def test_moving_it_twice_adds_up():
    clock.advance(timedelta(hours=48))
    clock.advance(timedelta(hours=1))

    assert clock.offset() == timedelta(hours=49)
    assert clock.now() - datetime.now(UTC) > timedelta(hours=48, minutes=59)


def test_it_does_not_go_back():
    with pytest.raises(ValueError, match="ahead"):
        clock.advance(timedelta(seconds=-1))


def test_there_is_one_clock():
    clock.advance(timedelta(hours=1))
    with pytest.raises(IntegrityError):
        Clock.objects.create(pk=2)


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("48h", timedelta(hours=48)),
        ("3d12h", timedelta(days=3, hours=12)),
        ("90m", timedelta(minutes=90)),
        ("5s", timedelta(seconds=5)),
    ],
)
def test_the_command_moves_it(text, moved, capsys):
    call_command("clock", "--advance", text)
    assert clock.offset() == moved
    assert "ahead" in capsys.readouterr().out


def test_the_command_lets_it_be_real_again():
    clock.advance(timedelta(days=1))
    call_command("clock", "--reset")
    assert clock.offset() == timedelta()


@pytest.mark.parametrize(
    "text", ["48", "h", "-1h", "1w", "", "9" * 400 + "h", "99999999h", "4000d"]
)
def test_the_command_refuses_what_is_no_duration(text):
    with pytest.raises(CommandError):
        call_command("clock", f"--advance={text}")


@pytest.mark.parametrize("asked", ["--advance=48h", "--reset"])
def test_in_production_nobody_moves_it(asked, settings):
    clock.advance(timedelta(hours=1))
    settings.CLOCK_MAY_MOVE = False

    with pytest.raises(CommandError, match="in production nobody moves the clock"):
        call_command("clock", asked)

    assert clock.offset() == timedelta(hours=1)
