"""The buyer's case page: where it stands, what comes next, what can be answered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from processes import worker
from tests.webapp.conftest import (
    answer,
    claimed,
    has_task,
    open_case,
    rejected,
    status_of,
    task_of,
)

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20


def stops(response) -> list[tuple[str, str]]:
    return [(str(stop.label), stop.state) for stop in response.context["story"].stops]


def test_it_says_what_happens_next_until_when_and_if_nobody_acts(login, case_no):
    response = login("lin.buyer").get(f"/my/refunds/{case_no}/")

    page = response.content.decode()
    assert "The seller decides about your request." in page
    assert "If the seller does not answer, your refund is approved." in page
    assert "in 48 hours" in page
    assert stops(response) == [
        ("You asked", "done"),
        ("Seller decides", "now"),
        ("Money is sent", "next"),
        ("Money is back", "next"),
    ]


def test_a_declined_buyer_is_asked_and_asks_again_for_less(login, case_no):
    task = rejected(login, case_no)
    lin = login("lin.buyer")
    page = lin.get(f"/my/refunds/{case_no}/").content.decode()
    assert "It is your turn" in page
    assert "Evidence is missing" in page
    assert "Why?" in page

    response = answer(lin, f"/my/refunds/{case_no}/tasks/{task}/", answer="amend", amount=80)

    assert response.status_code == 302
    worker.work()
    assert status_of(case_no) == "submitted"
    assert has_task(case_no, "ReviewRefund")
    assert cases.case_for_buyer(case_no, "lin.buyer").amount_requested == 8000


def test_an_offer_is_accepted(login, case_no):
    url = claimed(login("sofia"), case_no)
    answer(login("sofia"), url, decision="offer", offer_amount=60, note="Would 60 do?")
    worker.work()
    task = task_of(case_no, "AnswerOffer").id
    page = login("lin.buyer").get(f"/my/refunds/{case_no}/").content.decode()
    assert "CN¥60.00" in page
    assert "Would 60 do?" in page

    answer(login("lin.buyer"), f"/my/refunds/{case_no}/tasks/{task}/", answer="accept")

    worker.work()
    assert cases.case_for_buyer(case_no, "lin.buyer").amount_agreed == 6000


def test_customer_service_is_called_in(login, case_no):
    task = rejected(login, case_no)
    answer(login("lin.buyer"), f"/my/refunds/{case_no}/tasks/{task}/", answer="escalate")
    worker.work()

    response = login("lin.buyer").get(f"/my/refunds/{case_no}/")

    assert ("Customer service decides", "now") in stops(response)
    assert has_task(case_no, "AddEvidence")


def test_pictures_come_along_with_the_buyers_side_of_a_dispute(login, case_no):
    lin = login("lin.buyer")
    url = f"/my/refunds/{case_no}/tasks/{rejected(login, case_no)}/"
    answer(lin, url, answer="escalate")
    worker.work()
    url = f"/my/refunds/{case_no}/tasks/{task_of(case_no, 'AddEvidence').id}/"
    assert 'enctype="multipart/form-data"' in lin.get(f"/my/refunds/{case_no}/").content.decode()

    refused = answer(lin, url, statement="See.", evidence=SimpleUploadedFile("a.png", b"<html>"))
    assert refused.status_code == 422
    assert "not a picture" in refused.content.decode()
    assert has_task(case_no, "AddEvidence")
    answer(lin, url, statement="See.", evidence=SimpleUploadedFile("a.png", PNG))

    assert not has_task(case_no, "AddEvidence")
    assert [one.name for one in cases.case_for_buyer(case_no, "lin.buyer").evidence] == ["a.png"]


def test_the_buyer_reads_again_what_he_told_customer_service(login, case_no):
    lin = login("lin.buyer")
    answer(lin, f"/my/refunds/{case_no}/tasks/{rejected(login, case_no)}/", answer="escalate")
    worker.work()
    sofia = claimed(login("sofia"), case_no, "RespondToDispute")
    answer(login("sofia"), sofia, statement="Ours alone to read.")
    url = f"/my/refunds/{case_no}/tasks/{task_of(case_no, 'AddEvidence').id}/"
    answer(lin, url, statement="The lid was cracked when it came.")

    page = lin.get(f"/my/refunds/{case_no}/").content.decode()

    assert "You told customer service" in page
    assert "The lid was cracked when it came." in page
    assert "Ours alone to read." not in page


@pytest.mark.parametrize(
    "data", [{"answer": "amend"}, {"answer": "amend", "amount": 0}, {"answer": "sue"}, {"x": 1}]
)
def test_a_wrong_answer_keeps_the_input_and_changes_nothing(data, login, case_no):
    task = rejected(login, case_no)

    response = answer(login("lin.buyer"), f"/my/refunds/{case_no}/tasks/{task}/", **data)

    (question,) = response.context["story"].questions
    assert response.status_code == 422
    assert question.form.data == data
    assert question.form.errors
    assert task_of(case_no, "AnswerRejection").id == task


def test_the_second_answer_is_told_that_there_was_one(login, case_no):
    task = rejected(login, case_no)
    lin, url = login("lin.buyer"), f"/my/refunds/{case_no}/tasks/{task}/"
    answer(lin, url, answer="withdraw")

    response = answer(lin, url, answer="escalate")

    assert response.status_code == 409
    worker.work()
    assert status_of(case_no) == "withdrawn"


def test_the_request_is_withdrawn_once_and_no_more_when_the_money_moves(login, case_no):
    lin = login("lin.buyer")
    said = lin.post(f"/my/refunds/{case_no}/withdraw/", follow=True).content.decode()
    assert "Your request is withdrawn" in said
    worker.work()
    assert status_of(case_no) == "withdrawn"

    response = lin.post(f"/my/refunds/{case_no}/withdraw/")

    assert response.status_code == 409
    assert "can no longer be withdrawn" in response.content.decode()


def test_a_withdrawal_that_cannot_be_taken_yet_is_not_called_done(login, order):
    case_no = open_case(order, at_rest=False)  # the seller is being told just now
    lin = login("lin.buyer")

    said = lin.post(f"/my/refunds/{case_no}/withdraw/", follow=True).content.decode()
    page = lin.get(f"/my/refunds/{case_no}/").content.decode()

    assert "It is not withdrawn yet." in said
    assert "Your request is withdrawn" not in said
    assert "It is withdrawn as soon as that is finished" in page
    assert "Yes, withdraw it" not in page

    worker.work()
    assert status_of(case_no) == "withdrawn"
    assert "as soon as that is finished" not in lin.get(f"/my/refunds/{case_no}/").content.decode()


def test_evidence_can_be_added_while_the_case_is_open(login, case_no):
    lin, url = login("lin.buyer"), f"/my/refunds/{case_no}/evidence/"

    assert lin.post(url, {"evidence": SimpleUploadedFile("a.png", PNG)}).status_code == 302
    assert lin.post(url).status_code == 422
    assert lin.post(url, {"evidence": SimpleUploadedFile("a.html", b"<p>")}).status_code == 422

    assert len(cases.case_for_buyer(case_no, "lin.buyer").evidence) == 1


@pytest.mark.parametrize(
    ("name", "page"), [("lin.buyer", "/my/refunds/{}/"), ("sofia", "/cases/{}/")]
)
def test_evidence_that_is_lost_is_told_with_a_sentence(name, page, login, case_no, settings):
    upload = {"evidence": SimpleUploadedFile("scratch.png", PNG)}
    login("lin.buyer").post(f"/my/refunds/{case_no}/evidence/", upload)
    shutil.rmtree(Path(settings.DATA_DIR) / "evidence")
    file = cases.case_for_buyer(case_no, "lin.buyer").evidence[0].id

    case = login(name).get(page.format(case_no))
    response = login(name).get(f"{page.format(case_no)}evidence/{file}/")

    assert "lost: please bring it again" in case.content.decode()
    assert response.status_code == 410
    assert "“scratch.png” was brought to this case" in response.content.decode()


def test_the_buyer_reads_no_names_of_the_house_and_none_of_the_machine(login, case_no):
    rejected(login, case_no)

    page = login("lin.buyer").get(f"/my/refunds/{case_no}/").content.decode()

    for inside in ("sofia", "AnswerRejection", "lingyue/seller", "evidence_missing", "cn-east"):
        assert inside not in page


def test_nothing_was_sent_to_the_bank_before_a_provider_was_called(login, case_no, settings):
    """The provider cannot be reached: there is a key, and nothing has left with it."""
    settings.PAYMENT_PROVIDERS = {
        name: {**entry, "base_url": "http://127.0.0.1:9"}
        for name, entry in settings.PAYMENT_PROVIDERS.items()
    }
    answer(login("sofia"), claimed(login("sofia"), case_no), decision="approve")
    worker.work()

    assert refunds.status(case_no).attempts[0].state == "created"
    page = login("lin.buyer").get(f"/my/refunds/{case_no}/").content.decode()
    assert "Refund sent to your bank or wallet" not in page
