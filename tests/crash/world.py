"""What the crash test plays with: orders, cases, sellers who approve, and the ground truth."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from django.db import DatabaseError, close_old_connections, transaction

from handlers.cases import api as cases
from handlers.cases.api import RequestedLine
from handlers.orders import api as orders
from handlers.refunds.simulator.faults import TABLE, Fault
from processes import clock, runtime
from processes.contract import Actor
from processes.errors import ProcessError
from processes.models import Incident, UserTask

logger = logging.getLogger(__name__)

SOFIA = Actor(name="sofia", tenant="lingyue", groups=frozenset({"lingyue/seller"}), via="ui")
OPERATOR = Actor(name="admin", tenant="platform", via="ui")
FAULTS = (
    Fault.TIMEOUT_AFTER,
    Fault.ERROR_AFTER,
    Fault.ERROR_BEFORE,
    Fault.DUPLICATE_CALLBACK,
    Fault.REORDERED_CALLBACKS,
    Fault.CALLBACK_FIRST,
    Fault.WRONG_AMOUNT,
    Fault.BAD_SIGNATURE,
    Fault.BROKEN_BODY,
    Fault.BAD_REPLY_SIGNATURE,
    Fault.NO_CALLBACK,
)
"""What the provider does wrong; whatever ends with the money moved."""
FAULTY = 0.4
"""Share of the refunds that meet a fault."""


@dataclass(frozen=True)
class Opened:
    """A case, and what its provider should have paid once it has ended."""

    case_no: str
    order_no: str
    provider: str
    amount: int

    @property
    def payment_ref(self) -> str:
        """How the provider knows the payment."""
        return f"PAY-{self.order_no}"


def open_cases(count: int, providers: Sequence[str], random: Random) -> list[Opened]:
    """Sell `count` orders, paid at the providers in turn, and ask for all of it back."""
    return [_open(number, providers[number % len(providers)], random) for number in range(count)]


def _open(number: int, provider: str, random: Random) -> Opened:
    amount = _amount(random)
    buyer = Actor(name=f"buyer{number}", via="ui")
    with transaction.atomic():
        order_no = _sell(number, amount, buyer.name, provider)
        case_no = cases.submit(
            order_no=order_no,
            buyer=buyer,
            lines=[RequestedLine(line_no="1", qty=1, amount=amount)],
            reason="not_shipped",
            client_token=f"crash-{number}",
        )
    return Opened(case_no, order_no, provider, amount)


def approve_some(tasks: int = 20) -> int:
    """Let the seller approve what lies in the inbox; a database that is away is met again."""
    done = 0
    for task_id in _open_tasks(tasks):
        try:
            runtime.complete_user_task(task_id=task_id, output={"decision": "approve"}, actor=SOFIA)
            done += 1
        except (DatabaseError, ProcessError) as error:
            logger.info("Task %s was not approved this time: %s", task_id, error)
            close_old_connections()
    return done


def try_again(case_nos: set[str]) -> list[str]:
    """Resolve the incidents of these cases as an operator does; return what they said."""
    said = []
    for incident in Incident.objects.filter(resolved_at=None, instance__business_key__in=case_nos):
        runtime.resolve_incident(incident_id=incident.pk, actor=OPERATOR, note="Worker died")
        said.append(incident.sentence)
    return said


def _open_tasks(limit: int) -> Iterable[int]:
    try:
        waiting = UserTask.objects.filter(element_id="ReviewRefund", closed_at=None)
        return list(waiting.order_by("id").values_list("id", flat=True)[:limit])
    except DatabaseError:
        close_old_connections()
        return []


def _amount(random: Random) -> int:
    """Above what a rule approves; its last digits may ask the provider for a fault."""
    thousands = random.randint(0, 3) * 10_000
    if random.random() < FAULTY:
        return thousands + TABLE[random.choice(FAULTS)][0]
    return thousands + random.randint(3_000, 8_000)


def _sell(number: int, amount: int, buyer: str, provider: str) -> str:
    order_no = f"SO-CRASH-{number:05d}"
    line = orders.NewLine(
        line_no="1", sku="LY-T580", title="Treadmill T580", qty=1, list_price=amount
    )
    tender = orders.NewTender(
        tender_no="1",
        kind="wallet",
        amount=amount,
        provider=provider,
        payment_ref=f"PAY-{order_no}",
    )
    orders.place_order(
        orders.NewOrder(
            order_no=order_no,
            tenant="lingyue",
            region="cn-east",
            buyer=buyer,
            currency="CNY",
            lines=[line],
            tenders=[tender],
            paid_at=clock.now(),
        )
    )
    return order_no
