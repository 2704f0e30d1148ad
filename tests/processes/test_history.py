"""The history: dense, chained, append-only, and enough to make the case again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from processes import history, runtime, specs, worker
from processes.contract import Actor
from processes.models import HistoryEvent, ProcessInstance
from processes.plain import canonical, plain
from processes.runtime import stepping
from tests.processes.conftest import the_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled(review, sofia, provider):
    """A case that has gone all the way."""
    runtime.claim_task(the_task(review).pk, sofia)
    runtime.complete_user_task(
        task_id=the_task(review).pk, output={"decision": "yes", "amount": 900}, actor=sofia
    )
    worker.work()
    runtime.publish_message(
        name="pay.settled",
        correlation_key="R-1",
        payload={"at": "now"},
        message_id="m",
        actor=Actor(name="p"),
    )
    review.refresh_from_db()
    return review


def tamper(sql: str) -> None:
    """Change the history as only somebody with the database's own rights can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE processes_historyevent DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE processes_historyevent ENABLE TRIGGER USER")


def test_P8_the_events_are_numbered_without_a_gap(settled):
    numbers = settled.historyevent_set.order_by("seq").values_list("seq", flat=True)
    assert list(numbers) == [1, 2, 3, 4, 5]
    assert settled.history_seq == 5


def test_P8_the_recorded_acts_lead_to_the_same_state_bytes(settled):
    verdict = history.replay(settled)
    assert (verdict.sound, verdict.events) == (True, 5)


@pytest.fixture
def version_before(monkeypatch):
    """Cases are written as the version before did it, until it is updated."""

    def lent(now):
        return replace(specs.environment(now), state_version=1)

    with monkeypatch.context() as running:
        running.setattr(stepping, "environment", lent)
        yield running


def test_P8_a_history_that_an_older_version_began_leads_to_the_same_bytes(
    version_before, review, sofia
):
    runtime.claim_task(the_task(review).pk, sofia)
    review.refresh_from_db()
    assert bytes(review.state).startswith(b"af1")
    version_before.undo()
    output = {"decision": "yes", "amount": 900}
    runtime.complete_user_task(task_id=the_task(review).pk, output=output, actor=sofia)
    review.refresh_from_db()

    assert bytes(review.state).startswith(b"af3")
    assert history.verify(review).sound
    assert history.replay(review).sound


def test_P8_another_state_than_recorded_is_found(settled):
    body = HistoryEvent.objects.get(seq=3).body.replace('"amount":900', '"amount":901')
    tamper(f"UPDATE processes_historyevent SET body = '{body}' WHERE seq = 3")  # noqa: S608

    assert history.replay(settled).broken_at == 3


def test_an_event_says_who_what_when_and_what_changed(settled):
    body = json.loads(HistoryEvent.objects.get(seq=3).body)

    assert body["actor"] == {"name": "sofia", "via": "ui"}
    assert (body["case"], body["process"], body["seq"]) == ("AF-1", "review", 3)
    assert body["act"]["verb"] == "complete"
    assert body["act"]["args"]["output"]["decision"] == "yes"
    assert body["changes"]["amount"] == {"before": 1250, "after": 900}
    assert body["changes"]["decision"] == {"after": "yes"}
    assert body["passages"][0][:3] == ["Review", "userTask", "completed"]


@pytest.mark.parametrize(
    ("sql", "broken_at"),
    [
        ("UPDATE processes_historyevent SET body = replace(body, 'yes', 'no') WHERE seq = 3", 3),
        ("UPDATE processes_historyevent SET actor = 'mallory' WHERE seq = 3", 3),
        ("UPDATE processes_historyevent SET at = at - interval '1 day' WHERE seq = 2", 2),
        ("UPDATE processes_historyevent SET kind = 'task_released' WHERE seq = 2", 2),
        ("DELETE FROM processes_historyevent WHERE seq = 2", 2),
        ("DELETE FROM processes_historyevent WHERE seq = 5", 5),
        ("UPDATE processes_historyevent SET seq = seq + 100 WHERE seq = 1", 1),
        ("UPDATE processes_processinstance SET state = 'other'", 6),
        ("UPDATE processes_processinstance SET history_seq = 4", 6),
    ],
)
def test_what_was_changed_behind_our_back_is_found(settled, sql, broken_at):
    assert history.verify(settled).sound

    tamper(sql)
    settled.refresh_from_db()

    verdict = history.verify(settled)
    assert (verdict.sound, verdict.broken_at) == (False, broken_at)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE processes_historyevent SET actor = 'mallory'",
        "DELETE FROM processes_historyevent",
        "INSERT INTO processes_historyevent SELECT * FROM processes_historyevent"
        " ON CONFLICT (instance_id, seq) DO UPDATE SET actor = 'mallory'",
    ],
)
def test_the_history_can_only_grow(settled, sql):
    with (
        pytest.raises(DatabaseError, match="history"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert history.verify(settled).sound


def test_the_database_takes_no_number_twice(settled):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO processes_historyevent SELECT * FROM processes_historyevent")


def test_a_case_with_history_cannot_be_deleted(settled):
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        ProcessInstance.objects.filter(pk=settled.pk).delete()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from("abcd"), JSON))
def test_the_canonical_text_is_read_back_as_the_same_text(value):
    text = canonical(plain(value))

    assert canonical(plain(json.loads(text))) == text
    assert json.loads(text) == value


def test_a_change_of_one_and_true_is_a_change():
    assert history.changes({"a": 1}, {"a": True}) == {"a": {"before": 1, "after": True}}
    assert history.changes({"a": [1]}, {"a": [1]}) == {}
    assert history.changes({"a": None}, {}) == {"a": {"before": None}}
