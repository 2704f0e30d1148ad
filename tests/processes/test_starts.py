"""Cases that begin by themselves: each moment begins one, whoever sweeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from processes import clock, deployment, history
from processes.contract import SYSTEM
from processes.errors import CannotDeploy
from processes.models import HistoryEvent, ProcessStart, UserTask
from processes.runtime import starts
from tests.concurrency import at_once
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, sources
from tests.processes.starting import HOUR, asked, cases, stuck, sweep_after, timed

pytestmark = pytest.mark.django_db


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


def test_a_moment_that_feel_cannot_give_is_told_at_deployment():
    with pytest.raises(CannotDeploy, match=r"timed\.bpmn: Event: .*Expected"):
        deployment.deploy(sources(timed=timed("=amount", kind="Date")), actor=SHOP)


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
