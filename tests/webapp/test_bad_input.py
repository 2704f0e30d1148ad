"""Bad input at the outer door: a 4xx with a sentence, and not one row is changed.

What single pages refuse stands beside their tests; here is what holds for all of them.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from processes import worker
from tests.handlers.shop import shop_order
from tests.webapp.conftest import (
    GOOD,
    answer,
    claimed,
    open_case,
    rejected,
    status_of,
    stuck,
    task_of,
)

FORM = "application/x-www-form-urlencoded"
AMOUNTS = [0, -1, "0", "-0.01", 12.345, "12.345", 1e30, "1e30", "9" * 400, "NaN", "Infinity"]
NO_AMOUNTS = [
    True,
    None,
    [],
    [1],
    {},
    {"amount": 1},
    "",
    "ten",
    "١٢",
    "1,000",
    "12\0",
    "💰",
    10**400,
]
POSTS = [
    ("sofia", "/inbox/{task}/"),
    ("sofia", "/inbox/{task}/claim/"),
    ("sofia", "/inbox/{task}/release/"),
    ("sofia", "/inbox/{task}/draft/"),
    ("sofia", "/cases/{case}/evidence/"),
    ("admin", "/cases/{case}/incidents/1/"),
    ("admin", "/clock/"),
    ("lin.buyer", "/my/orders/{order}/refund/"),
    ("lin.buyer", "/my/refunds/{case}/withdraw/"),
    ("lin.buyer", "/my/refunds/{case}/evidence/"),
    ("lin.buyer", "/my/refunds/{case}/tasks/{task}/"),
    ("lin.buyer", "/my/refunds/{case}/tasks/{task}/draft/"),
    ("lin.buyer", "/news/read/"),
]
NOWHERE = ["0", "999999999", "9" * 30, "AF20261122-9999999", "%F0%9F%92%A3", "-1", "null"]
TOO_LONG = "很长" * 100_000
ODD = ["\0", "💣" * 50, "\u202egnp.exe", "' OR 1=1 --", "%", "_", "\\", "<script>", "x" * 4000]


@pytest.fixture
def at(case_no):
    """The address of a page about the case."""
    order_no = cases.summaries([case_no])[case_no].order_no

    def address(path: str) -> str:
        return path.format(case=case_no, task=task_of(case_no).id, order=order_no)

    return address


@pytest.mark.parametrize("amount", [*AMOUNTS, *NO_AMOUNTS], ids=lambda value: repr(value)[:16])
def test_no_amount_that_is_none_is_taken_from_anybody(amount, login, case_no, rows):
    sofia, lin = login("sofia"), login("lin.buyer")
    offered = claimed(sofia, case_no)
    other = open_case(shop_order(lines=[(1, 10000)]))
    asked = f"/my/refunds/{other}/tasks/{rejected(login, other)}/"
    before = rows()

    offer = answer(sofia, offered, decision="offer", offer_amount=amount)
    amended = answer(lin, asked, answer="amend", amount=amount)

    assert (offer.status_code, amended.status_code) == (422, 422)
    assert rows() == before


def test_nobody_is_asked_for_more_than_the_order_still_gives(login, case_no, rows):
    sofia, lin, cora = login("sofia"), login("lin.buyer"), login("cora")
    asked = f"/my/refunds/{case_no}/tasks/{rejected(login, case_no)}/"

    # the one unit of the line is worth 100, whatever else the order holds
    before = rows()
    amended = answer(lin, asked, answer="amend", amount=100.01)
    assert amended.status_code == 422
    assert r"At most CN\u00a5100.00." in amended.content.decode()
    assert rows() == before

    # neither does customer service grant what could not be carried out
    answer(lin, asked, answer="escalate", note="No.")
    worker.work()
    answer(
        lin,
        f"/my/refunds/{case_no}/tasks/{task_of(case_no, 'AddEvidence').id}/",
        statement="Empty.",
    )
    answer(sofia, claimed(sofia, case_no, "RespondToDispute"), statement="Full.")
    worker.work()
    url = claimed(cora, case_no, "DecideDispute")
    before = rows()
    verdict = {"outcome": "refund", "responsible": "seller", "reason": "Rule 7"}
    assert answer(cora, url, amount=100.01, **verdict).status_code == 422
    assert rows() == before
    assert answer(cora, url, amount=100, **verdict).status_code == 302


def test_an_offer_above_what_is_asked_is_refused_with_a_sentence_and_moves_nothing(login, case_no):
    url = claimed(login("sofia"), case_no)
    held = refunds.status(case_no)

    response = answer(login("sofia"), url, decision="offer", offer_amount=99999, note="Take it.")
    worker.work()

    assert response.status_code == 422
    assert "Please enter at most" in response.content.decode()
    assert status_of(case_no) == "submitted"
    assert refunds.status(case_no) == held


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"refund_all": "yes"}, "does not belong to this form"),
        ({"line-99": "on"}, "does not belong to this form"),
        ({"amount-1": ["1", "2", "3.333"]}, "2 decimals, not more"),
        ({"amount-1": "１０００"}, "At most"),
        ({"amount-1": "1" * 200_000}, ""),
        ({"reason": "x" * 5000}, "Choose a reason."),
        ({"description": TOO_LONG}, ""),
        ({"token": "", "reason": "\0"}, "Choose a reason."),
        ({"evidence": "not a file"}, "does not belong to this form"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_an_odd_application_is_no_application(changed, sentence, login, order, rows):
    before = rows()

    response = login("lin.buyer").post(f"/my/orders/{order.order_no}/refund/", {**GOOD, **changed})

    assert response.status_code in (413, 422)
    assert sentence in response.content.decode()
    assert rows() == before


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text)[:12])
def test_odd_texts_are_kept_as_they_are_or_refused_but_never_break(text, login, order, case_no):
    lin = login("lin.buyer")
    files = [SimpleUploadedFile(text[-200:] or "x", b"%PDF-1.7 ")]

    sent = lin.post(
        f"/my/orders/{order.order_no}/refund/",
        {**GOOD, "description": text, "token": text, "evidence": files},
    )
    seen = login("sofia").get("/cases/", {"q": text, "status": text, "after": ""})
    listed = login("sofia").get("/inbox/", {"tab": text, "group": text, "process": text})
    saved = answer(login("sofia"), claimed(login("sofia"), case_no), decision="x", note=text)
    entered = Client().post("/login/", {"username": text, "password": text})

    assert sent.status_code in (302, 422)
    assert saved.status_code == 422
    assert {seen.status_code, listed.status_code, entered.status_code} <= {200, 400}
    assert "<script>alert" not in seen.content.decode()


@pytest.mark.parametrize("char", ["\0", "\ud800"], ids=ascii)
@pytest.mark.parametrize(("name", "path"), POSTS, ids=lambda value: value)
def test_no_field_of_any_form_takes_text_that_no_database_holds(name, path, char, login, at):
    payload = json.dumps({"decision": "reject", "reason": "other", "note": f"a{char}"})
    fields = ("note", "by", "proof", "paid", "q", "token", "description", "reason", "line-1")

    sent = {**dict.fromkeys(fields, f"a{char}"), "payload": payload}
    response = login(name).post(at(path), urlencode(sent, errors="surrogatepass"), FORM)

    assert response.status_code < 500


def test_the_note_on_a_stuck_step_is_text_that_can_be_kept(login, case_no):
    incident = stuck(case_no)
    url, admin = f"/cases/{case_no}/incidents/{incident}/", login("admin")

    refused = admin.post(url, {"note": "a\0b"})
    assert refused.status_code == 409
    assert "readable text" in refused.content.decode()

    assert admin.post(url, {"note": "a b"}).status_code == 302


def test_a_session_that_is_no_text_is_no_session(client, world):
    client.cookies["sessionid"] = '"\\000abcdefgh"'
    assert client.get("/inbox/").status_code in (302, 400)


@pytest.mark.parametrize(("name", "path"), POSTS, ids=lambda value: value)
def test_no_form_is_taken_without_its_token(name, path, login, at, rows):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = login(name).cookies
    address, before = at(path), rows()

    response = strict.post(address, {"payload": '{"decision": "approve"}', **GOOD, "by": "48h"})

    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()
    assert rows() == before


@pytest.mark.parametrize(("name", "path"), POSTS, ids=lambda value: value)
def test_only_what_a_page_offers_may_be_done(name, path, login, at, rows):
    address, before = at(path), rows()
    client = login(name)

    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        assert client.generic(method, address).status_code in (404, 405), method
    assert rows() == before


@pytest.mark.parametrize(("name", "path"), POSTS, ids=lambda value: value)
def test_what_does_not_exist_is_not_found(name, path, login, case_no, rows):
    path = path if "{" in path else f"{path}{{case}}/"
    before = rows()
    client = login(name)

    for number in NOWHERE:
        response = client.post(path.format(case=number, task=number, order=number), GOOD)
        assert response.status_code == 404, number
        assert "There is nothing here" in response.content.decode()
    assert rows() == before


def test_evidence_of_another_case_is_not_reached_through_ones_own(login, case_no):
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20
    other = open_case(
        shop_order(lines=[(1, 10000)]), evidence=[cases.Upload(name="a.png", data=png)]
    )
    file = cases.case_for_buyer(other, "lin.buyer").evidence[0].id

    assert login("lin.buyer").get(f"/my/refunds/{case_no}/evidence/{file}/").status_code == 404
    assert login("sofia").get(f"/cases/{case_no}/evidence/{file}/").status_code == 404


@pytest.mark.parametrize(
    "body", [b"payload=%7B%22a%22", b"payload=%FF%FE", b"\xff" * 9, b"&&=&", b""]
)
def test_a_broken_body_is_answered_with_a_sentence(body, login, case_no, rows):
    sofia = login("sofia")
    url = claimed(sofia, case_no)
    before = rows()

    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data"):
        response = sofia.generic("POST", url, body, content_type=kind)
        assert response.status_code in (400, 422), kind
        assert re.search(r"did not arrive in full|could not read that", response.content.decode())
    assert rows() == before
