"""What screens ask of cases: who sees what, withdrawal, evidence, and what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine, Upload
from handlers.cases.handlers import record_reversal
from handlers.cases.models import Case
from handlers.notifications import api as notifications
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import clock, queries, runtime, worker
from processes.contract import Actor, BpmnError, PermanentFailure
from processes.errors import NotYourTask
from processes.runtime import timers
from tests.handlers.cases.conftest import (
    CORA,
    FAY,
    LEO,
    LIN,
    MARCO,
    QING,
    SOFIA,
    WANG,
    apply,
    do,
)
from tests.handlers.cases.test_evidence import JPEG, MP4, PNG
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.usefixtures("evidence_folder")


def answer(case_no: str, actor: Actor, **data: object) -> None:
    """Take the one open task of the case and fill in its form; then let the machines work."""
    (task,) = queries.open_tasks(case_no)
    if task.assignee != actor.name:
        runtime.claim_task(task.id, actor)
    runtime.complete_user_task(task_id=task.id, output=data, actor=actor)
    worker.work()


def hear_both(case_no: str) -> None:
    """Let both sides of a dispute state their view."""
    for actor, form in ((SOFIA, "respond_to_dispute"), (LIN, "add_evidence")):
        (task,) = [one for one in queries.open_tasks(case_no) if one.form_id == form]
        if task.assignee != actor.name:
            runtime.claim_task(task.id, actor)
        runtime.complete_user_task(task_id=task.id, output={"statement": "Well."}, actor=actor)
    worker.work()


def open_forms(case_no: str) -> list[str]:
    return sorted(task.form_id for task in queries.open_tasks(case_no))


@pytest.fixture
def with_seller(case_no: str) -> str:
    """A case whose review task is open."""
    worker.work()
    assert open_forms(case_no) == ["review_refund"]
    return case_no


def test_a_case_is_seen_by_its_buyer_its_seller_and_the_platform(case_no):
    assert api.case_for_buyer(case_no, "lin.buyer")
    assert api.case_for_buyer(case_no, "wang.buyer") is None
    for actor in (SOFIA, MARCO, CORA, FAY):
        assert api.case_for_staff(case_no, actor)
    assert api.case_for_staff(case_no, QING) is None
    assert api.case_for_staff(case_no, LIN) is None


def test_a_list_shows_each_house_its_own_newest_first_page_by_page(order):
    numbers = [apply(order, RequestedLine(line_no="1", qty=1, amount=100)) for _ in range(3)]

    page, more = api.list_cases(SOFIA, limit=2)
    rest, end = api.list_cases(SOFIA, limit=2, after=more)

    assert [row.case_no for row in page + rest] == numbers[::-1]
    assert end is None
    assert api.list_cases(QING) == ([], None)
    assert len(api.list_cases(CORA)[0]) == 3
    assert api.list_cases(LIN) == ([], None)


def test_a_list_can_be_narrowed(order):
    first, second = apply(order), apply(order)
    do("case.reject", second, by="sofia", reason="other", note="")

    assert [row.case_no for row in api.list_cases(SOFIA, statuses=["rejected"])[0]] == [second]
    assert [row.case_no for row in api.list_cases(SOFIA, text=f" {first} ")[0]] == [first]
    assert len(api.list_cases(SOFIA, text=order.order_no)[0]) == 2
    assert api.list_cases(SOFIA, case_nos=[])[0] == []
    with pytest.raises(api.BadCursor):
        api.list_cases(SOFIA, after="1 OR 1=1")


@pytest.mark.parametrize("text", ["a\0b", "'; DROP TABLE cases_case; --", "\ud800", "AF" * 99])
def test_any_text_can_be_asked_for(case_no, text):
    assert api.case_for_buyer(text, "lin.buyer") is None
    assert api.case_for_staff(text, CORA) is None
    assert api.list_cases(CORA, text=text) == ([], None)
    assert api.evidence_file(text, 1) is None
    with pytest.raises(api.NoSuchCase):
        api.withdraw(text, LIN)
    with pytest.raises(api.NoSuchOrder):
        api.eligibility_of(text, "lin.buyer")


def test_summaries_of_a_page_take_one_query(order, django_assert_num_queries):
    numbers = [apply(order), apply(order)]

    with django_assert_num_queries(1):
        found = api.summaries([*numbers, "AF00000000-0000000"])

    assert set(found) == set(numbers)


def test_a_case_is_read_in_a_fixed_number_of_queries(case_no, django_assert_max_num_queries):
    do("case.offer", case_no, amount=100, by="sofia")

    with django_assert_max_num_queries(8):
        api.case_for_buyer(case_no, "lin.buyer")


def test_a_withdrawal_ends_the_case_and_its_process(with_seller, order):
    api.withdraw(with_seller, LIN)
    worker.work()

    case = api.case_for_buyer(with_seller, "lin.buyer")
    assert case.status == "withdrawn"
    assert queries.open_tasks(with_seller) == []
    assert queries.case_instance(with_seller).ended_at is not None
    assert orders.get_order(order.order_no).in_flight == 0


def test_a_withdrawal_while_a_machine_works_takes_effect_when_it_is_done(case_no):
    assert api.withdraw(case_no, LIN) == "buffered"
    assert api.withdraw(case_no, LIN) == "duplicate"
    assert api.withdrawal_waits(case_no) > clock.now()

    worker.work()

    assert api.withdrawal_waits(case_no) is None
    assert api.case_for_buyer(case_no, "lin.buyer").status == "withdrawn"


def test_a_withdrawal_that_nobody_could_take_in_time_can_be_repeated(case_no):
    api.withdraw(case_no, LIN)
    clock.advance(api.WITHDRAWAL_KEPT + timedelta(minutes=1))
    runtime.messages.expire()
    worker.work()
    assert open_forms(case_no) == ["review_refund"]

    api.withdraw(case_no, LIN)
    worker.work()

    assert api.case_for_buyer(case_no, "lin.buyer").status == "withdrawn"


@pytest.mark.parametrize("actor", [SOFIA, CORA, FAY])
def test_P7_only_the_buyer_withdraws(with_seller, actor):
    with pytest.raises(api.CaseRefused):
        api.withdraw(with_seller, actor)
    assert open_forms(with_seller) == ["review_refund"]


@pytest.mark.parametrize("actor", [WANG, QING])
def test_a_foreign_case_is_not_there(with_seller, actor):
    with pytest.raises(api.NoSuchCase):
        api.withdraw(with_seller, actor)
    with pytest.raises(api.NoSuchCase):
        api.add_evidence(with_seller, actor, [Upload(name="a.png", data=PNG)])


def test_a_case_on_its_way_to_the_bank_cannot_be_withdrawn(case_no):
    do("case.approve", case_no, amount=10000, by="sofia", basis="seller")

    with pytest.raises(api.CaseRefused, match="no longer be withdrawn"):
        api.withdraw(case_no, LIN)


def test_evidence_comes_with_the_application_and_later(order):
    case_no = apply(order, evidence=[Upload(name="box.jpg", data=JPEG)])

    api.add_evidence(case_no, SOFIA, [Upload(name="list.png", data=PNG)], note="Packing list")
    api.add_evidence(case_no, LIN, [Upload(name="again.jpg", data=JPEG)])

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert [(one.name, one.by_role) for one in case.evidence] == [
        ("box.jpg", "buyer"),
        ("list.png", "seller"),
    ]
    file = api.evidence_file(case_no, case.evidence[0].id)
    assert (file.data, file.media_type, file.inline) == (JPEG, "image/jpeg", True)
    assert api.evidence_file("AF00000000-0000000", case.evidence[0].id) is None


def test_a_case_takes_nine_files_and_one_video_over_all_its_life(order):
    photos = [Upload(name=f"{n}.jpg", data=JPEG + bytes([n])) for n in range(9)]
    case_no = apply(order, evidence=[*photos, Upload(name="film.mp4", data=MP4)])

    with pytest.raises(api.EvidenceRefused, match="9 files"):
        api.add_evidence(case_no, LIN, [Upload(name="ten.png", data=PNG)])
    with pytest.raises(api.EvidenceRefused, match="one video"):
        api.add_evidence(case_no, LIN, [Upload(name="two.mp4", data=MP4 + b"2")])


def test_bad_evidence_stops_the_whole_application(order):
    with pytest.raises(api.EvidenceRefused):
        apply(order, evidence=[Upload(name="photo.jpg", data=b"MZ" + bytes(64))])

    assert not Case.objects.exists()
    assert orders.get_order(order.order_no).in_flight == 0


def test_a_closed_case_takes_no_more_evidence(case_no):
    do("case.withdraw", case_no, why="buyer")

    with pytest.raises(api.NotAllowed):
        api.add_evidence(case_no, LIN, [Upload(name="a.png", data=PNG)])


def test_the_next_step_names_who_until_when_and_what_if_not(with_seller):
    step = api.next_step(api.case_for_buyer(with_seller, "lin.buyer"))

    assert step.who == "seller"
    assert "approved" in str(step.then)
    assert timedelta(hours=47) < step.until - clock.now() <= timedelta(hours=48)


def test_what_somebody_may_do_follows_from_who_he_is(with_seller):
    case = api.case_for_buyer(with_seller, "lin.buyer")

    assert api.allowed_actions(case, LIN) == {"withdraw", "add_evidence", "read"}
    assert {"approve", "reject", "offer", "escalate"} <= api.allowed_actions(case, SOFIA)
    assert api.allowed_actions(case, QING) == frozenset()


def test_reject_amend_offer_accept_goes_through_the_real_process(with_seller):
    answer(with_seller, SOFIA, decision="reject", reason="other", note="No.")
    answer(with_seller, LIN, answer="amend", amount=80, note="80 then?")
    answer(with_seller, MARCO, decision="offer", offer_amount=70.5, note="70.50")
    assert api.case_for_buyer(with_seller, "lin.buyer").offer_amount == 7050
    answer(with_seller, LIN, answer="decline")
    answer(with_seller, SOFIA, decision="escalate")

    case = api.case_for_buyer(with_seller, "lin.buyer")
    assert case.status == "disputed"
    assert (case.round, case.amount_requested) == (2, 8000)
    assert [move.kind for move in case.negotiation] == [
        *("apply", "reject", "amend", "offer", "decline", "dispute")
    ]
    assert open_forms(with_seller) == ["add_evidence", "respond_to_dispute"]


def test_an_amendment_above_the_ceiling_comes_back_to_the_buyer(with_seller):
    answer(with_seller, SOFIA, decision="reject", reason="other", note="No.")
    answer(with_seller, LIN, answer="amend", amount=100.01, note="More!")

    assert open_forms(with_seller) == ["answer_rejection"]
    assert api.case_for_buyer(with_seller, "lin.buyer").round == 1


def test_both_sides_are_told_what_concerns_them(with_seller):
    answer(with_seller, SOFIA, decision="reject", reason="other", note="No.")
    answer(with_seller, LIN, answer="amend", amount=80, note="80 then?")

    to_seller = [notice.title for notice in notifications.inbox("marco", MARCO.groups)]
    to_buyer = [notice.title for notice in notifications.inbox("lin.buyer")]
    assert to_seller[-1] == "New refund request"
    assert "The buyer asks again" in to_seller
    assert to_buyer == ["The seller refuses"]


@pytest.fixture
def paid_with_points(deployed) -> orders.OrderMoney:
    """An order that no provider stands behind: what we keep ourselves goes back at once."""
    return shop_order(lines=[(3, 10000)], tenders=[("points", 30000)])


def test_an_approved_case_ends_refunded_and_its_order_shows_it(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()

    answer(case_no, SOFIA, decision="approve", note="Fine.")

    case = api.case_for_buyer(case_no, "lin.buyer")
    order = orders.get_order(paid_with_points.order_no)
    assert (case.status, case.amount_agreed) == ("refunded", 10000)
    assert case.closed_at is not None
    assert (order.refunded, order.in_flight, order.line("1").open_cases) == (10000, 0, ())
    assert queries.case_instance(case_no).ended_at is not None
    assert "Your money is back" in [notice.title for notice in notifications.inbox("lin.buyer")]


def test_forty_eight_hours_of_silence_approve_and_refund(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()

    clock.advance(timedelta(hours=48))
    timers.fire_batch()
    worker.work()

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert case.status == "refunded"
    assert case.negotiation[-1].by_role == "policy"


def test_a_refund_that_comes_back_reopens_the_case_and_alarms_finance(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()
    answer(case_no, SOFIA, decision="approve")

    for _ in range(2):
        record_reversal(
            refunds.Reversed(
                case_no=case_no, refund_no="RF1", provider_key="RF1-1", amount=1, currency="CNY"
            )
        )

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert (case.status, case.closed_at) == ("reversed", None)
    (notice,) = notifications.inbox("fay", FAY.groups)
    assert notice.title == "A refund came back"


def test_a_verdict_is_carried_out(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()
    answer(case_no, SOFIA, decision="escalate")
    hear_both(case_no)

    answer(case_no, CORA, outcome="refund", amount=55.55, responsible="seller", reason="Clause 3")

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert (case.status, case.verdict.amount, case.verdict.responsible) == (
        "refunded",
        5555,
        "seller",
    )
    assert orders.get_order(paid_with_points.order_no).refunded == 5555


def test_a_case_is_told_when_its_goods_leave_and_no_other_is(order):
    held_back, leaving = apply(order), apply(order, RequestedLine(line_no="2", qty=1, amount=100))
    worker.work()

    orders.mark_shipped(order.order_no, {"1": 2, "2": 2}, receive_within=timedelta(days=10))
    worker.work()

    assert open_forms(leaving) == ["decide_after_shipping"]
    assert open_forms(held_back) == ["review_refund"]
    assert api.case_for_buyer(leaving, "lin.buyer").shipped_meanwhile
    answer(leaving, LIN, answer="keep")
    assert open_forms(leaving) == ["review_refund"]


def test_both_cases_of_an_order_are_told_when_everything_leaves(order):
    cases = [apply(order), apply(order, RequestedLine(line_no="2", qty=None, amount=100))]
    worker.work()

    orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))
    worker.work()

    assert [open_forms(case_no) for case_no in cases] == [["decide_after_shipping"]] * 2


def test_a_case_in_negotiation_hears_of_the_shipping_when_it_is_back_with_the_seller(with_seller):
    order_no = api.case_for_buyer(with_seller, "lin.buyer").order_no
    answer(with_seller, SOFIA, decision="offer", offer_amount=1)

    orders.mark_shipped(order_no, receive_within=timedelta(days=10))
    assert open_forms(with_seller) == ["answer_offer"]
    answer(with_seller, LIN, answer="decline")

    assert open_forms(with_seller) == ["decide_after_shipping"]


@pytest.fixture
def dear(order) -> str:
    """A case about ¥1,000.00, which two people at the seller's must approve."""
    case_no = apply(order, RequestedLine(line_no="2", qty=2, amount=100000))
    worker.work()
    return case_no


def test_a_large_approval_needs_a_second_person_and_then_counts_both(dear):
    answer(dear, SOFIA, decision="approve")
    assert open_forms(dear) == ["second_approval"]

    answer(dear, MARCO, approved="yes")

    assert refunds.status(dear).authorisation.approvers == ("sofia", "marco")


@pytest.fixture
def parted(deployed) -> orders.OrderMoney:
    """Three things at ¥300.00, each below the limit of ¥500.00."""
    return shop_order(lines=[(1, 30000)] * 3)


def apply_for(order, line_no: str) -> str:
    case_no = apply(order, RequestedLine(line_no=line_no, qty=1, amount=30000))
    worker.work()
    return case_no


def test_many_small_refunds_of_an_order_are_no_way_around_the_second_person(parted):
    first, *others = [apply_for(parted, line_no) for line_no in "123"]
    answer(first, SOFIA, decision="approve")
    assert refunds.status(first).authorisation.approvers == ("sofia",)

    for case_no in others:
        answer(case_no, SOFIA, decision="approve")  # with ¥200.00 left for one person
        assert open_forms(case_no) == ["review_refund"]
        assert refunds.status(case_no).authorisation is None
        answer(case_no, SOFIA, decision="approve")
        assert open_forms(case_no) == ["second_approval"]
        answer(case_no, MARCO, approved="yes")
        assert refunds.status(case_no).authorisation.approvers == ("sofia", "marco")


def test_a_later_case_of_the_order_asks_the_second_person_at_once(parted):
    answer(apply_for(parted, "1"), SOFIA, decision="approve")

    later = apply_for(parted, "2")
    answer(later, SOFIA, decision="approve")

    assert open_forms(later) == ["second_approval"]


def test_what_two_people_granted_leaves_one_person_the_whole_limit(order):
    first = apply(order, RequestedLine(line_no="2", amount=60000))
    worker.work()
    answer(first, SOFIA, decision="approve")
    answer(first, MARCO, approved="yes")
    assert refunds.granted_alone(order.order_no) == 0

    second = apply(order, RequestedLine(line_no="1", amount=30000))
    worker.work()
    answer(second, SOFIA, decision="approve")

    assert refunds.status(second).authorisation.approvers == ("sofia",)


def test_a_verdict_counts_what_was_granted_before_too(order):
    first = apply(order, RequestedLine(line_no="2", amount=30000))
    second = apply(order, RequestedLine(line_no="1", amount=30000))
    worker.work()
    answer(first, SOFIA, decision="approve")
    answer(second, SOFIA, decision="escalate")
    hear_both(second)
    assert open_forms(second) == ["decide_dispute"]

    verdict = {"outcome": "refund", "amount": 300, "responsible": "seller", "reason": "ok"}
    answer(second, CORA, **verdict)
    assert open_forms(second) == ["decide_dispute"]
    answer(second, CORA, **verdict)

    assert open_forms(second) == ["confirm_verdict"]


def test_the_second_person_is_asked_for_when_the_house_is_stricter_than_the_policy(order, settings):
    settings.FOUR_EYES_LIMITS = {"CNY": 5000}
    case_no = apply(order)
    worker.work()

    answer(case_no, SOFIA, decision="approve")
    assert open_forms(case_no) == ["second_approval"]
    answer(case_no, MARCO, approved="yes")

    assert refunds.status(case_no).authorisation.approvers == ("sofia", "marco")


def test_nobody_is_his_own_second_person(dear):
    answer(dear, MARCO, decision="approve")

    answer(dear, MARCO, approved="yes")

    assert open_forms(dear) == ["review_refund"]
    assert api.case_for_buyer(dear, "lin.buyer").status == "submitted"


def test_who_refused_to_be_the_second_is_not_counted_for_a_smaller_amount(dear):
    answer(dear, SOFIA, decision="approve")
    answer(dear, MARCO, approved="no")
    answer(dear, SOFIA, decision="offer", offer_amount=100)
    answer(dear, LIN, answer="accept")

    assert refunds.status(dear).authorisation.approvers == ("sofia",)
    assert refunds.status(dear).authorisation.amount == 10000


def test_a_large_offer_that_the_buyer_accepts_needs_a_second_person_too(dear):
    answer(dear, SOFIA, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")
    (task,) = queries.open_tasks(dear)
    assert task.form_id == "second_approval"
    assert refunds.status(dear).authorisation is None

    for other in (SOFIA, LIN, QING, CORA):
        with pytest.raises(NotYourTask):
            runtime.complete_user_task(task_id=task.id, output={"approved": "yes"}, actor=other)
    answer(dear, MARCO, approved="yes")

    authorisation = refunds.status(dear).authorisation
    assert (authorisation.basis, authorisation.amount) == ("agreement", 60000)
    assert authorisation.approvers == ("sofia", "marco")


def test_who_made_a_large_offer_is_not_its_second_person(dear):
    answer(dear, MARCO, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")

    answer(dear, MARCO, approved="yes")

    assert refunds.status(dear).authorisation is None
    assert open_forms(dear) == ["review_refund"]


def test_an_agreement_above_the_limit_is_refused_with_one_name(dear):
    do("case.offer", dear, amount=60000, by="sofia")
    do("case.agree", dear, amount=60000)

    for second_by, refusal in (("", BpmnError), ("sofia", PermanentFailure)):
        with pytest.raises(refusal, match=r"second person|other than sofia"):
            do(
                "case.approve",
                dear,
                amount=60000,
                by="sofia",
                second_by=second_by,
                basis="agreement",
            )

    assert refunds.status(dear).authorisation is None


def test_a_silent_second_person_grants_what_was_agreed_and_no_more(dear):
    answer(dear, SOFIA, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")
    assert open_forms(dear) == ["second_approval"]

    clock.advance(timedelta(hours=49))
    timers.fire_batch()
    worker.work()

    assert api.case_for_buyer(dear, "lin.buyer").amount_agreed == 60000


def test_who_refused_to_confirm_a_verdict_is_not_counted_for_a_smaller_one(dear):
    answer(dear, SOFIA, decision="escalate")
    hear_both(dear)
    answer(dear, CORA, outcome="refund", amount=600, responsible="seller", reason="Clause 3")
    assert open_forms(dear) == ["confirm_verdict"]
    answer(dear, LEO, confirmed="no")
    answer(dear, CORA, outcome="refund", amount=100, responsible="seller", reason="Clause 3")

    assert refunds.status(dear).authorisation.approvers == ("cora",)


def test_the_default_verdict_grants_what_is_left_when_that_is_less(dear, order):
    answer(dear, SOFIA, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")
    answer(dear, MARCO, approved="no")
    answer(dear, SOFIA, decision="escalate")
    orders.record_outside_refund(order.order_no, order.tenders[0].tender_no, 60000)

    for _deadline in range(4):
        clock.advance(timedelta(days=14))
        timers.fire_batch()
        worker.work()

    left = order.paid - 60000
    assert api.case_for_buyer(dear, "lin.buyer").amount_agreed == left < 100000
