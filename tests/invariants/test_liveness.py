"""P18: whatever people do or leave undone, every case comes to an end, and its money is right.

The clock runs to infinity from timer to timer; every hint is lost; callbacks are repeated and
shuffled. What must end without anybody ends so; where a diagram declares that no time may move
the money, finance acts, and then the case ends.
"""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from handlers.cases.models import Case, OpenUnit
from handlers.cases.parts import parts_of
from handlers.cases.status import TERMINAL, Status, derive
from handlers.orders import api as orders
from handlers.refunds.simulator.faults import Fault
from processes import clock, engine, history
from processes.models import HistoryEvent, Incident, Job, Message, ProcessInstance, UserTask
from processes.specs import definition_of, environment, spec_of
from tests.deployed import deploy
from tests.invariants.auditing import Auditor
from tests.invariants.inprocess import House
from tests.invariants.world import World

pytestmark = pytest.mark.django_db
UNATTENDED = (
    Fault.TIMEOUT_AFTER,
    Fault.ERROR_BEFORE,
    Fault.REORDERED_CALLBACKS,
    Fault.CALLBACK_FIRST,
    Fault.NO_CALLBACK,
    Fault.ABNORMAL,
)
"""What a provider may do without anybody having to help."""
ATTENDED = (Fault.CLOSED, Fault.DELAYED, Fault.NOT_ENOUGH, Fault.ACCOUNT_CLOSED)
LIVES = range(4)
ACTS = 40


@pytest.fixture
def house(settings):
    house = House(mode="idempotent")
    settings.PAYMENT_PROVIDERS = {house.name: house.entry()}
    deploy()
    yield house
    house.close()


def check_ended(world: World) -> None:
    """Terminal states, nothing held, nothing open, books that agree with the provider's."""
    numbers = {row.case_no: row for row in Case.objects.filter(case_no__in=world.cases)}
    for case_no in world.cases:
        case = numbers[case_no]
        assert Status(case.status) in TERMINAL, ("P18", case_no, case.status, world.waiting())
        assert case.closed_at is not None
    assert not OpenUnit.objects.exists(), "P11"
    for order_no in world.orders:
        order = orders.get_order(order_no)
        assert order.in_flight == 0, ("M11", order)
        assert order.excess == 0
        assert all(not line.open_cases and not line.in_case_qty for line in order.lines), "P11"
        assert order.receipt_remaining is None, "P11: the receipt timer still rests"
    assert not ProcessInstance.objects.filter(status="running").exists()
    assert not Job.objects.exists()
    assert not UserTask.objects.filter(closed_at=None).exists()
    check_sound(world)


def check_sound(world: World) -> None:
    """At any time: headers, histories, messages and both books."""
    Auditor(house=world.house, orders=world.orders, cases=world.cases).check()
    for case in Case.objects.filter(case_no__in=world.cases):
        assert derive(parts_of(case)) is Status(case.status), ("P4", case)
    for instance in ProcessInstance.objects.all():
        assert history.verify(instance).sound, ("P8", instance)
        assert history.replay(instance).sound, ("P8", instance)
    told = HistoryEvent.objects.filter(kind="message_delivered").count()
    assert Message.objects.filter(state="delivered").count() == told, "P10"


def rest(world: World, *, acts: int = 0) -> None:
    """Let time run out; where only finance may decide, let it decide, as often as it must."""
    world.live(acts=acts)
    for _ in range(8):
        assert not Incident.objects.filter(resolved_at=None).exists(), incidents()
        if not ProcessInstance.objects.filter(status="running").exists():
            return
        check_only_unlimited(world)
        clock.advance(timedelta(days=2))
        assert world.finance_does_its_part(), world.waiting()
        world.live()


def check_only_unlimited(world: World) -> None:
    """A case that rests does so where its diagram says that no time may move it."""
    for case in ProcessInstance.objects.filter(status="running"):
        step = engine.describe(
            spec_of(definition_of(case.definition_id)), bytes(case.state), environment(clock.now())
        )
        elements = {
            element.id: element for element in spec_of(definition_of(case.definition_id)).elements
        }
        for wait in step.waits:
            if wait.kind == "message" and wait.attached_to:
                continue  # the provider's late word on a task that rests: the task is judged
            assert wait.kind == "user_task", (case, wait)
            if wait.element_id in elements:
                assert elements[wait.element_id].properties.get("noLimit"), (case, wait)


def incidents() -> list[str]:
    return [str(one.sentence) for one in Incident.objects.filter(resolved_at=None)]


@pytest.mark.parametrize("faults", [(), UNATTENDED], ids=["all is well", "faults"])
def test_P18_nobody_acts_and_every_case_ends_with_its_money_right(house, faults):
    world = World(house, random.Random(7))
    world.open_every_form()
    for fault in faults:
        house.arm(fault)

    world.live()

    assert incidents() == []
    check_ended(world)
    assert {case.status for case in Case.objects.all()} == {"refunded"}


def test_P18_where_only_finance_may_decide_its_asking_again_ends_the_case(house):
    world = World(house, random.Random(7))
    world.open_every_form()
    for fault in ATTENDED:
        house.arm(fault)

    rest(world)

    check_ended(world)


@pytest.mark.parametrize("seed", LIVES)
def test_P4_P5_P8_P10_P11_P18_some_people_act_sometimes_and_every_case_ends(house, seed):
    world = World(house, random.Random(seed))
    world.open_every_form()
    if seed % 2:
        house.books.run("INSERT INTO armed VALUES (?, 2)", Fault.SUCCEEDED_THEN_FAILED)

    rest(world, acts=ACTS)

    check_ended(world)
