"""What who runs us asks: alive, ready, and the renewal of a page's token."""

from __future__ import annotations

import json
import logging
from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from webapp import health, live
from webapp.logs import JsonLines
from webapp.watch import Watch, token_for, watch_of

ASK = RequestFactory().get("/")


def test_alive_asks_nobody():
    assert health.livez(ASK).status_code == 200


@pytest.mark.django_db
def test_ready_with_a_database_even_without_a_broker(settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    answer = health.readyz(ASK)

    assert answer.status_code == 200
    assert json.loads(answer.content) == {
        "ready": True,
        "database": "ok",
        "broker": "unreachable",
    }


@pytest.mark.django_db
def test_not_ready_while_tables_are_missing(monkeypatch):
    health._require_tables.cache_clear()
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one"])

    answer = health.readyz(ASK)

    assert answer.status_code == 503
    assert json.loads(answer.content)["database"] == "migrations are missing"


@pytest.fixture
def renewal(db, rf):
    """Ask for a renewal as sofia."""

    sofia = get_user_model().objects.create(username="sofia", tenant="lingyue")
    sofia.groups.add(Group.objects.create(name="seller"))

    def ask(token):
        request = rf.get("/live/renew", {"token": token})
        request.user, request.session = get_user_model().objects.get(), SessionStore()
        return live.renew(request)

    return ask


def test_a_token_is_renewed_for_the_same_watch(renewal):
    answer = renewal(token_for(person="sofia", tenant="lingyue", keys=["AF-1"]))

    fresh = replace(watch_of(json.loads(answer.content)["token"]), since=0.0)
    assert fresh == Watch(person="sofia", tenant="lingyue", keys=frozenset({"AF-1"}))


def test_somebody_elses_token_is_not_renewed(renewal):
    assert renewal(token_for(person="cora", tenant="platform")).status_code == 403
    assert renewal("nonsense").status_code == 403


def test_who_has_left_the_house_hears_no_more_of_it(renewal):
    token = token_for(person="sofia", tenant="lingyue")
    sofia = get_user_model().objects.get()

    sofia.groups.clear()
    assert renewal(token).status_code == 403

    sofia.groups.add(Group.objects.get())
    assert renewal(token).status_code == 200
    get_user_model().objects.update(tenant="qinghe")
    assert renewal(token).status_code == 403


def test_a_log_line_is_one_json_object_with_its_extras():
    record = logging.LogRecord("af", logging.ERROR, "f", 1, "lost %s", ("it",), None)
    record.case_no = "AF-1"

    line = json.loads(JsonLines().format(record))

    assert (line["level"], line["message"], line["case_no"]) == ("error", "lost it", "AF-1")
