"""The deploy rules: nothing may wait for nobody, or for ever without saying why."""

from __future__ import annotations

import pytest

from processes import engine
from processes.lint import Surroundings, check
from tests.processes import diagrams
from tests.processes import drawing as d

NEWS = d.message("News", "news", "=case_no")


def problems(*nodes: str, ways: tuple[str, ...], declared: str = "", forms=None) -> dict[str, str]:
    """Rule → element of each problem of a diagram."""
    text = d.diagram("drawn", nodes, *ways, declared=declared)
    spec = engine.parse({"drawn.bpmn": text})["drawn"]
    surroundings = Surroundings(topics={"test.pay"}, forms=forms or {})
    return {p.rule: p.element_id for p in check(spec.elements, spec.flows, surroundings)}


def test_P1_a_user_task_needs_somebody_who_may_do_it():
    assert problems(d.user("Ask", ""), ways=("Start > Ask > Done",)) == {"no-owner": "Ask"}


def test_P1_a_user_task_needs_a_timer_or_a_reason_why_not():
    way = ("Start > Ask > Done",)
    assert problems(d.user("Ask", limit=""), ways=way) == {"no-limit": "Ask"}
    assert problems(d.user("Ask", limit="the law says so"), ways=way) == {}


def test_P1_a_boundary_timer_is_a_limit():
    nodes = (d.user("Ask", limit=""), d.boundary_timer("Late", "Ask", "PT1H"))
    assert problems(*nodes, ways=("Start > Ask > Done", "Late > TooLate")) == {}


def test_P1_a_timer_on_the_sub_process_limits_what_is_in_it():
    inner = (
        d.node("startEvent", "InnerStart")
        + d.user("Ask", limit="")
        + d.node("endEvent", "InnerDone")
        + d.flows("InnerStart > Ask > InnerDone")
    )
    sub = d.node("subProcess", "Part", inner)
    late = d.boundary_timer("Late", "Part", "PT1H")
    assert problems(sub, ways=("Start > Part > Done",)) == {"no-limit": "Ask"}
    assert problems(sub, late, ways=("Start > Part > Done", "Late > TooLate")) == {}


def test_P1_a_message_needs_a_timer_beside_it():
    gate = d.node("eventBasedGateway", "Gate")
    news, late = d.catch_message("Heard", "News", limit=""), d.catch_timer("Late", "PT1H")
    alone = problems(news, ways=("Start > Heard > Done",), declared=NEWS)
    beside = problems(
        *(gate, news, late),
        ways=("Start > Gate > Heard > Done", "Gate > Late > TooLate"),
        declared=NEWS,
    )
    assert alone == {"no-limit": "Heard"}
    assert beside == {}


def test_a_topic_without_a_handler_is_refused():
    nodes = (d.service("Pay", "test.pay"), d.service("Odd", "test.odd"))
    assert problems(*nodes, ways=("Start > Pay > Odd > Done",)) == {"unknown-topic": "Odd"}


@pytest.mark.parametrize(
    ("forms", "rule"),
    [
        ({}, "unknown-form"),
        ({"ask": {"components": [{"key": "completed_by"}]}}, "taken-key"),
        ({"ask": {"components": [{"components": [{"key": "completed_by"}]}]}}, "taken-key"),
        ({"ask": {"components": [{"key": "answer"}]}}, ""),
    ],
)
def test_a_form_is_there_and_leaves_our_own_key_alone(forms, rule):
    found = problems(d.user("Ask", form="ask"), ways=("Start > Ask > Done",), forms=forms)
    assert found == ({rule: "Ask"} if rule else {})


def test_the_diagrams_of_these_tests_keep_the_rules():
    spec = engine.parse({"review.bpmn": diagrams.REVIEW})["review"]
    surroundings = Surroundings(topics={"test.pay"}, forms={"review": {}})
    assert check(spec.elements, spec.flows, surroundings) == []
