"""Each message to exactly one token, each once; early ones wait."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import clock, history, runtime, sweeper, worker
from processes.contract import Actor
from processes.models import HistoryEvent, Incident, Message, MessageSubscription
from processes.runtime import Asked, MessageResult, messages
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, stands_at, the_task

pytestmark = pytest.mark.django_db
PROVIDER = Actor(name="provider:test", via="provider")


def publish(name="news", key="AF-1", message_id="m-1", **more) -> MessageResult:
    return runtime.publish_message(
        name=name,
        correlation_key=key,
        payload=more.pop("payload", {}),
        message_id=message_id,
        actor=PROVIDER,
        **more,
    )


def test_a_message_moves_the_one_case_that_waits_for_it(begin):
    mine, other = begin("two_messages"), begin("two_messages", "AF-2")

    assert publish() is MessageResult.DELIVERED

    assert (stands_at(mine), stands_at(other)) == ({"Second"}, {"First"})
    assert Message.objects.get().instance_id == mine.pk


def test_the_same_message_again_changes_nothing(begin):
    case = begin("two_messages")
    publish()

    assert publish() is MessageResult.DUPLICATE
    assert publish(payload={"other": 1}) is MessageResult.DUPLICATE

    assert stands_at(case) == {"Second"}
    assert HistoryEvent.objects.count() == 2


def test_a_loop_may_wait_again_for_the_same_name_and_key(begin):
    case = begin("two_messages")

    publish(message_id="m-1")
    publish(message_id="m-2")

    case.refresh_from_db()
    assert case.status == "ended"
    assert not MessageSubscription.objects.exists()


def test_a_message_that_came_early_is_taken_when_the_case_comes_to_wait_for_it(begin):
    assert publish() is MessageResult.BUFFERED

    case = begin("two_messages")

    assert stands_at(case) == {"Second"}
    events = HistoryEvent.objects.values_list("seq", "kind", "actor", "via")
    assert list(events) == [
        (1, "process_started", "shop", "api"),
        (2, "message_delivered", "provider:test", "provider"),
    ]


def test_several_early_messages_are_taken_one_after_the_other(begin):
    for number in range(3):
        publish(message_id=f"m-{number}")

    case = begin("two_messages")

    case.refresh_from_db()
    assert case.status == "ended"
    assert list(Message.objects.order_by("id").values_list("state", flat=True)) == [
        "delivered",
        "delivered",
        "buffered",
    ]


def test_an_early_message_after_a_job_is_taken_with_the_jobs_result(review, sofia, provider):
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    publish("pay.settled", "R-1")

    worker.work()

    review.refresh_from_db()
    assert review.status == "ended"


def test_a_message_nobody_waits_for_expires(begin):
    publish(kept=timedelta(hours=1))
    assert messages.expire() == 0

    clock.advance(timedelta(hours=1, seconds=1))
    assert messages.expire() == 1

    assert stands_at(begin("two_messages")) == {"First"}
    assert publish() is MessageResult.DUPLICATE


def test_the_sweeper_delivers_what_crossed_with_its_subscription(begin):
    case = begin("two_messages")
    Message.objects.create(
        name="news",
        correlation_key="AF-1",
        message_id="m-1",
        via="provider",
        actor="x",
        received_at=clock.now(),
        expires_at=clock.now(),
    )

    assert messages.deliver_buffered() == 1
    assert messages.deliver_buffered() == 0

    assert stands_at(case) == {"Second"}


@pytest.fixture
def choosy(deploy):
    """A process that after its message has a way on for `way` a only."""
    text = d.diagram(
        "choosy",
        [d.catch_message("Heard", "News"), d.node("exclusiveGateway", "Which")],
        "Start > Heard > Which > A",
        "Which > B",
        declared=d.message("News", "news", "=case_no"),
    )
    for end in (b"A", b"B"):
        condition = b'=way = "' + end.lower() + b'"'
        text = text.replace(
            b'targetRef="' + end + b'"/>',
            b'targetRef="'
            + end
            + b'"><bpmn:conditionExpression>'
            + condition
            + b"</bpmn:conditionExpression></bpmn:sequenceFlow>",
        )
    deploy(choosy=text)
    return runtime.start_process(
        key="choosy", business_key="AF-1", variables={"case_no": "AF-1"}, tenant="t", actor=SHOP
    )


def test_a_message_the_case_cannot_take_is_an_incident_and_is_put_aside(choosy):
    assert publish() is MessageResult.BUFFERED

    incident = Incident.objects.get()
    assert (incident.kind, incident.element_id) == ("message", "Heard")
    assert "Which" in incident.sentence
    assert Message.objects.get().state == "stuck"
    assert sweeper.Sweeper().tick() == 0


def test_after_the_incident_another_message_may_help(choosy):
    publish()

    assert publish(message_id="m-2", payload={"way": "a"}) is MessageResult.DELIVERED

    assert Incident.objects.get().resolved_at is not None


@pytest.fixture
def both(begin):
    """A case that waits for the same message at two places."""
    return begin("both_wait")


def test_a_message_that_two_tokens_of_a_case_wait_for_comes_to_one(both):
    assert stands_at(both) == {"First"}
    assert publish() is MessageResult.DELIVERED
    assert stands_at(both) == {"Second"}

    publish(message_id="m-2")

    both.refresh_from_db()
    assert both.status == "ended"
    assert history.verify(both).sound
    assert history.replay(both).sound


def test_two_early_messages_let_both_go_on(begin):
    publish()
    publish(message_id="m-2")

    assert begin("both_wait").status == "ended"


def test_who_is_taken_away_leaves_the_message_to_the_next(both):
    token = MessageSubscription.objects.get(instance=both).token
    runtime.modify_case(both.pk, Asked(actor=SHOP, reason="test"), take_off=[token])

    assert stands_at(both) == {"Second"}
    assert publish() is MessageResult.DELIVERED


def test_a_second_case_with_the_same_key_is_refused_whole(begin, deploy):
    begin("two_messages")
    other = d.diagram(
        "other",
        [d.catch_message("Heard", "News")],
        "Start > Heard > Done",
        declared=d.message("News", "news", "=case_no"),
    )
    deploy(other=other)
    from django.db import transaction

    from processes.errors import AlreadyAwaited

    with pytest.raises(AlreadyAwaited), transaction.atomic():
        runtime.start_process(
            key="other", business_key="AF-1", variables={"case_no": "AF-1"}, tenant="t", actor=SHOP
        )

    assert MessageSubscription.objects.count() == 1


def test_a_correlation_key_that_is_too_long_is_refused(deploy):
    from processes.errors import CannotGoOn

    deploy(
        other=d.diagram(
            "other",
            [d.catch_message("Heard", "News")],
            "Start > Heard > Done",
            declared=d.message("News", "news", "=key"),
        )
    )
    with pytest.raises(CannotGoOn, match="correlation key"):
        runtime.start_process(
            key="other", business_key="A", variables={"key": "x" * 201}, tenant="t", actor=SHOP
        )
