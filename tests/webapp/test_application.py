"""The buyer's application: what is typed is kept, what is wrong is said, twice is once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from handlers.cases import api as cases
from handlers.orders import api as orders
from processes import clock, worker
from tests.handlers.cases.test_evidence import MP4
from tests.webapp.conftest import open_case, status_of

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20
GOOD = {
    "line-1": "on",
    "qty-1": "1",
    "amount-1": "100.00",
    "reason": "not_shipped",
    "description": "No longer needed.",
    "token": "t-1",
}


@pytest.fixture
def send(login, order):
    """Send an application, GOOD but for what is given; None takes a field away."""

    def sent(**changed):
        data = {**GOOD, **{name.replace("_", "-", 1): v for name, v in changed.items()}}
        data = {name: value for name, value in data.items() if value is not None}
        return login("lin.buyer").post(f"/my/orders/{order.order_no}/refund/", data)

    return sent


def mine() -> list[cases.CaseSummary]:
    return cases.cases_of_buyer("lin.buyer")


def test_a_sound_application_becomes_a_case_with_the_seller(send):
    response = send()

    (case,) = mine()
    assert response.headers["Location"] == f"/my/refunds/{case.case_no}/"
    assert case.amount == 10000
    worker.work()
    assert status_of(case.case_no) == "submitted"


def test_a_browser_without_scripts_sends_it_without_files(send):
    assert send(evidence="").status_code == 302


def test_the_same_application_sent_twice_is_one_case(send):
    assert send().headers["Location"] == send().headers["Location"]
    assert len(mine()) == 1


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("0", "more than zero"),
        ("-5", "more than zero"),
        ("100.01", "At most CN¥100.00"),
        ("99999999", "At most CN¥100.00"),
        ("1.234", "2 decimals, not more"),
        ("a lot", "such as 12.50"),
        ("NaN", "such as 12.50"),
        ("Infinity", "such as 12.50"),
        ("1e3", "such as 12.50"),
        ("9" * 39, "such as 12.50"),
    ],
)
def test_a_wrong_amount_is_said_beside_it_and_kept(amount, sentence, send):
    response = send(amount_1=amount)

    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(f"invalid-feedback[^>]*>[^<]*{re.escape(sentence)}", page)
    assert f'value="{amount}"' in page
    assert "No longer needed." in page
    assert not mine()


@pytest.mark.parametrize("amount", ["100", "100.0", "¥100.00", " 100.00 "])
def test_amounts_are_read_as_people_write_them(amount, send):
    send(amount_1=amount)

    assert [case.amount for case in mine()] == [10000]


def test_an_empty_amount_means_the_most(send):
    send(amount_1="", qty_1="2")

    assert [case.amount for case in mine()] == [20000]


def test_only_money_gives_up_no_piece(send):
    send(qty_1="amount", amount_1="12.50")

    case = cases.case_for_buyer(mine()[0].case_no, "lin.buyer")
    assert [(line.qty, line.amount) for line in case.lines] == [(None, 1250)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"line_1": None}, "Choose what this is about."),
        ({"qty_1": "4"}, "Nothing more can be asked for this item in that quantity."),
        ({"qty_1": "0"}, "Nothing more can be asked for this item in that quantity."),
        ({"qty_1": "x"}, "Nothing more can be asked for this item in that quantity."),
        ({"reason": ""}, "Choose a reason."),
        ({"reason": "greed"}, "Choose a reason."),
        ({"description": "x" * 2001}, "Up to 2000 characters, please."),
    ],
)
def test_what_is_missing_or_made_up_is_said(changed, sentence, send):
    response = send(**changed)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not mine()


def test_when_the_time_for_it_is_over_nothing_can_be_chosen(send, login, order):
    orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))
    orders.confirm_receipt(order.order_no)
    clock.advance(timedelta(days=40))

    page = login("lin.buyer").get(f"/my/orders/{order.order_no}/").content.decode()
    response = send(reason="quality")

    assert "The time in which a refund can be applied for is over." in page
    assert "There is nothing in this order that can still be refunded." in page
    assert response.status_code == 422
    assert not mine()


def test_evidence_comes_along(send):
    send(evidence=SimpleUploadedFile("photo.jpg", PNG))

    case = cases.case_for_buyer(mine()[0].case_no, "lin.buyer")
    assert [(file.name, file.media_type) for file in case.evidence] == [("photo.jpg", "image/png")]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("page.png", b"<html><script>alert(1)</script>", "not a picture, a PDF or a video"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        ("empty.png", b"", "is empty"),
    ],
)
def test_files_are_judged_by_their_bytes(name, data, sentence, send):
    response = send(evidence=SimpleUploadedFile(name, data, content_type="image/png"))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not mine()


def pictures(count):
    return [SimpleUploadedFile(f"{n}.png", PNG + bytes([n])) for n in range(count)]


def test_a_file_over_the_limit_and_a_tenth_picture_are_refused(send, settings):
    settings.EVIDENCE_MAX_BYTES = 1000
    large = send(evidence=SimpleUploadedFile("a.png", PNG + b"\0" * 1000))
    many, more = send(evidence=pictures(10)), send(evidence=pictures(11))

    assert large.status_code == many.status_code == more.status_code == 422
    assert "larger than" in large.content.decode()
    assert "A case takes 9 files" in many.content.decode()
    assert "Up to 10 files" in more.content.decode()
    assert not mine()


def test_nine_pictures_and_a_video_are_taken(send):
    assert send(evidence=[*pictures(9), SimpleUploadedFile("film.mp4", MP4)]).status_code == 302

    assert len(cases.case_for_buyer(mine()[0].case_no, "lin.buyer").evidence) == 10


def test_a_line_in_an_open_case_cannot_be_chosen_again(send, order):
    open_case(order, lines=[cases.RequestedLine(line_no="1", qty=3, amount=30000)])

    response = send(token="t-2")

    assert response.status_code == 422
    assert len(mine()) == 1


def test_a_page_on_which_nothing_can_be_asked_says_why_and_has_no_form(login, order):
    taken = [cases.RequestedLine(line_no=no, qty=None, amount=1) for no in ("1", "2")]
    open_case(order, lines=taken)

    page = login("lin.buyer").get(f"/my/orders/{order.order_no}/refund/").content.decode()

    assert "Nothing can be asked for now" in page
    assert "There is an open case about these goods already." in page
    assert "Send the request" not in page


def test_the_page_explains_the_most_that_can_be_refunded(login, order):
    page = login("lin.buyer").get(f"/my/orders/{order.order_no}/refund/").content.decode()

    assert "Why this much?" in page
    assert "CN¥300.00" in page
    assert "3 pieces" in page


def test_an_order_that_is_not_there_cannot_be_applied_for(login):
    with pytest.raises(orders.UnknownOrder):
        orders.get_order("SO-nowhere")

    assert login("lin.buyer").post("/my/orders/SO-nowhere/refund/", GOOD).status_code == 404
