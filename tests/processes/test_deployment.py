"""Diagrams become frozen versions, once, and only when nothing stands against them."""

from __future__ import annotations

import pytest

from processes import deployment, runtime
from processes.errors import CannotDeploy, NoSuchProcess, NothingToDeploy
from processes.models import ProcessDefinition
from tests.processes import diagrams
from tests.processes import drawing as d
from tests.processes.conftest import FORMS, SHOP, sources, stands_at

pytestmark = pytest.mark.django_db


def problems_of(**drawn: bytes) -> str:
    with pytest.raises(CannotDeploy) as refusal:
        deployment.deploy(sources(**drawn), actor=SHOP)
    assert not ProcessDefinition.objects.exists()
    return str(refusal.value)


def test_the_same_content_is_the_same_version(deploy):
    (first,) = deploy(review=diagrams.REVIEW)

    (again,) = deploy(review=diagrams.REVIEW)

    assert (first.pk, first.version, first.status) == (again.pk, 1, "live")
    assert ProcessDefinition.objects.count() == 1


def test_a_change_is_a_new_version_and_running_cases_keep_theirs(deploy, begin):
    old = begin("review")

    (definition,) = deploy(review=diagrams.REVIEW.replace(b"PT48H", b"PT24H"))
    new = begin("review", "AF-2")

    old.refresh_from_db()
    assert (old.definition.version, new.definition.version) == (1, 2)
    assert definition.status == "live"


def test_a_changed_form_is_a_new_version(deploy, monkeypatch):
    deploy(review=diagrams.REVIEW)

    monkeypatch.setitem(FORMS, "review", {"type": "default", "components": []})
    (changed,) = deploy(review=diagrams.REVIEW)

    assert changed.version == 2
    assert ProcessDefinition.objects.get(version=1).forms["review"]["components"]


def test_a_version_freezes_only_what_its_process_uses(deploy):
    caller = d.diagram(
        "caller",
        [
            d.node(
                "callActivity",
                "Call",
                d.extensions(d.zeebe("calledElement", processId="reminder")),
            )
        ],
        "Start > Call > Done",
    )

    found = deploy(caller=caller, reminder=diagrams.REMINDER, review=diagrams.REVIEW)

    files = {one.key: set(one.resources) for one in found}
    assert files == {
        "caller": {"caller.bpmn", "reminder.bpmn"},
        "reminder": {"reminder.bpmn"},
        "review": {"review.bpmn"},
    }
    assert {one.key: set(one.forms) for one in found}["review"] == {"review"}


def test_an_older_version_can_be_asked_for(deploy, provider):
    deploy(review=diagrams.REVIEW)
    deploy(review=diagrams.REVIEW.replace(b"PT48H", b"PT24H"))

    runtime.start_process(
        key="review", business_key="AF-1", variables={}, tenant="t", actor=SHOP, version=1
    )

    assert ProcessDefinition.objects.get(version=1).processinstance_set.count() == 1


def test_nothing_starts_on_a_retired_version(deploy):
    deploy(review=diagrams.REVIEW)
    ProcessDefinition.objects.update(status="retired")

    with pytest.raises(NoSuchProcess, match="review"):
        runtime.start_process(key="review", business_key="A", variables={}, tenant="t", actor=SHOP)


def test_a_file_that_is_no_xml_is_said_with_its_name(provider):
    assert "broken.bpmn: Expected well-formed XML" in problems_of(broken=b"<bpmn")


def test_no_process_at_all_is_said():
    with pytest.raises(NothingToDeploy):
        deployment.deploy(sources(), actor=SHOP)


def test_one_bad_diagram_keeps_the_good_ones_out(provider):
    bad = d.diagram("bad", [d.service("Odd", "no.such.topic")], "Start > Odd > Done")

    assert "“no.such.topic”" in problems_of(review=diagrams.REVIEW, bad=bad)


def test_a_called_process_that_is_not_there_is_refused(provider):
    call = d.extensions(d.zeebe("calledElement", processId="nowhere"))
    caller = d.diagram("caller", [d.node("callActivity", "Call", call)], "Start > Call > Done")

    assert "nowhere" in problems_of(caller=caller)


def test_search_variables_are_declared_on_the_process(deploy):
    (definition,) = deploy(review=diagrams.REVIEW)

    assert definition.search_variables == ["amount", "decision"]


def test_a_case_that_calls_another_process_offers_the_called_tasks(deploy, begin, provider):
    caller = d.diagram(
        "caller",
        [
            d.node(
                "callActivity", "Call", d.extensions(d.zeebe("calledElement", processId="review"))
            )
        ],
        "Start > Call > Done",
    )
    deploy(caller=caller, review=diagrams.REVIEW)

    number = runtime.start_process(
        key="caller", business_key="AF-1", variables={"case_no": "AF-1"}, tenant="t", actor=SHOP
    )

    instance = ProcessDefinition.objects.get(key="caller").processinstance_set.get(pk=number)
    assert stands_at(instance) == {"Review", "Silence"}
    assert instance.usertask_set.get().process_key == "review"
