"""A value that is no moment, wherever it comes up: a sentence, and nothing has moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import clock, history, runtime, worker
from processes.errors import CannotGoOn
from processes.models import Incident, ProcessInstance
from processes.sweeper import Sweeper
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, stands_at, the_task

pytestmark = pytest.mark.django_db
SENTENCE = "Pause: =due: Expected a duration that is not negative, found '-PT5M'"


def behind(*nodes: str, first: str, declared: str = "") -> bytes:
    """A timer whose moment is `due`, behind whatever comes first."""
    drawn = [*nodes, d.catch_timer("Pause", "=due")]
    return d.diagram("bad", drawn, f"Start > {first} > Pause > Done", declared=declared)


def begin(deploy, drawn: bytes) -> ProcessInstance:
    deploy(bad=drawn)
    number = runtime.start_process(
        key="bad",
        business_key="AF-1",
        variables={"case_no": "AF-1", "due": "-PT5M"},
        tenant="lingyue",
        actor=SHOP,
    )
    return ProcessInstance.objects.get(pk=number)


def is_told(case: ProcessInstance, kind: str) -> None:
    incident = Incident.objects.get(instance=case)
    assert (incident.kind, incident.resolved_at) == (kind, None)
    assert SENTENCE in incident.sentence
    case.refresh_from_db()
    assert history.verify(case).sound
    assert history.replay(case).sound


def test_behind_a_machines_work_it_is_an_incident(deploy, provider):
    case = begin(deploy, behind(d.service("Pay", "test.pay"), first="Pay"))
    worker.ring()

    is_told(case, "job")
    assert stands_at(case) == {"Pay"}


def test_behind_another_timer_it_is_an_incident(deploy):
    case = begin(deploy, behind(d.catch_timer("First", "PT1H"), first="First"))
    clock.advance(timedelta(hours=1))
    Sweeper().tick()

    is_told(case, "timer")
    assert stands_at(case) == {"First"}
    assert Sweeper().tick() == 0


def test_behind_a_message_it_is_an_incident(deploy):
    drawn = behind(
        d.catch_message("First", "News"),
        first="First",
        declared=d.message("News", "news", "=case_no"),
    )
    case = begin(deploy, drawn)
    told = {"name": "news", "correlation_key": "AF-1", "payload": {}, "message_id": "m"}
    runtime.publish_message(**told, actor=SHOP)

    is_told(case, "message")
    assert stands_at(case) == {"First"}


def test_a_person_is_told_at_once_and_the_task_stays_open(deploy, sofia):
    case = begin(deploy, behind(d.user("Ask"), first="Ask"))
    with pytest.raises(CannotGoOn, match="not negative, found '-PT5M'"):
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)

    runtime.complete_user_task(task_id=the_task(case).pk, output={"due": "PT5M"}, actor=sofia)
    assert stands_at(case) == {"Pause"}


def test_an_incident_is_over_when_the_value_is_right(deploy, provider, sofia):
    provider.answer = lambda _call: {"due": "-PT5M"}
    case = begin(deploy, behind(d.service("Pay", "test.pay"), first="Pay"))
    worker.ring()
    provider.answer = lambda _call: {"due": "PT1H"}
    runtime.resolve_incident(incident_id=Incident.objects.get().pk, actor=sofia, note="mended")
    worker.ring()

    assert stands_at(case) == {"Pause"}
