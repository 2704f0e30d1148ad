"""Cases that begin by themselves: each moment and each message begins one, whoever sweeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from processes import clock, deployment, history, runtime
from processes.contract import SYSTEM, Actor
from processes.errors import CannotDeploy
from processes.models import HistoryEvent, Message, ProcessInstance, ProcessStart, UserTask
from processes.runtime import MessageResult, messages, starts
from processes.sweeper import Sweeper
from tests.concurrency import at_once
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, sources

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WEB = Actor(name="web:orders", via="web")


def begun(key: str, event: str, *more: str, declared: str = "", task: str = "Work") -> bytes:
    """A process with a plain start and one with an event, which lead to the same task."""
    nodes = [d.user(task), *more, d.node("startEvent", "Event", event)]
    ways = [f"Start > {task} > Done", f"Event > {task}"]
    return d.diagram(key, nodes, *ways, declared=declared)


def timed(text: str, key: str = "timed", kind: str = "Cycle", **more: str) -> bytes:
    definition = f"<bpmn:time{kind}>{text}</bpmn:time{kind}>"
    event = f"<bpmn:timerEventDefinition>{definition}</bpmn:timerEventDefinition>"
    return begun(key, event, **more)


def asked(key: str = "asked", name: str = "order.asked", **more: str) -> bytes:
    event = '<bpmn:messageEventDefinition messageRef="Asked"/>'
    return begun(key, event, declared=d.message("Asked", name, "=unused"), **more)


def sweep_after(time: timedelta = timedelta()) -> None:
    clock.advance(time)
    sweeper = Sweeper()
    sweeper.tick()
    sweeper.close()


def tell(message_id: str = "m-1", key: str = "", name: str = "order.asked", **payload: object):
    return runtime.publish_message(
        name=name, correlation_key=key, payload=payload, message_id=message_id, actor=WEB
    )


def cases() -> list[ProcessInstance]:
    return list(ProcessInstance.objects.order_by("id"))


# Moments


def test_a_cycle_begins_a_case_at_each_of_its_moments(deploy):
    deploy(timed=timed("R3/PT1H"))
    due = ProcessStart.objects.get().due
    sweep_after()
    assert cases() == []

    for number in (1, 2, 3):
        sweep_after(HOUR)
        sweep_after()
        assert len(cases()) == number
    assert not ProcessStart.objects.exists()
    first = cases()[0]
    assert first.business_key == f"Event@{due.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    assert (first.tenant, first.definition_key) == ("platform", "timed")
    assert [case.historyevent_set.get().element_id for case in cases()] == ["Event"] * 3
    assert {(e.actor, e.kind) for e in HistoryEvent.objects.all()} == {
        (SYSTEM.name, "process_started")
    }
    assert all(history.verify(case).sound and history.replay(case).sound for case in cases())


def test_moments_that_were_missed_begin_one_case_and_the_schedule_goes_on(deploy):
    deploy(timed=timed("R9/PT1H"))
    due = ProcessStart.objects.get().due
    sweep_after(5 * HOUR + HOUR / 2)
    sweep_after()

    assert len(cases()) == 1
    start = ProcessStart.objects.get()
    assert (start.due, start.rhythm[0]) == (due + 5 * HOUR, 3)


def test_a_date_begins_one_case_whichever_version_waits_for_it(deploy):
    moment = (clock.now() + HOUR).isoformat()
    deploy(timed=timed(moment, kind="Date"))
    sweep_after(2 * HOUR)
    assert len(cases()) == 1

    deploy(timed=timed(moment, kind="Date", task="Other"))  # the date has passed
    sweep_after()
    sweep_after()
    assert len(cases()) == 1
    assert not ProcessStart.objects.exists()


def test_a_new_version_waits_in_place_of_the_old_one(deploy):
    deploy(timed=timed("R/PT1H"))
    deploy(timed=timed("R/PT10H", task="Other"))
    assert ProcessStart.objects.get().definition.version == 2
    sweep_after(2 * HOUR)
    assert cases() == []

    sweep_after(8 * HOUR)
    assert UserTask.objects.get().element_id == "Other"


def test_the_same_content_again_does_not_disturb_what_waits(deploy):
    deploy(timed=timed("R/PT1H"))
    before = ProcessStart.objects.values().get()
    clock.advance(HOUR / 2)
    deploy(timed=timed("R/PT1H"))

    assert ProcessStart.objects.values().get() == before


def test_a_version_without_a_start_event_of_its_own_waits_for_nothing(deploy):
    deploy(timed=timed("R/PT1H"))
    deploy(timed=d.diagram("timed", [d.user("Work")], "Start > Work > Done"))

    assert not ProcessStart.objects.exists()


def test_the_process_says_whose_its_cases_are(deploy):
    drawn = timed("R/PT1H").replace(
        b'<bpmn:startEvent id="Start"',
        d.extensions(d.properties(tenant="lingyue")).encode() + b'<bpmn:startEvent id="Start"',
        1,
    )
    deploy(timed=drawn)
    sweep_after(HOUR)

    assert cases()[0].tenant == "lingyue"
    assert UserTask.objects.get().audiences == ["lingyue/seller"]


def stuck(key: str, event: str, declared: str = "") -> bytes:
    """Its gateway has no way on, whatever comes."""
    nodes = [
        d.node("startEvent", "Event", event),
        d.node("exclusiveGateway", "Which"),
        d.user("A"),
        d.user("B"),
    ]
    drawn = d.diagram(
        key, nodes, "Event > Which > A > Done", "Start > Which > B > Done2", declared=declared
    )
    condition = (
        b"><bpmn:conditionExpression>=1 &gt; 2</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    for target in (b"A", b"B"):
        drawn = drawn.replace(
            b'sourceRef="Which" targetRef="' + target + b'"/>',
            b'sourceRef="Which" targetRef="' + target + b'"' + condition,
        )
    return drawn


def test_a_start_that_fails_is_told_tried_again_and_keeps_no_other_from_its_turn(deploy):
    event = (
        "<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle>"
        "</bpmn:timerEventDefinition>"
    )
    deploy(stuck=stuck("stuck", event), timed=timed("R/PT1H"))
    sweep_after(HOUR)

    assert [case.definition_key for case in cases()] == ["timed"]
    start = ProcessStart.objects.get(definition__key="stuck")
    assert start.failures == 1
    assert "Which: Expected one of its conditions to hold" in start.error
    sweep_after()
    assert ProcessStart.objects.get(pk=start.pk).failures == 1  # not at once
    ProcessStart.objects.update(run_at=datetime(2020, 1, 1, tzinfo=UTC))
    sweep_after()
    assert ProcessStart.objects.get(pk=start.pk).failures == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_sweepers_one_begins_the_case(deploy):
    deploy(one=timed("R/PT1H", "one"), two=timed("R1/PT1H", "two"))
    clock.advance(HOUR)

    at_once(*[starts.begin_due] * 6)

    assert sorted(case.definition_key for case in cases()) == ["one", "two"]
    assert ProcessStart.objects.get().definition.key == "one"


# Messages


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


def test_a_moment_that_feel_cannot_give_is_told_at_deployment():
    with pytest.raises(CannotDeploy, match=r"timed\.bpmn: Event: .*Expected"):
        deployment.deploy(sources(timed=timed("=amount", kind="Date")), actor=SHOP)


@pytest.mark.django_db(transaction=True)
def test_of_messages_at_once_with_one_key_one_begins_a_case(deploy):
    deploy(asked=asked())

    results = at_once(*(lambda n=n: tell(f"m-{n}", "O-7") for n in range(5)))

    assert sorted(map(str, results)) == ["buffered"] * 4 + ["delivered"]
    assert len(cases()) == 1
    runtime.cancel_process(instance_id=cases()[0].pk, actor=SHOP, reason="")
    at_once(*[messages.deliver_buffered] * 3)
    assert len(cases()) == 2


def test_the_command_shows_what_waits_and_what_failed(deploy, capsys):
    deploy(asked=asked(), timed=timed("R/2030-01-01T00:00:00Z/PT1H"))
    call_command("starts")
    assert capsys.readouterr().out.splitlines() == [
        "timed v1 Event: due 2030-01-01 00:00 UTC",
        "asked v1 Event: order.asked",
    ]

    ProcessStart.objects.filter(message="order.asked").update(error="No way on", failures=2)
    with pytest.raises(CommandError, match="deploy a mended version"):
        call_command("starts")
    assert "failed 2 times: No way on" in capsys.readouterr().out
