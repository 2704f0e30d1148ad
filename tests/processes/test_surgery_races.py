"""Operators, clerks, machines and analysts at once: one of them is first, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import transaction

from processes import runtime
from processes.engine import Put
from processes.models import Job, ProcessInstance
from processes.runtime import Consent, locked
from tests.concurrency import at_once, wait_until_blocked
from tests.processes.conftest import stands_at, the_job, the_task
from tests.processes.diagrams import second_review as second
from tests.processes.surgery import asked, token_at
from tests.processes.test_races import complete, names, sound, while_locked

pytestmark = pytest.mark.django_db(transaction=True)


def giving_up(instance: ProcessInstance, element_id: str) -> Callable[[], Any]:
    put = [Put(element_id="HandleRefusal", instead_of=token_at(instance, element_id))]
    consent = Consent(giving_up=[element_id], repeating=[element_id])
    return lambda: runtime.modify_case(instance.pk, asked(consent=consent), put=put)


def migrating(instance: ProcessInstance, version: int = 2, **options: Any) -> Callable[[], Any]:
    return lambda: runtime.migrate_case(instance.pk, asked(**options), version=version)


def test_of_a_click_and_an_operator_one_is_first_and_the_other_is_told(review, sofia, provider):
    results = while_locked(review, complete(the_task(review), sofia), giving_up(review, "Review"))

    errors = {name for name in names(results) if name in ("TaskAlreadyClosed", "CannotBeMoved")}
    assert len(errors) == 1
    expected = {"Pay"} if errors == {"CannotBeMoved"} else {"HandleRefusal"}
    assert stands_at(review) == expected
    assert sound(review)


def test_the_result_of_a_machine_is_never_lost_to_an_operator(review, sofia, provider):
    complete(the_task(review), sofia)()
    (job,) = runtime.claim_jobs(1, "test")

    results = while_locked(
        review, giving_up(review, "Pay"), lambda: runtime.complete_job(job, {"ref": "R-1"})
    )

    assert names(results) == ["CannotBeMoved", "True"]
    assert stands_at(review) == {"Settled"}
    assert sound(review)


def test_of_a_machine_that_begins_and_an_operator_one_has_the_job(begin, sofia, provider):
    for number in range(6):
        case = begin("review", f"AF-{number}")
        complete(the_task(case), sofia)()
        ids = [the_job(case).pk]

        leased, given_up = at_once(
            lambda ids=ids: runtime.claim_jobs(1, "test", ids=ids), giving_up(case, "Pay")
        )

        begun = names([given_up]) == ["CannotBeMoved"]
        assert len(leased) == int(begun)
        assert Job.objects.filter(instance=case).count() == int(begun)
        assert sound(case)


def test_a_click_that_waited_for_a_migration_counts_in_the_new_version(
    begin, sofia, deploy, provider
):
    for version, text in ((2, second()), (3, second(silence="PT1H"))):
        case = begin("review", f"AF-{version}")  # with the version before
        task = the_task(case)
        with ThreadPoolExecutor(2) as pool:
            with transaction.atomic():
                locked.case(case.pk)
                click = pool.submit(at_once, complete(task, sofia))
                wait_until_blocked()
                # The version comes while the click waits: what it has read does not know of it.
                pool.submit(at_once, lambda text=text: deploy(review=text)).result(30)
                migrating(case, version)()
            assert click.result(30) == [None]
        assert stands_at(case) == {"Second"}
        assert sound(case)


def test_the_result_of_a_job_that_waited_for_a_migration_counts(review, sofia, deploy, provider):
    complete(the_task(review), sofia)()
    (job,) = runtime.claim_jobs(1, "test")
    deploy(review=second())

    results = while_locked(
        review, migrating(review), lambda: runtime.complete_job(job, {"ref": "R-1"})
    )

    assert results[1] is True
    assert names(results)[0].startswith("Outlook")
    assert stands_at(review) == {"Settled"}
    assert sound(review)
    assert review.definition.version == 2


def test_of_two_operators_who_saw_the_same_one_is_told_to_look_again(review, deploy, provider):
    deploy(review=second())
    revision = review.revision

    results = while_locked(
        review, migrating(review, revision=revision), migrating(review, revision=revision)
    )

    assert sorted(name[:9] for name in names(results)) == ["Outlook(p", "StaleCase"]
    assert sound(review)


def test_a_version_costs_no_more_statements_than_before(begin, sofia, deploy, provider):
    from tests.processes.test_statements import check_advance

    begin("review", "AF-0")
    case = begin("review", "AF-1")
    deploy(review=second())
    migrating(case)()
    task = the_task(case)

    check_advance(complete(task, sofia))
    assert stands_at(case) == {"Second"}
