"""Tokens moved by hand, and cases moved to another version: audited, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import translation

from processes import clock, engine, history, runtime, worker
from processes.contract import Actor
from processes.engine import Put
from processes.errors import CannotBeMoved, NoSuchCase, NoSuchProcess, StaleCase, TaskAlreadyClosed
from processes.models import (
    HistoryEvent,
    Incident,
    Job,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
    UserTaskCandidate,
)
from processes.runtime import Asked, Consent, Outlook, consequences
from processes.specs import definition_of, environment, spec_of
from tests.engine.cases import begin as engine_case
from tests.engine.diagrams import Drawing
from tests.processes import drawing as d
from tests.processes.conftest import FORMS, stands_at, the_job, the_task
from tests.processes.diagrams import second_review as second
from tests.processes.test_random_lives import key_of, open_rows

pytestmark = pytest.mark.django_db
OPS = Actor(name="olga", tenant="platform", via="ui")


def asked(**more: Any) -> Asked:
    return Asked(actor=OPS, reason="The clerk asked for it", **more)


def refusals(act: Callable[[Asked], Any], **more: Any) -> tuple[str, ...]:
    """Why it is refused: as a dry run tells, and as the real one does. Nothing changes."""
    plan = act(asked(dry_run=True, **more)).plan
    with pytest.raises(CannotBeMoved) as refused:
        act(asked(**more))
    assert plan.refusals == refused.value.sentences
    return refused.value.sentences


def done(instance: ProcessInstance, act: Callable[[Asked], Outlook], **more: Any) -> Outlook:
    """A dry run, which changes nothing, and the real one, which does what that said."""
    instance.refresh_from_db()
    before = (bytes(instance.state), open_rows(instance), instance.historyevent_set.count())
    told = act(asked(dry_run=True, **more))
    instance.refresh_from_db()
    after = (bytes(instance.state), open_rows(instance), instance.historyevent_set.count())
    assert before == after
    outlook = act(asked(revision=told.revision, **more))
    assert said(outlook) == said(told)
    check(instance)
    return outlook


def said(outlook: Outlook) -> list[Any]:
    """All but the moments at which timers that begin now are due: time goes on."""
    plan = outlook.plan
    opened = [(wait.kind, wait.element_id, wait.variables) for wait in plan.opened]
    altered = [(a.before, a.after.element_id, a.after.topic) for a in plan.altered]
    rest = [outlook.repeats, outlook.begun, outlook.revision]
    return [plan.closed, opened, altered, plan.passages, plan.ended, plan.refusals, *rest]


def check(instance: ProcessInstance) -> None:
    instance.refresh_from_db()
    spec = spec_of(definition_of(instance.definition_id))
    step = engine.describe(spec, bytes(instance.state), environment(clock.now()))
    assert open_rows(instance) == set(map(key_of, step.waits))
    elements = {wait.element_id for wait in step.waits}
    assert stands_at(instance) == elements
    assert history.verify(instance).sound
    assert history.replay(instance).sound


def token_at(instance: ProcessInstance, element_id: str) -> str:
    found = [
        rows.filter(instance=instance, element_id=element_id).values_list("token", flat=True)
        for rows in (
            UserTask.objects.filter(closed_at=None),
            Job.objects,
            Timer.objects,
            MessageSubscription.objects,
        )
    ]
    (token,) = [token for tokens in found for token in tokens]
    return str(token)


def move(instance: ProcessInstance, element_id: str, to: str, **options: Any) -> Any:
    put = [Put(element_id=to, instead_of=token_at(instance, element_id), **options)]
    return lambda question: runtime.modify_case(instance.pk, question, put=put)


def cancel(instance: ProcessInstance, element_id: str) -> Any:
    tokens = [token_at(instance, element_id)]
    return lambda question: runtime.modify_case(instance.pk, question, take_off=tokens)


def complete(instance: ProcessInstance, actor: Actor, **output: Any) -> None:
    runtime.complete_user_task(task_id=the_task(instance).pk, output=output, actor=actor)


# By hand


def test_a_token_is_moved_and_the_history_says_who_and_why(review, provider):
    outlook = done(review, move(review, "Review", "HandleRefusal"))

    assert [wait.element_id for wait in outlook.plan.closed] == ["Review", "Silence"]
    assert stands_at(review) == {"HandleRefusal"}
    event = review.historyevent_set.get(kind="case_modified")
    assert (event.actor, event.element_id) == ("olga", "HandleRefusal")
    assert '"reason":"The clerk asked for it"' in event.body
    assert '"before":["Review","Silence"]' in event.body
    assert UserTask.objects.get(instance=review, element_id="Review").outcome == "cancelled"


def test_without_a_reason_nothing_is_moved(review):
    with pytest.raises(CannotBeMoved, match="a reason"):
        runtime.modify_case(
            review.pk,
            Asked(actor=OPS, reason=" "),
            take_off=[token_at(review, "Review")],
        )
    assert stands_at(review) == {"Review", "Silence"}


def test_a_case_whose_last_token_is_cancelled_is_cancelled(review):
    done(review, cancel(review, "Review"))

    assert review.status == "cancelled"
    assert not open_rows(review)
    with pytest.raises(NoSuchCase):
        runtime.modify_case(review.pk, asked(), put=[Put(element_id="Review")])


def test_a_case_that_is_moved_to_its_end_has_ended(review):
    done(review, move(review, "Review", "Paid"))

    assert review.status == "ended"


def test_what_was_seen_must_still_be_so(review, sofia):
    told = runtime.modify_case(review.pk, asked(dry_run=True), put=[Put(element_id="Review")])
    runtime.claim_task(the_task(review).pk, sofia)

    with pytest.raises(StaleCase):
        runtime.modify_case(
            review.pk, asked(revision=told.revision), put=[Put(element_id="Review")]
        )


def test_what_the_engine_refuses_is_said(review):
    put = [Put(element_id="Silence")]

    assert "start after it" in refusals(lambda q: runtime.modify_case(review.pk, q, put=put))[0]


def test_what_the_database_refuses_is_said_too(begin):
    case = begin("two_messages")
    act = lambda q: runtime.modify_case(case.pk, q, put=[Put(element_id="Second")])  # noqa: E731

    assert "another token waits for the same message" in refusals(act)[0]
    check(case)


def test_an_early_message_is_taken_by_who_is_put_where_it_is_waited_for(review, provider):
    runtime.publish_message(
        name="pay.settled", correlation_key="R-9", payload={}, message_id="m", actor=OPS
    )
    put = Put(element_id="Settled", instead_of=token_at(review, "Review"), variables={"ref": "R-9"})
    runtime.modify_case(review.pk, asked(), put=[put])

    check(review)
    assert review.status == "ended"


def test_back_is_the_task_from_which_it_came(review, sofia, provider):
    complete(review, sofia)
    back = lambda q: runtime.step_back(review.pk, q, token=the_job(review).token)  # noqa: E731
    done(review, back)

    assert stands_at(review) == {"Review", "Silence"}
    with pytest.raises(CannotBeMoved, match="found none"):
        runtime.step_back(review.pk, asked(), token=token_at(review, "Review"))


def test_the_incident_of_a_deadline_goes_with_it(begin, sofia):
    case = begin("reminder")
    Timer.objects.update(blocked=True)
    Incident.objects.create(
        instance=case, kind="timer", subject="timers", shard=0, raised_at=clock.now(), sentence="no"
    )
    done(case, move(case, "Wait", "Remind"))

    assert not Incident.objects.filter(resolved_at=None).exists()


# Work for machines


@pytest.fixture
def paying(review: ProcessInstance, sofia: Actor, provider: Any) -> ProcessInstance:
    """A case that waits for the machine that pays."""
    complete(review, sofia)
    return review


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


# Versions


def migrate(instance: ProcessInstance, version: int = 2, **options: Any) -> Any:
    return lambda q: runtime.migrate_case(instance.pk, q, version=version, **options)


def test_an_open_task_goes_on_with_its_row_draft_and_deadline(review, sofia, deploy, provider):
    clock.advance(timedelta(hours=8))
    task = the_task(review)
    runtime.claim_task(task.pk, sofia)
    task.refresh_from_db()
    revision = runtime.save_draft(task.pk, {"decision": "half"}, sofia, task.revision)
    due = Timer.objects.get(instance=review).due
    deploy(review=second(review_id="Look", silence="PT1H"))
    outlook = done(review, migrate(review, mapping={"Review": "Look"}))

    assert [change.after.element_id for change in outlook.plan.altered] == ["Look"]
    kept = the_task(review)
    assert (kept.pk, kept.element_id, kept.name) == (task.pk, "Look", "Look")
    assert (kept.assignee, kept.draft, kept.revision) == ("sofia", {"decision": "half"}, revision)
    assert Timer.objects.get(instance=review).due == due
    complete(review, sofia)
    check(review)
    assert stands_at(review) == {"Second"}


def test_the_history_leads_through_every_version(review, sofia, deploy, provider):
    first = review.definition_id
    deploy(review=second())
    done(review, migrate(review))
    assert review.definition.version == 2
    done(review, migrate(review, 1))
    assert review.definition_id == first
    done(review, migrate(review))
    complete(review, sofia)
    check(review)

    kinds = list(review.historyevent_set.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["process_started", *["case_migrated"] * 3, "task_completed"]
    assert stands_at(review) == {"Second"}


def test_a_case_that_says_another_version_than_its_history_is_found(review, deploy, provider):
    old = review.definition_id
    deploy(review=second())
    done(review, migrate(review))
    ProcessInstance.objects.filter(pk=review.pk).update(definition_id=old)
    review.refresh_from_db()

    assert not history.replay(review).sound


def test_a_form_that_became_another_is_stale_for_who_has_it_open(review, sofia, provider):
    from processes import deployment
    from tests.processes.conftest import SHOP

    task = the_task(review)
    forms = {"review": {**FORMS["review"], "components": []}}
    resources = {"review.bpmn": second()}
    deployment.deploy(deployment.Sources(resources=resources, forms=forms), actor=SHOP)
    done(review, migrate(review))

    assert the_task(review).revision == task.revision + 1


def test_those_who_are_offered_it_still_are(review, sofia, deploy, provider):
    deploy(review=second(review_id="Look"))
    done(review, migrate(review, mapping={"Review": "Look"}))
    (candidate,) = UserTaskCandidate.objects.all()

    assert candidate.audience == "lingyue/seller"
    complete(review, sofia)
    check(review)


def test_a_case_without_a_counterpart_stays(review, deploy, provider):
    deploy(review=second(review_id="Look"))

    (sentence,) = refusals(migrate(review))
    assert sentence.startswith("Review: Expected a counterpart Review (userTask)")
    check(review)
    assert review.definition.version == 1


def test_refusals_are_in_the_language_of_who_asks(review, deploy, provider):
    deploy(review=second(review_id="Look"))
    with translation.override("zh-hans"):
        (sentence,) = refusals(migrate(review))

    assert sentence.startswith("Review：新定义的同一范围内应有对应的 Review")


def test_a_version_must_be_deployed_and_another(review, deploy, provider):
    with pytest.raises(NoSuchProcess):
        runtime.migrate_case(review.pk, asked(), version=7)
    with pytest.raises(CannotBeMoved, match="another version"):
        runtime.migrate_case(review.pk, asked(), version=1)


def test_a_deadline_begins_anew_only_when_told(review, deploy, provider):
    clock.advance(timedelta(hours=8))
    deploy(review=second(silence="PT100H"))
    outlook = done(review, migrate(review, restart=["Silence"]))

    (change,) = outlook.plan.altered
    timer = Timer.objects.get(instance=review)
    assert timer.due == change.after.due_at > change.before.due_at


def test_a_job_under_way_goes_on_with_its_lease_and_key(paying, deploy, provider):
    (job,) = runtime.claim_jobs(1, "test")
    deploy(review=second())
    done(paying, migrate(paying))

    assert runtime.renew_lease(job)
    assert runtime.complete_job(job, {"ref": "R-1"})
    check(paying)
    assert job.idempotency_key == f"{paying.pk}-{job.token}"
    assert stands_at(paying) == {"Settled"}


def test_a_job_becomes_other_work_only_if_nobody_has_begun_it(paying, deploy, provider):
    deploy(review=second(pay="test.remind"))
    done(paying, migrate(paying))
    assert the_job(paying).topic == "test.remind"
    runtime.claim_jobs(1, "test")

    (sentence,) = refusals(migrate(paying, 1))
    assert sentence == "“Pay” was begun, and would be other work in the new version."


def test_a_version_that_pays_again_needs_consent(paying, deploy, provider):
    worker.work()
    deploy(review=second(d.user("Ask"), then="Ask > Pay"))

    (sentence,) = refusals(migrate(paying))
    assert sentence == "“Pay” might be done a second time. Say so if that is meant."
    done(paying, migrate(paying), consent=Consent(repeating=["Pay"]))


def test_a_stuck_job_is_still_stuck_under_its_new_name(paying, deploy, provider):
    (job,) = runtime.claim_jobs(1, "test")
    runtime.fail_job(job, error="no", permanent=True)
    text = second().replace(b'"Pay"', b'"PayOut"')
    deploy(review=text)
    done(paying, migrate(paying, mapping={"Pay": "PayOut"}))
    (incident,) = Incident.objects.filter(resolved_at=None)

    assert incident.element_id == "PayOut"
    runtime.resolve_incident(incident_id=incident.pk, actor=OPS, note="again")
    assert worker.work() == 1
    assert stands_at(paying) == {"Settled"}


def test_what_was_done_under_its_old_name_is_known_under_the_new(paying, deploy, provider):
    worker.work()
    deploy(review=second().replace(b'"Pay"', b'"PayOut"'))
    done(paying, migrate(paying, mapping={"Pay": "PayOut"}))
    (token,) = MessageSubscription.objects.values_list("token", flat=True)

    act = move(paying, "Settled", "PayOut")
    assert "“PayOut” might be done a second time" in refusals(act)[0]
    assert token == token_at(paying, "Settled")


def test_a_message_finds_the_case_in_its_new_version(paying, deploy, provider):
    worker.work()
    deploy(review=second())
    done(paying, migrate(paying))
    runtime.publish_message(
        name="pay.settled", correlation_key="R-1", payload={}, message_id="m", actor=OPS
    )

    check(paying)
    assert paying.status == "ended"


def test_a_case_is_found_by_the_variables_that_its_new_version_names(review, deploy, provider):
    put = [Put(element_id="Review", instead_of=token_at(review, "Review"), variables={"other": 1})]
    runtime.modify_case(review.pk, asked(), put=put)
    deploy(review=second())
    done(review, migrate(review))

    assert review.variables == {"amount": 1250, "other": 1}


def test_an_overdue_click_is_refused_when_the_task_is_gone(review, sofia):
    task = the_task(review).pk
    done(review, move(review, "Review", "HandleRefusal"))

    with pytest.raises(TaskAlreadyClosed):
        runtime.complete_user_task(task_id=task, output={}, actor=sofia)


def test_jobs_lease_later_than_expired_are_still_not_taken_away(paying):
    runtime.claim_jobs(1, "test")
    Job.objects.update(lease_until=Now() - timedelta(hours=1))

    assert "is being done by a machine" in refusals(cancel(paying, "Pay"))[0]


# The command


def test_the_command_tells_first_and_then_moves_each_case_it_can(begin, deploy, capsys, provider):
    first = begin("review")
    deploy(review=second(review_id="Look"))
    options = ["--process", "review", "--to", "2", "--reason", "new rules"]
    with pytest.raises(CommandError, match="2 of 2 stay"):
        call_command("migrate_case", "AF-1", "AF-7", *options)
    assert "AF-1: Review: Expected a counterpart" in capsys.readouterr().out

    for more in (["--dry-run"], []):
        call_command("migrate_case", "AF-1", *options, "--map", "Review=Look", *more)
        assert capsys.readouterr().out == "AF-1: Review → Look\n"
    check(first)
    assert first.definition.version == 2


def test_a_mapping_names_two_elements():
    with pytest.raises(CommandError, match="Expected two element ids"):
        call_command("migrate_case", "AF-1", "--map", "Review")
