"""Cases moved to another version: what goes on as it was, what needs consent, the command."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from processes import clock, history, runtime, worker
from processes.engine import Put
from processes.errors import CannotBeMoved, NoSuchProcess
from processes.models import (
    Incident,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTaskCandidate,
)
from processes.runtime import Consent
from tests.processes import drawing as d
from tests.processes.conftest import FORMS, stands_at, the_job, the_task
from tests.processes.diagrams import second_review as second
from tests.processes.surgery import (
    OPS,
    asked,
    check,
    complete,
    done,
    migrate,
    move,
    refusals,
    token_at,
)

pytestmark = pytest.mark.django_db


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
