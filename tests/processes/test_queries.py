"""What screens see: the right rows, in the right order, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import clock, queries, runtime, worker
from processes.contract import Actor, PermanentFailure
from processes.errors import BadCursor
from processes.models import UserTask, UserTaskCandidate
from tests.processes import diagrams
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, the_task

pytestmark = pytest.mark.django_db


def reorder(task: UserTask, *, npri: int, due_in: timedelta | None) -> None:
    """Give a task another priority and due date."""
    due = clock.now() + due_in if due_in is not None else None
    order = {"npri": npri, "sort_due": due or "9999-12-31T00:00+00:00"}
    UserTask.objects.filter(pk=task.pk).update(**order, due_at=due)
    UserTaskCandidate.objects.filter(task=task).update(**order)


@pytest.fixture
def many(begin):
    """Five cases; the third is the most urgent, then by due date, those without one last."""
    cases = [begin("review", f"AF-{number}") for number in range(5)]
    dues = [timedelta(hours=3), None, timedelta(hours=9), timedelta(hours=1), timedelta(hours=2)]
    for case, due in zip(cases, dues, strict=True):
        reorder(the_task(case), npri=-80 if case is cases[2] else -50, due_in=due)
    return cases


ORDER = ["AF-2", "AF-3", "AF-4", "AF-0", "AF-1"]


def keys(rows) -> list[str]:
    return [row.business_key for row in rows]


def test_the_inbox_shows_the_most_urgent_first_then_by_due_date(many, sofia):
    assert keys(queries.inbox_group(sofia.groups)) == ORDER


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_join_without_gap_or_repetition(many, sofia, size):
    seen, after = [], None
    for _page in ORDER:
        rows = queries.inbox_group(sofia.groups, after=after, limit=size)
        seen += keys(rows)
        after = queries.cursor_of(rows[-1]) if rows else after
    assert seen == ORDER


def test_my_tasks_come_in_the_same_order_page_by_page(many, sofia):
    for case in many:
        runtime.claim_task(the_task(case).pk, sofia)

    first = queries.inbox_mine("sofia", limit=3)
    rest = queries.inbox_mine("sofia", after=queries.cursor_of(first[-1]))

    assert keys([*first, *rest]) == ORDER
    assert queries.inbox_mine("marco") == []


def test_a_task_of_two_of_my_groups_is_shown_once(review, sofia):
    task = the_task(review)
    UserTaskCandidate.objects.create(
        task=task,
        audience="lingyue/boss",
        npri=task.npri,
        sort_due=task.sort_due,
        process_key="review",
    )
    audiences = {"lingyue/seller", "lingyue/boss"}
    assert len(queries.inbox_group(audiences)) == 1
    assert queries.count_group(audiences) == 1


def test_the_inbox_can_be_narrowed(many, begin, sofia):
    clock.advance(timedelta(hours=2, minutes=30))

    assert keys(queries.inbox_group(sofia.groups, overdue=True)) == ["AF-3", "AF-4"]
    assert queries.inbox_group(sofia.groups, process_key="other") == []
    assert len(queries.inbox_group(sofia.groups, process_key="review")) == 5
    assert queries.overdue_keys(sofia) == ["AF-3", "AF-4"]


@pytest.mark.parametrize("mark", ["x", "%%%", "W10", "WzEsMiwzXQ", "bnVsbA", "W" * 5000])
def test_a_page_mark_that_is_not_ours_is_refused(mark):
    with pytest.raises(BadCursor):
        queries.inbox_group({"a/b"}, after=mark)


def test_counts_stop_at_their_cap(many, sofia):
    assert queries.count_group(sofia.groups) == 5
    assert queries.count_group(sofia.groups, cap=3) == 4
    assert queries.count_mine("sofia") == 0
    assert queries.count_group([]) == 0


def test_a_task_is_seen_by_its_audience_its_owner_and_whoever_did_it(review, sofia, marco, qing):
    task_id = the_task(review).pk
    assert queries.task(task_id, sofia).row.name == "Review"
    assert queries.task(task_id, qing) is None
    assert queries.task(4711, sofia) is None

    runtime.complete_user_task(task_id=task_id, output={}, actor=sofia)

    seen = queries.task(task_id, marco)
    assert (seen.closed_by, seen.closed_at is not None) == ("sofia", True)


def test_a_task_brings_its_form_its_inputs_and_when_silence_acts(review, sofia):
    detail = queries.task(the_task(review).pk, sofia)

    assert detail.schema["components"][0]["key"] == "decision"
    assert detail.variables == {"case_no": "AF-1", "amount": 1250}
    assert detail.draft is None
    assert abs(detail.expires_at - clock.now() - timedelta(hours=48)) < timedelta(minutes=1)
    assert queries.open_tasks("AF-1")[0].expires_at == detail.expires_at
    assert queries.open_tasks_of_assignee("AF-1", "sofia") == []


def test_what_a_case_waits_for_is_listed(review):
    waits = {row.element_id: row for row in queries.waits_of(review.pk)}
    assert waits.keys() == {"Review", "Silence"}
    assert waits["Silence"].attached_to_element == "Review"
    assert (waits["Silence"].kind, waits["Silence"].interrupting) == ("timer", True)


def test_the_timeline_tells_who_did_what(review, sofia, provider):
    runtime.complete_user_task(task_id=the_task(review).pk, output={"decision": "yes"}, actor=sofia)
    worker.work()

    events = queries.timeline(review.pk)
    assert [(e.seq, e.kind, e.element_name, e.actor) for e in events] == [
        (1, "process_started", "", "shop"),
        (2, "task_completed", "Review", "sofia"),
        (3, "job_completed", "Pay", "job:test.pay"),
    ]
    assert events[1].outcome == "completed"
    assert events[1].changes["decision"] == {"after": "yes"}
    assert [e.seq for e in queries.timeline(review.pk, after=1, limit=1)] == [2]


def test_the_diagram_shows_where_the_case_stands_and_which_way_it_came(review, sofia, provider):
    def answer(_call):
        raise PermanentFailure("no")

    provider.answer = answer
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    worker.work()

    shown = queries.diagram(review.pk)

    assert shown.xml == diagrams.REVIEW.decode()
    assert (shown.active, shown.incidents) == (("Pay",), ("Pay",))
    assert set(shown.done) == {"Start", "Review"}
    assert set(shown.flows) == {"Start_to_Review", "Review_to_Pay"}
    assert queries.incidents(review.pk)[0].element_name == "Pay"


def test_a_called_process_is_a_picture_of_its_own(deploy):
    call = d.extensions(d.zeebe("calledElement", processId="review"))
    caller = d.diagram("caller", [d.node("callActivity", "Call", call)], "Start > Call > Done")
    deploy(caller=caller, review=diagrams.REVIEW)
    number = runtime.start_process(
        key="caller", business_key="AF-1", variables={}, tenant="t", actor=SHOP
    )

    shown = queries.diagram(number)

    assert (shown.process_key, shown.active) == ("caller", ("Call",))
    (child,) = shown.children
    assert (child.process_key, child.name, child.active) == ("review", "The review", ("Review",))


def test_names_in_other_languages_travel_with_the_definition(deploy, sofia):
    text = diagrams.REVIEW.replace(
        b'<zeebe:userTask/><zeebe:formDefinition formId="review"/>',
        b'<zeebe:userTask/><zeebe:formDefinition formId="review"/>'
        + d.properties(**{"name:zh_Hans": "审核"}).encode(),
    )
    assert text != diagrams.REVIEW
    deploy(review=text)
    runtime.start_process(
        key="review", business_key="AF-1", variables={}, tenant="lingyue", actor=SHOP
    )

    (row,) = queries.inbox_group(sofia.groups)

    assert queries.localised(row.name, row.names, "zh-hans") == "审核"
    assert queries.localised(row.name, row.names, "en") == "Review"


def test_a_case_is_found_by_its_business_key(review):
    found = queries.case_instance("AF-1")
    assert (found.id, found.process_key, found.version, found.status) == (
        review.pk,
        "review",
        1,
        "running",
    )
    assert queries.case_instance("AF-1", process_key="other") is None
    assert queries.case_instance("AF-2") is None


def test_a_stranger_sees_nothing_with_the_empty_groups_of_a_superuser(review):
    admin = Actor(name="admin", tenant="platform")
    assert queries.inbox_group(admin.groups) == []
    assert queries.task(the_task(review).pk, admin) is None
