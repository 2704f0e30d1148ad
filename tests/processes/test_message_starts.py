"""Cases that messages begin: each message one, whoever brings it, and one at a time with a key."""

from __future__ import annotations

import pytest

from processes import history, runtime
from processes.errors import CannotDeploy
from processes.models import HistoryEvent, Message, ProcessStart, UserTask
from processes.runtime import MessageResult, messages
from tests.concurrency import at_once
from tests.processes import drawing as d
from tests.processes.conftest import SHOP
from tests.processes.starting import WEB, asked, cases, stuck, sweep_after, tell

pytestmark = pytest.mark.django_db


def test_a_message_begins_a_case_with_what_it_brings(deploy):
    deploy(asked=asked())

    assert tell(key="O-7", amount=5) is MessageResult.DELIVERED
    (case,) = cases()
    assert (case.business_key, case.tenant, case.definition_key) == ("O-7", "platform", "asked")
    assert UserTask.objects.get().variables == {"amount": 5}
    event = HistoryEvent.objects.get()
    assert (event.actor, event.via, event.element_id) == ("web:orders", "web", "Event")
    message = Message.objects.get()
    assert (message.state, message.instance_id, message.begins) == ("delivered", case.pk, True)
    assert history.replay(case).sound


def test_the_same_message_again_begins_nothing(deploy):
    deploy(asked=asked())
    tell()

    assert tell() is MessageResult.DUPLICATE
    assert len(cases()) == 1


def test_messages_without_a_key_begin_a_case_each(deploy):
    deploy(asked=asked())
    for number in range(3):
        assert tell(f"m-{number}") is MessageResult.DELIVERED

    assert len({case.business_key for case in cases()}) == 3


def test_the_sender_may_say_whose_the_case_is(deploy):
    deploy(asked=asked())
    runtime.publish_message(
        name="order.asked",
        correlation_key="",
        payload={},
        message_id="m-1",
        actor=WEB,
        tenant="lingyue",
        region="cn-east",
    )

    assert [(case.tenant, case.region) for case in cases()] == [("lingyue", "cn-east")]


def test_one_case_at_a_time_begins_with_one_key(deploy, sofia):
    deploy(asked=asked())
    tell("m-1", "O-7", n=1)
    assert tell("m-2", "O-7", n=2) is MessageResult.BUFFERED
    assert tell("m-3", "O-8", n=3) is MessageResult.DELIVERED
    sweep_after()
    assert len(cases()) == 2

    runtime.cancel_process(instance_id=cases()[0].pk, actor=SHOP, reason="done with it")
    sweep_after()
    sweep_after()
    third = cases()[2]
    assert third.business_key.startswith("O-7#")
    assert UserTask.objects.get(instance=third).variables == {"n": 2}


def test_a_token_that_waits_gets_the_message_before_a_new_case_does(deploy, begin):
    waiting = d.diagram(
        "waiting",
        [d.catch_message("Wait", "Asked"), d.user("Then", limit="none")],
        "Start > Wait > Then > Done",
        declared=d.message("Asked", "order.asked", "=case_no"),
    )
    deploy(asked=asked(), waiting=waiting)
    runtime.start_process(
        key="waiting", business_key="W", variables={"case_no": "O-7"}, tenant="lingyue", actor=SHOP
    )
    tell("m-1", "O-7")
    assert [case.definition_key for case in cases()] == ["waiting"]

    tell("m-2", "O-7")
    assert [case.definition_key for case in cases()] == ["waiting", "asked"]


def test_a_message_that_came_before_the_process_begins_a_case_when_it_is_deployed(deploy):
    assert tell(key="O-7") is MessageResult.BUFFERED
    deploy(asked=asked())
    sweep_after()

    assert [case.business_key for case in cases()] == ["O-7"]


def test_a_message_that_can_begin_no_case_waits_for_a_mended_version(deploy):
    event = '<bpmn:messageEventDefinition messageRef="Asked"/>'
    declared = d.message("Asked", "order.asked", "=unused")
    deploy(asked=stuck("asked", event, declared))
    assert tell(key="O-7") is MessageResult.BUFFERED
    assert Message.objects.get().state == "stuck"
    assert "Expected one of its conditions" in ProcessStart.objects.get().error
    sweep_after()
    assert cases() == []

    deploy(asked=asked())
    sweep_after()
    assert [case.business_key for case in cases()] == ["O-7"]
    assert ProcessStart.objects.get().error == ""


def test_two_processes_cannot_begin_with_one_message(deploy):
    deploy(asked=asked())
    with pytest.raises(CannotDeploy, match=r"order\.asked.*“asked” too"):
        deploy(other=asked("other"))
    assert not ProcessStart.objects.exclude(definition__key="asked").exists()


def test_a_message_may_move_to_another_process_in_one_deployment(deploy):
    deploy(asked=asked())
    deploy(
        asked=d.diagram("asked", [d.user("Work")], "Start > Work > Done"), another=asked("another")
    )
    tell()

    assert [case.definition_key for case in cases()] == ["another"]


@pytest.mark.django_db(transaction=True)
def test_of_messages_at_once_with_one_key_one_begins_a_case(deploy):
    deploy(asked=asked())

    results = at_once(*(lambda n=n: tell(f"m-{n}", "O-7") for n in range(5)))

    assert sorted(map(str, results)) == ["buffered"] * 4 + ["delivered"]
    assert len(cases()) == 1
    runtime.cancel_process(instance_id=cases()[0].pk, actor=SHOP, reason="")
    at_once(*[messages.deliver_buffered] * 3)
    assert len(cases()) == 2
