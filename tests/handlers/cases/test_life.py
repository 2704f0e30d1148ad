"""The life of a case, driven by the service tasks of the diagrams in any order at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.cases import api
from handlers.cases.listeners import record_reversal
from handlers.cases.models import AppliedCall, Case, Decision, OpenUnit, Round, Verdict
from handlers.cases.parts import parts_of
from handlers.cases.status import OPEN, TERMINAL, Status, derive
from handlers.notifications.models import Notification
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes.contract import BpmnError, PermanentFailure
from tests.handlers.cases.conftest import DOINGS, apply, do

REFUSALS = (BpmnError, PermanentFailure)


def status_of(case_no: str) -> Status:
    return Status(Case.objects.get(case_no=case_no).status)


def held(case_no: str) -> int:
    """What the order counts as in flight for the case."""
    hold = refunds.status(case_no).hold
    return hold.amount if hold and hold.state in ("open", "committed") else 0


def walk(case_no: str, *names: str) -> None:
    for name in names:
        DOINGS[name](case_no)


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["approve"], "approved"),
        (["approve by silence"], "approved"),
        (["offer"], "negotiating"),
        (["offer", "decline"], "submitted"),
        (["offer", "lapse", "offer"], "negotiating"),
        (["offer", "agree"], "submitted"),
        (["reject"], "rejected"),
        (["reject", "amend"], "submitted"),
        (["reject", "dispute"], "disputed"),
        (["dispute", "grant"], "approved"),
        (["dispute", "default"], "approved"),
        (["dispute", "deny"], "disputed"),
        (["dispute", "deny", "close by verdict"], "closed_by_verdict"),
        (["reject", "fall silent"], "withdrawn"),
        (["offer", "withdraw"], "withdrawn"),
        (["dispute", "withdraw"], "withdrawn"),
        (["find not eligible"], "not_eligible"),
        (["ship"], "submitted"),
        (["approve", "refund"], "refunding"),
        (["approve", "refund", "fail"], "refund_failed"),
        (["approve", "refund", "fail", "refund"], "refunding"),
    ],
)
def test_a_case_goes_the_ways_that_are_drawn(case_no, names, status):
    walk(case_no, *names)

    assert status_of(case_no) == status


ORDINARY = [name for name in DOINGS if name not in ("find not eligible", "withdraw", "fall silent")]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.sampled_from(ORDINARY) | st.sampled_from(list(DOINGS)), max_size=14))
def test_P4_P5_M11_whatever_is_asked_in_whatever_order(order, names):
    """Stored = derived after every call; endings stay; an ended case holds nothing."""
    with transaction.atomic():
        case_no = apply(order)
        for name in names:
            before = status_of(case_no)
            try:
                DOINGS[name](case_no)
            except REFUSALS:
                assert status_of(case_no) is before
            case = Case.objects.get(case_no=case_no)
            assert derive(parts_of(case)) is Status(case.status)
            if before in TERMINAL:
                assert status_of(case_no) is before
            if Status(case.status) in TERMINAL:
                assert held(case_no) == 0
                assert orders.get_order(order.order_no).in_flight == 0
                assert not OpenUnit.objects.filter(case=case).exists()
                assert case.closed_at is not None
            assert case.round <= 5
        transaction.set_rollback(True)


@pytest.mark.parametrize("ending", ["withdraw", "find not eligible"])
def test_P11_an_ended_case_lets_go_of_everything(order, ending):
    case_no = apply(order)

    walk(case_no, ending)

    now = orders.get_order(order.order_no)
    assert now.in_flight == 0
    assert now.line("1").open_cases == ()
    assert now.line("1").in_case_qty == 0
    assert refunds.status(case_no).hold.state == "released"


@pytest.mark.parametrize(
    "before",
    [
        [],
        ["offer"],
        ["offer", "agree"],
        ["reject"],
        ["reject", "amend", "reject"],
        ["reject", "dispute"],
        ["dispute", "grant"],
        ["approve"],
    ],
)
def test_P11_a_withdrawal_at_any_step_lets_go_of_everything(order, before):
    case_no = apply(order)
    walk(case_no, *before, "withdraw")

    assert orders.get_order(order.order_no).in_flight == 0
    assert held(case_no) == 0
    assert not OpenUnit.objects.exists()


@pytest.mark.parametrize("status", sorted(TERMINAL))
def test_P5_the_database_itself_keeps_endings(case_no, status):
    rows = Case.objects.filter(case_no=case_no)
    rows.update(status=status)

    for other in sorted(frozenset(Status) - {status}):
        if (status, other) == (Status.REFUNDED, Status.REVERSED):
            continue
        with pytest.raises(IntegrityError, match="has ended"), transaction.atomic():
            rows.update(status=other)

    assert rows.get().status == status


def test_P5_only_a_refunded_case_can_be_reversed(case_no):
    notice = refunds.Reversed(
        case_no=case_no, refund_no="RF1", provider_key="RF1-1", amount=10000, currency="CNY"
    )

    for status in sorted(OPEN):
        Case.objects.filter(case_no=case_no).update(status=status)
        record_reversal(notice)
        assert status_of(case_no) == status


@pytest.mark.parametrize(
    ("model", "step"), [(Round, None), (Decision, "approve"), (Verdict, "grant")]
)
def test_what_was_decided_is_never_edited_or_removed(case_no, model, step):
    if step == "grant":
        walk(case_no, "dispute")
    if step:
        walk(case_no, step)
    rows: Any = model.objects.filter(case__case_no=case_no)

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        rows.update(by="somebody else")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        rows.delete()


def test_a_repeated_call_gets_the_first_answer_and_changes_nothing(case_no):
    first = do("case.approve", case_no, key="7:1", amount=9000, by="sofia", basis="seller")
    notices = Notification.objects.count()

    again = do("case.approve", case_no, key="7:1", amount=9000, by="sofia", basis="seller")

    assert again == first == {"agreed": 9000}
    assert Decision.objects.count() == 1
    assert AppliedCall.objects.count() == 1
    assert Notification.objects.count() == notices


def test_a_call_that_is_refused_is_judged_afresh_when_it_comes_again(case_no):
    with pytest.raises(BpmnError) as refusal:
        do("case.offer", case_no, key="7:1", amount=99999, by="sofia")
    assert refusal.value.code == "OFFER_REFUSED"

    assert do("case.offer", case_no, key="7:1", amount=100, by="sofia") == {}


@pytest.mark.parametrize("inputs", [{"amount": "10"}, {"amount": 10.5}, {"amount": True}, {}])
def test_an_amount_that_is_not_whole_cents_is_a_matter_for_a_person(case_no, inputs):
    with pytest.raises(PermanentFailure, match="whole minor units"):
        do("case.approve", case_no, by="sofia", basis="seller", **inputs)
    assert status_of(case_no) == "submitted"


def test_a_diagram_cannot_reach_another_case(order):
    mine, other = apply(order), apply(order)

    with pytest.raises(PermanentFailure, match="may not touch"):
        do("case.withdraw", mine, case_no=other, why="buyer")
    with pytest.raises(PermanentFailure, match="may not touch"):
        do("case.withdraw", mine, tenant="qinghe", why="buyer")
    assert status_of(other) == "submitted"


@pytest.mark.parametrize(
    ("before", "topic", "inputs"),
    [
        ([], "case.approve", {"amount": 100, "by": "lin.buyer", "basis": "seller"}),
        (
            [],
            "case.approve",
            {"amount": 100, "by": "sofia", "second_by": "lin.buyer", "basis": "seller"},
        ),
        ([], "case.approve", {"amount": 9, "by": "m", "second_by": "m", "basis": "seller"}),
        ([], "case.reject", {"by": "lin.buyer"}),
        ([], "case.offer", {"amount": 100, "by": "lin.buyer"}),
        (["dispute"], "case.verdict", {"outcome": "refund", "amount": 100, "by": "lin.buyer"}),
        (["dispute"], "case.verdict", {"outcome": "none", "by": "cora", "second_by": "cora"}),
    ],
)
def test_P7_nobody_decides_his_own_case_or_confirms_himself(case_no, before, topic, inputs):
    walk(case_no, *before)
    was = status_of(case_no)

    with pytest.raises(REFUSALS):
        do(topic, case_no, **inputs)

    assert status_of(case_no) is was


def test_an_accepted_offer_shrinks_the_hold_and_is_approved_by_who_offered(case_no):
    walk(case_no, "offer", "agree")
    assert held(case_no) == 6000

    do("case.approve", case_no, amount=6000, by="sofia", basis="agreement")

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert case.amount_agreed == 6000
    assert [move.kind for move in case.negotiation] == ["apply", "offer", "accept", "approve"]
    assert refunds.status(case_no).authorisation.amount == 6000


def test_only_the_offered_amount_can_be_agreed_on(case_no):
    walk(case_no, "offer")

    with pytest.raises(PermanentFailure, match="offered 6000"):
        do("case.agree", case_no, amount=7000)
    assert held(case_no) == 10000


def test_an_amended_request_above_the_ceiling_is_refused(case_no):
    walk(case_no, "reject")

    with pytest.raises(BpmnError) as refusal:
        do("case.amend", case_no, amount=10001, reason="", note="")

    assert refusal.value.code == "AMOUNT_REFUSED"
    case = api.case_for_buyer(case_no, "lin.buyer")
    assert (case.status, case.round, case.amount_requested) == ("rejected", 1, 10000)


def test_every_round_is_kept_and_the_sixth_refused(case_no):
    for number in range(4):
        do("case.reject", case_no, by="sofia", reason="other", note=f"no {number}")
        do("case.amend", case_no, amount=9000 - number, reason="other", note=f"please {number}")
    do("case.reject", case_no, by="sofia", reason="other", note="no")

    with pytest.raises(BpmnError) as refusal:
        do("case.amend", case_no, amount=100, reason="other", note="again")

    assert refusal.value.code == "ROUNDS_SPENT"
    case = api.case_for_buyer(case_no, "lin.buyer")
    kinds = [move.kind for move in case.negotiation]
    assert kinds == ["apply", *(["reject", "amend"] * 4), "reject"]
    assert [row.amount for row in Round.objects.order_by("round")] == [
        10000,
        9000,
        8999,
        8998,
        8997,
    ]


def test_a_verdict_above_what_can_be_refunded_is_refused(case_no):
    walk(case_no, "dispute")

    with pytest.raises(BpmnError) as refusal:
        do("case.verdict", case_no, outcome="refund", amount=10001, by="cora", reason="§3")

    assert refusal.value.code == "VERDICT_REFUSED"
    assert status_of(case_no) == "disputed"


def test_a_large_verdict_needs_a_second_person(order):
    case_no = apply(order, api.RequestedLine(line_no="2", qty=2, amount=100000))
    walk(case_no, "dispute")

    with pytest.raises(BpmnError, match="second person"):
        do("case.verdict", case_no, outcome="refund", amount=60000, by="cora", reason="§3")

    given = do(
        "case.verdict",
        case_no,
        outcome="refund",
        amount=60000,
        by="cora",
        second_by="leo",
        reason="§3",
    )
    assert given == {"outcome": "refund", "amount": 60000}
    assert refunds.status(case_no).authorisation.approvers == ("cora", "leo")


def test_M10_a_case_is_not_refunded_before_the_money_has_moved(case_no):
    walk(case_no, "approve", "refund")

    with pytest.raises(PermanentFailure, match="to have succeeded"):
        walk(case_no, "refunded")

    assert status_of(case_no) == "refunding"
