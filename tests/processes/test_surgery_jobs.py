"""Tokens at work for machines moved by hand: nothing is given up or done twice without consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from processes import engine, runtime, worker
from processes.engine import Put
from processes.models import (
    HistoryEvent,
    Incident,
    Job,
    MessageSubscription,
)
from processes.runtime import Consent, consequences
from tests.engine.cases import begin as engine_case
from tests.engine.diagrams import Drawing
from tests.processes.conftest import stands_at, the_job
from tests.processes.surgery import (
    OPS,
    cancel,
    check,
    done,
    move,
    refusals,
    token_at,
)

pytestmark = pytest.mark.django_db


def test_a_job_that_nobody_has_begun_is_given_up_at_once(paying):
    done(paying, move(paying, "Pay", "HandleRefusal"))

    assert not Job.objects.exists()


def test_a_job_that_a_machine_is_doing_is_not_taken_away_whatever_is_said(paying, provider):
    (job,) = runtime.claim_jobs(1, "test")
    consent = Consent(giving_up=["Pay"], repeating=["Pay"])
    for act in (cancel(paying, "Pay"), move(paying, "Pay", "Pay"), move(paying, "Pay", "Review")):
        sentences = refusals(act, consent=consent)
        assert sentences == ("“Pay” is being done by a machine. Please wait until that has ended.",)

    assert runtime.complete_job(job, {"ref": "R-1"})
    check(paying)
    assert stands_at(paying) == {"Settled"}


def test_a_job_that_was_begun_is_given_up_only_by_who_knows_what_became_of_it(paying):
    (job,) = runtime.claim_jobs(1, "test")
    runtime.fail_job(job, error="timed out", permanent=True)
    act = move(paying, "Pay", "HandleRefusal")
    assert "was begun" in refusals(act)[0]
    (incident,) = Incident.objects.all()
    runtime.resolve_incident(incident_id=incident.pk, actor=OPS, note="again")
    assert "was begun" in refusals(act)[0]

    outlook = done(paying, act, consent=Consent(giving_up=["Pay"]))
    assert outlook.begun == ("Pay",)
    assert '"giving_up":["Pay"]' in HistoryEvent.objects.get(kind="case_modified").body
    assert not runtime.complete_job(job, {"ref": "late"})


def test_a_job_that_was_begun_is_not_begun_anew_without_saying_so(paying):
    (job,) = runtime.claim_jobs(1, "test")
    runtime.fail_job(job, error="timed out", after=timedelta())
    act = move(paying, "Pay", "Pay")

    assert refusals(act, consent=Consent(giving_up=["Pay"])) == (
        "“Pay” might be done a second time. Say so if that is meant.",
    )
    before = the_job(paying).token
    done(paying, act, consent=Consent(giving_up=["Pay"], repeating=["Pay"]))
    assert the_job(paying).token != before


def test_what_was_done_is_not_done_again_without_saying_so(paying, provider):
    worker.work()
    (token,) = MessageSubscription.objects.values_list("token", flat=True)
    back = lambda q: runtime.step_back(paying.pk, q, token=token)  # noqa: E731
    assert "“Pay” might be done a second time" in refusals(back)[0]

    assert done(paying, back, consent=Consent(repeating=["Pay"])).repeats == ("Pay",)
    assert stands_at(paying) == {"Review", "Silence"}


def test_a_second_token_that_leads_to_the_same_payment_needs_consent(review, provider):
    second = lambda q: runtime.modify_case(review.pk, q, put=[Put(element_id="Pay")])  # noqa: E731

    assert "“Pay” might be done a second time" in refusals(second)[0]
    both = [Put(element_id="Pay"), Put(element_id="Pay")]
    token = [token_at(review, "Review")]
    twice = lambda q: runtime.modify_case(review.pk, q, take_off=token, put=both)  # noqa: E731
    assert "“Pay” might be done a second time" in refusals(twice)[0]


def test_who_stays_in_a_branch_does_not_make_work_behind_the_join_come_twice():
    drawing = Drawing().start().fork("F").user("A").user("A2").fork("J").job("Pay").end()
    case = engine_case(drawing.at("F").user("B").to("J"))
    case.complete("A")
    token = case.wait("A2").token_id
    put = [Put(element_id="A", instead_of=token)]
    after = engine.modify(case.spec, case.step.state, case.environment, put=put)
    plan = engine.compared(case.step, after)

    assert consequences.repeated(case.spec, case.step, plan, put, []) == set()
    beside = [Put(element_id="A")]
    assert consequences.repeated(case.spec, case.step, plan, beside, []) == {"Pay"}


def test_jobs_lease_later_than_expired_are_still_not_taken_away(paying):
    runtime.claim_jobs(1, "test")
    Job.objects.update(lease_until=Now() - timedelta(hours=1))

    assert "is being done by a machine" in refusals(cancel(paying, "Pay"))[0]
