"""Many random lives of cases, with duplicates, crashes and jumps of the clock.

After each of them: the open rows are what the engine says, the history is dense, chained
and leads to the same bytes, no message counted twice, no ended case has anything open.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from processes import clock, engine, history, runtime, sweeper, worker
from processes.contract import Actor, BpmnError, PermanentFailure
from processes.engine import Put, Wait
from processes.errors import ProcessError
from processes.models import (
    HistoryEvent,
    Incident,
    Job,
    Message,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
)
from processes.runtime import Asked, Consent, messages, starts, timers
from processes.specs import definition_of, environment, spec_of
from tests.processes.diagrams import second_review
from tests.processes.starting import asked, timed

pytestmark = pytest.mark.django_db
SEEDS = range(8)
ACTS = 200
KEYS = 25
PAID = ("job_completed", "Pay")
PEOPLE = [
    Actor(name="sofia", groups=frozenset({"lingyue/seller"}), via="ui"),
    Actor(name="marco", groups=frozenset({"lingyue/seller"}), via="ui"),
    Actor(name="fay", groups=frozenset({"platform/finance"}), via="ui"),
    Actor(name="qing", groups=frozenset({"qinghe/seller"}), via="ui"),
]


class Lives:
    """Some cases, and chance."""

    def __init__(self, chance: random.Random, begin: Callable[..., ProcessInstance]) -> None:
        self.chance = chance
        self.begin = begin
        self.leased: list[runtime.LeasedJob] = []
        self.acts = [
            *[self.start] * 4,
            *[self.complete] * 4,
            *[self.claim, self.release],
            *[self.lease, self.report, self.report_again, self.crash, self.work],
            *[self.publish, self.publish, self.advance, self.sweep, self.cancel, self.resolve],
            *[self.operate, self.operate, self.migrate],
            *[self.deadline, self.deadline],
        ]

    def live(self, acts: int) -> int:
        for _ in range(acts):
            try:
                self.chance.choice(self.acts)()
            except ProcessError:
                continue  # a refusal is an answer
        return acts

    def start(self) -> None:
        key = self.chance.choice(["review", "two_messages", "reminder", "bad_way"])
        self.begin(key, f"AF-{self.chance.randrange(KEYS)}")

    def a_task(self) -> int:
        tasks = UserTask.objects.order_by("pk")
        if self.chance.random() < 0.8:
            tasks = tasks.filter(closed_at=None)
        return self.chance.choice(list(tasks.values_list("pk", flat=True)) or [0])

    def somebody(self) -> Actor:
        return self.chance.choices(PEOPLE, weights=[6, 2, 3, 1])[0]

    def complete(self) -> None:
        output = {"way": self.chance.choice("abc"), "amount": self.chance.randrange(9)}
        runtime.complete_user_task(task_id=self.a_task(), output=output, actor=self.somebody())

    def claim(self) -> None:
        runtime.claim_task(self.a_task(), self.somebody())

    def release(self) -> None:
        runtime.release_task(self.a_task(), self.somebody())

    def lease(self) -> None:
        self.leased += runtime.claim_jobs(2, "chance")

    def report(self) -> None:
        if not self.leased:
            return
        job = self.leased.pop(self.chance.randrange(len(self.leased)))
        self.report_one(job)
        self.last = job

    def report_again(self) -> None:
        if job := getattr(self, "last", None):
            self.report_one(job)

    def report_one(self, job: runtime.LeasedJob) -> None:
        match self.chance.randrange(5):
            case 0:
                runtime.fail_job(job, error="no", permanent=self.chance.random() < 0.3)
                Job.objects.filter(state="ready").update(run_at=Now())
            case 1:
                runtime.throw_job_error(
                    job, code=self.chance.choice(["PAY_REFUSED", "ODD"]), message="", variables={}
                )
            case _:
                runtime.complete_job(job, {"ref": f"R-{job.business_key}"})

    def crash(self) -> None:
        Job.objects.filter(state="leased").update(lease_until=Now() - timedelta(seconds=1))

    def work(self) -> None:
        worker.work()

    def publish(self) -> None:
        names = [("pay.settled", "R-"), ("news", ""), ("order.asked", "")]
        name, prefix = self.chance.choice(names)
        key = f"{prefix}AF-{self.chance.randrange(KEYS)}"
        awaited = list(MessageSubscription.objects.order_by("pk"))
        if awaited and self.chance.random() < 0.7:
            found = self.chance.choice(awaited)
            name, key = found.name, found.correlation_key
        runtime.publish_message(
            name=name,
            correlation_key=key,
            payload={"x": self.chance.randrange(3)},
            message_id=f"m-{self.chance.randrange(60)}",
            actor=Actor(name="provider", via="provider"),
        )

    def advance(self) -> None:
        clock.advance(timedelta(hours=self.chance.choice([0, 1, 1, 2, 30])))

    def sweep(self) -> None:
        sweeper.release_expired_leases()
        timers.fire_batch(3)
        messages.deliver_buffered(3)
        starts.begin_due(3)

    def deadline(self) -> None:
        found = list(Timer.objects.order_by("pk"))
        if not found:
            return
        timer = self.chance.choice(found)
        asked = {"instance_id": timer.instance_id, "token": timer.token, "actor": PEOPLE[0]}
        asked |= {"reason": "chance", "dry_run": self.chance.random() < 0.2}
        match self.chance.randrange(3):
            case 0:
                due = clock.now() + timedelta(hours=self.chance.randrange(-2, 9))
                runtime.change_timer(**asked, due_at=due)
            case 1:
                runtime.pause_timer(**asked)
            case _:
                runtime.resume_timer(**asked)

    def cancel(self) -> None:
        if self.chance.random() < 0.3:
            known = list(ProcessInstance.objects.order_by("pk").values_list("pk", flat=True))
            number = self.chance.choice(known or [0])
            runtime.cancel_process(instance_id=number, actor=PEOPLE[0], reason="chance")

    def a_case(self) -> ProcessInstance:
        return self.chance.choice(list(ProcessInstance.objects.order_by("pk")) or [None])

    def operate(self) -> None:
        """Take a token off, put one anywhere, or both, or let one go back."""
        case = self.a_case()
        if case is None:
            return
        spec = spec_of(definition_of(case.definition_id))
        names = [element.id for element in spec.elements]
        tokens = sorted(key[1:].partition("@")[0] for key in open_rows(case)) or ["?"]
        token = self.chance.choice(tokens)
        consent = Consent(
            repeating=names if self.chance.random() < 0.5 else (),
            giving_up=names if self.chance.random() < 0.5 else (),
        )
        question = Asked(actor=PEOPLE[0], reason="chance", consent=consent)
        put = [
            Put(element_id=self.chance.choice(names), instead_of=self.chance.choice([token, ""]))
        ]
        match self.chance.randrange(3):
            case 0:
                runtime.step_back(case.pk, question, token=token)
            case 1:
                runtime.modify_case(case.pk, question, put=put)
            case _:
                runtime.modify_case(case.pk, question, take_off=[token])

    def migrate(self) -> None:
        case = self.a_case()
        if case is not None:
            question = Asked(actor=PEOPLE[0], reason="chance")
            runtime.migrate_case(case.pk, question, version=self.chance.choice([1, 2]))

    def resolve(self) -> None:
        if incident := Incident.objects.filter(resolved_at=None).first():
            runtime.resolve_incident(incident_id=incident.pk, actor=PEOPLE[0], note="chance")


def key_of(wait: Wait) -> str:
    """Names the row that stands for `wait`."""
    letter = {"user_task": "u", "service_task": "s", "message": "m", "timer": "t"}[wait.kind]
    due = f"@{wait.due_at.timestamp():.6f}" if letter == "t" and wait.due_at else ""
    return f"{letter}{wait.token_id}{due}"


def open_rows(instance: ProcessInstance) -> set[str]:
    """The keys of a case's open rows, read from the rows."""
    tasks = instance.usertask_set.filter(closed_at=None)
    return {
        *(f"u{token}" for token in tasks.values_list("token", flat=True)),
        *(f"s{token}" for token in instance.job_set.values_list("token", flat=True)),
        *(
            f"m{token}"
            for token in instance.messagesubscription_set.values_list("token", flat=True)
        ),
        *(
            f"t{t.token}@{t.due.timestamp():.6f}" if t.due else f"t{t.token}"
            for t in instance.timer_set.all()
        ),
    }


def check(instance: ProcessInstance) -> None:
    step = engine.describe(
        spec_of(definition_of(instance.definition_id)),
        bytes(instance.state),
        environment(clock.now()),
    )
    wanted = {key_of(wait) for wait in step.waits if not wait.behind}
    assert open_rows(instance) == wanted
    assert (instance.status == "running") is bool(wanted)
    assert history.verify(instance).sound
    assert history.replay(instance).sound


def check_begun() -> None:
    """Each message began one case, and those that run have different keys."""
    begun = Message.objects.filter(begins=True)
    cases = ProcessInstance.objects.filter(definition_key="asked")
    assert set(begun.values_list("instance_id", flat=True)) == {case.pk for case in cases}
    assert begun.count() == cases.count()
    keys = [m.correlation_key for m in begun.filter(instance__status="running")]
    assert len(keys) == len(set(keys))


def check_repeated() -> None:
    """No machine did the same work twice for a case, unless somebody said that it may."""
    for case in ProcessInstance.objects.filter(definition_key="review"):
        bodies = [json.loads(event.body) for event in case.historyevent_set.all()]
        paid = [body for body in bodies if (body["kind"], body.get("element")) == PAID]
        allowed = [body for body in bodies if "Pay" in body.get("note", {}).get("repeating", ())]
        assert len(paid) <= 1 or allowed


@pytest.mark.parametrize("seed", SEEDS)
def test_P5_P8_P10_random_lives_leave_every_case_sound(begin, deploy, provider, seed):
    chance = random.Random(seed)
    deploy(asked=asked(), timed=timed("R/PT7H"), review=second_review())

    def answer(call):
        if chance.random() < 0.2:
            raise BpmnError("PAY_REFUSED", "no")
        if chance.random() < 0.1:
            raise PermanentFailure("no")
        return {"ref": f"R-{call.business_key}"}

    provider.answer = answer
    Lives(chance, begin).live(ACTS)

    for instance in ProcessInstance.objects.all():
        check(instance)
    delivered = Message.objects.filter(state="delivered", begins=False).count()
    assert HistoryEvent.objects.filter(kind="message_delivered").count() == delivered
    check_begun()
    check_repeated()
    assert not Incident.objects.exclude(instance__status="running").filter(resolved_at=None)
    ended = ProcessInstance.objects.exclude(status="running").values_list("pk", "history_seq")
    for number, seq in ended:
        last = HistoryEvent.objects.filter(instance_id=number).latest("seq")
        assert (last.seq, last.kind != "incident_raised") == (seq, True)
