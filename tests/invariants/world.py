"""Cases on the project's own diagrams, and time that runs until nothing is left to wait for.

Jobs are done in this process by the real worker; the provider is the simulator in process.
People act when chance says so, or not at all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Min
from django.db.models.functions import Now

from handlers.cases import api as cases
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import clock, queries, runtime, worker
from processes.contract import Actor
from processes.errors import ProcessError
from processes.models import Job, ProcessInstance, Timer, UserTask
from processes.runtime import messages, timers
from tests.handlers.cases.conftest import CORA, FAY, LEO, LIN, MARCO, QING, SOFIA, apply
from tests.handlers.shop import shop_order
from tests.invariants.inprocess import House, signed

FRANK = Actor(
    name="frank",
    tenant="platform",
    groups=frozenset({"platform/finance", "platform/finance_lead"}),
    via="ui",
)
EVERYBODY = (LIN, SOFIA, MARCO, CORA, LEO, FAY, FRANK, QING)
MOST_TURNS = 4_000
Answer = Callable[[random.Random], Mapping[str, Any]]


def _one_of(*answers: Mapping[str, Any]) -> Answer:
    return lambda chance: chance.choice(answers)


_AMOUNTS = (0.01, 12.5, 60, 99.99, 500, 1_000, 9_999)
ANSWERS: Mapping[str, Answer] = {
    "review_refund": _one_of(
        {"decision": "approve"},
        {"decision": "approve"},
        *({"decision": "offer", "offer_amount": amount} for amount in _AMOUNTS[:6]),
        *[{"decision": "reject", "reason": "other", "note": "No."}] * 4,
        *[{"decision": "escalate"}] * 2,
    ),
    "second_approval": _one_of({"approved": "yes"}, {"approved": "no"}),
    "answer_offer": _one_of({"answer": "accept"}, {"answer": "decline"}),
    "answer_rejection": _one_of(
        *({"answer": "amend", "amount": amount, "note": "Less."} for amount in _AMOUNTS),
        *[{"answer": "escalate"}] * 6,
        {"answer": "withdraw"},
    ),
    "decide_after_shipping": _one_of({"answer": "keep"}, {"answer": "withdraw"}),
    "respond_to_dispute": _one_of({"statement": "Well."}),
    "add_evidence": _one_of({"statement": "Well."}),
    "decide_dispute": _one_of(
        *(
            {"outcome": "refund", "amount": amount, "responsible": "seller", "reason": "§3"}
            for amount in _AMOUNTS
        ),
        *[{"outcome": "none", "responsible": "buyer", "reason": "§4"}] * 3,
    ),
    "confirm_verdict": _one_of({"confirmed": "yes"}, {"confirmed": "no"}),
    "resolve_failed_refund": _one_of({"way": "retry"}),
    "settle_unknown_refund": _one_of({"way": "query"}),
    "confirm_offline_payment": _one_of({"confirmed": "no"}),
}


class World:
    """Some orders, some cases, one provider, one chance."""

    def __init__(self, house: House, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.orders: list[str] = []
        self.cases: list[str] = []
        self.heard = 0
        self.acted = 0

    # --- What is asked for --------------------------------------------------------------

    def open_every_form(self) -> None:
        """Small and large, one unit and money only, one case an order and several."""
        plain = self.sell(lines=[(3, 10_000), (2, 50_000)], shipping=1_200)
        mixed = self.sell(lines=[(2, 4_500)], tenders=[("points", 2_000), ("wallet", 7_000)])
        points = self.sell(lines=[(1, 700)], tenders=[("points", 700)])
        self.ask(plain, "1", 1, 10_000)
        self.ask(plain, "2", 2, 100_000)  # above the four-eyes limit
        self.ask(self.sell(lines=[(2, 900)]), "1", 2, 1_500)  # small enough for the rule
        self.ask(mixed, "1", 1, 4_500)
        self.ask(points, "1", 1, 700)
        self.ask(self.sell(lines=[(1, 6_000)]), "1", None, 6_000, reason="damaged")

    def sell(self, **shape: Any) -> orders.OrderMoney:
        order = shop_order(provider=self.house.name, **shape)
        self.orders.append(order.order_no)
        return order

    def ask(
        self, order: orders.OrderMoney, line: str, qty: int | None, amount: int, **more: Any
    ) -> str:
        requested = cases.RequestedLine(line_no=line, qty=qty, amount=amount)
        if more.get("reason") == "damaged":
            orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))
        case_no = apply(order, requested, **more)
        self.cases.append(case_no)
        return case_no

    # --- What happens -------------------------------------------------------------------

    def live(self, *, acts: int = 0) -> None:
        """Let people act so often; between their acts, and then for ever, time goes by."""
        for _ in range(acts):
            self.work()
            self.somebody_acts()
            if self.chance.random() < 0.3:
                self.next_moment()
        for _ in range(MOST_TURNS):
            self.work()
            if not self.next_moment() and not self.busy():
                return
        raise AssertionError(f"Expected the cases to come to rest, but {self.waiting()}")

    def work(self) -> None:
        """Do every job there is; what is put off for a while has waited long enough."""
        while True:
            Job.objects.filter(state="ready").update(run_at=Now())
            self.house.follow()
            self.hear()
            if not worker.work() + messages.deliver_buffered() + timers.fire_batch():
                return

    def busy(self) -> bool:
        return Job.objects.filter(state="ready").exists()

    def next_moment(self) -> bool:
        """Move the clock to the next timer; False when nothing waits for time any more."""
        due = Timer.objects.filter(blocked=False).aggregate(due=Min("due"))["due"]
        if due is None:
            return False
        clock.advance(max(due - clock.now(), timedelta()))
        return True

    def hear(self) -> None:
        """Callbacks arrive: some twice, some late; none is lost for good."""
        notices = self.house.notices()
        fresh = notices[self.heard :]
        self.heard = len(notices)
        self.chance.shuffle(fresh)
        for notice in fresh + self.chance.sample(notices, min(len(notices), 1)):
            body = notice["body"].encode()
            refunds.receive_callback(self.house.name, signed(body), body)

    def somebody_acts(self) -> None:
        """Somebody fills in a form that is open, or tries to; or withdraws; or goods leave."""
        self.acted += 1
        what = self.chance.random()
        case_no = self.chance.choice(self.cases)
        try:
            if what < 0.05:
                cases.withdraw(case_no, LIN)
            elif what < 0.1:
                order_no = self.chance.choice(self.orders)
                orders.mark_shipped(order_no, receive_within=timedelta(days=10))
            else:
                self.answer(case_no)
        except (cases.CaseError, ProcessError, orders.OrderError):
            return  # a refusal is an answer

    def answer(self, case_no: str) -> None:
        tasks = queries.open_tasks(case_no)
        if not tasks:
            return
        task = self.chance.choice(tasks)
        actor = self.entitled(task.id) if self.chance.random() < 0.9 else QING
        output = ANSWERS[task.form_id](self.chance)
        if task.assignee == "":
            runtime.claim_task(task.id, actor)
        runtime.complete_user_task(task_id=task.id, output=output, actor=actor)

    def entitled(self, task_id: int) -> Actor:
        task = UserTask.objects.get(pk=task_id)
        may = [
            actor
            for actor in EVERYBODY
            if task.assignee in ("", actor.name)
            and (task.assignee == actor.name or actor.groups & set(task.audiences))
        ]
        return self.chance.choice(may or [QING])

    def finance_does_its_part(self) -> bool:
        """Whoever must decide about money that no time may move decides; False: nobody must."""
        running = ProcessInstance.objects.filter(status="running")
        keys = running.values_list("business_key", flat=True)
        tasks = [task for key in keys for task in queries.open_tasks(key)]
        for task in tasks:
            actor = self.entitled(task.id)
            if task.assignee == "":
                runtime.claim_task(task.id, actor)
            runtime.complete_user_task(
                task_id=task.id, output=ANSWERS[task.form_id](self.chance), actor=actor
            )
        return bool(tasks)

    def waiting(self) -> list[tuple[str, list[str]]]:
        """Where the cases that have not ended stand."""
        running = ProcessInstance.objects.filter(status="running")
        return [
            (case.business_key, [wait.element_id for wait in queries.waits_of(case.pk)])
            for case in running
        ]
