"""What screens ask of cases: who sees what, withdrawal, evidence, and what comes next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine, Upload
from handlers.cases.models import Case
from handlers.cases.withdrawal import WITHDRAWAL_KEPT
from handlers.orders import api as orders
from processes import clock, queries, runtime, worker
from tests.handlers.cases.conftest import (
    CORA,
    FAY,
    LIN,
    MARCO,
    QING,
    SOFIA,
    WANG,
    apply,
    do,
    open_forms,
)
from tests.handlers.cases.test_evidence import JPEG, MP4, PNG

pytestmark = pytest.mark.usefixtures("evidence_folder")


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
    clock.advance(WITHDRAWAL_KEPT + timedelta(minutes=1))
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
