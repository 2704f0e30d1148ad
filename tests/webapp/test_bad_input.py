"""Bad input at the outer door: a 4xx with a sentence, and not one row is changed.

What single pages refuse stands beside their tests; here is what holds for all of them.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from handlers.refunds.signing import sign
from processes import worker
from processes.contract import SYSTEM
from processes.models import Incident, ProcessInstance
from processes.runtime import incidents, locked
from tests.handlers.shop import shop_order
from tests.webapp.conftest import answer, claimed, has_task, open_case, rejected, status_of, task_of

OURS = ("orders", "refunds", "cases", "notifications", "processes", "policies")
NOTED = {"refunds_rejectedcallback", "refunds_reconciliationrow"}
"""Where a refused callback is written down for those who investigate."""
FORM = "application/x-www-form-urlencoded"
CALLBACK = "/callbacks/refunds/simulator/"
GOOD = {"line-1": "on", "qty-1": "1", "amount-1": "100.00", "reason": "not_shipped", "token": "t"}
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
def rows():
    """All our tables, each as a fingerprint of its rows."""

    def look() -> dict[str, str]:
        tables = {m._meta.db_table for m in apps.get_models() if m._meta.app_label in OURS}
        with connection.cursor() as cursor:
            return {table: _fingerprint(cursor, table) for table in sorted(tables - NOTED)}

    return look


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


class TestTheProvidersDoor:
    """Signed or not, true or not: only the one true callback moves the books."""

    @pytest.fixture
    def key(self, login, case_no):
        """The key of a refund that is with the provider."""
        answer(login("sofia"), claimed(login("sofia"), case_no), decision="approve")
        worker.work()
        return refunds.status(case_no).attempts[0].provider_key

    @pytest.fixture
    def send(self, client, case_no):
        """Call back about this case's payment, with whatever is different."""
        order_no = cases.summaries([case_no])[case_no].order_no
        return partial(self.call_back, client, f"PAY-{order_no}-1")

    def call_back(self, client, payment, key, *, secret="", notice="EV-1", changes=(), **amount):
        body = json.dumps(
            {
                "id": notice,
                "resource": {
                    "refund_id": "5001",
                    "out_refund_no": key,
                    "transaction_id": payment,
                    "status": "SUCCESS",
                    "changed_at": "2026-11-22T00:00:00+00:00",
                    "amount": {"refund": 10000, "total": 131200, "currency": "CNY", **amount},
                    **dict(changes),
                },
            }
        ).encode()
        ours = settings.PAYMENT_PROVIDERS["simulator"]
        headers = sign(
            key_id=ours["key_id"], secret=secret or ours["secret"], subject="NOTIFY", body=body
        )
        return client.post(CALLBACK, body, content_type="application/json", headers=headers)

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"secret": "forged"}, 401, "SIGNATURE"),
            ({"key": "RF0-1"}, 404, "UNKNOWN_KEY"),
            ({"key": "\0"}, 400, "SCHEMA"),
            ({"notice": "\0"}, 400, "SCHEMA"),
            ({"key": "RF" * 3000}, 404, "UNKNOWN_KEY"),
            ({"refund": "10000"}, 400, "SCHEMA"),
            ({"changes": {"refund_id": "5\0"}}, 400, "SCHEMA"),
            ({"changes": {"transaction_id": "\ud800"}}, 400, "SCHEMA"),
            ({"changes": {"note": ["\0"]}}, 400, "SCHEMA"),
            ({"refund": 100.5}, 400, "SCHEMA"),
            ({"changes": {"status": "PAID"}}, 400, "SCHEMA"),
            ({"refund": 9999}, 200, "FIGURES"),
            ({"refund": 10**30}, 400, "SCHEMA"),
            ({"refund": -10000}, 200, "FIGURES"),
            ({"currency": "USD"}, 200, "FIGURES"),
            ({"changes": {"transaction_id": "PAY-2"}}, 200, "FIGURES"),
        ],
        ids=str,
    )
    def test_what_is_not_true_changes_nothing(self, changes, status, code, send, key, rows):
        before = rows()

        response = send(changes.get("key", key), **_without(changes, "key"))

        assert (response.status_code, response.json()["code"]) == (status, code)
        assert status == 200 or response.json()["message"].endswith(".")
        assert rows() == before

    def test_the_true_one_is_applied_once_however_often_it_comes(self, send, case_no, key, rows):
        assert send(key, notice="EV-2").status_code == 200
        assert refunds.status(case_no).paid == 10000
        before = rows()

        assert send(key, notice="EV-2").status_code == 200
        assert rows() == before
        send(key, notice="EV-3")

        assert refunds.status(case_no).paid == 10000


@pytest.mark.django_db(transaction=True)
class TestDoubleClicks:
    """Several of the same at the same moment: one of them counts."""

    def test_an_answer_counts_once(self, login, case_no):
        url = claimed(login("sofia"), case_no)
        revision = task_of(case_no).revision

        codes = together(
            4, lambda: answer(login("sofia"), url, revision=revision, decision="approve")
        )

        assert codes == [302, 409, 409, 409]
        assert not has_task(case_no, "ReviewRefund")

    def test_different_answers_at_once_are_not_both_taken(self, login, case_no):
        url = claimed(login("sofia"), case_no)
        answers = iter([{"decision": "approve"}, {"decision": "reject", "reason": "other"}])

        codes = together(2, lambda: answer(login("sofia"), url, **next(answers)))

        assert codes == [302, 409]

    def test_a_task_is_claimed_by_one(self, login, case_no):
        url, names = f"/inbox/{task_of(case_no).id}/claim/", iter(["sofia", "sergio"])

        codes = together(2, lambda: login(next(names)).post(url))

        assert codes == [302, 409]

    def test_an_application_is_one_case(self, login, order):
        url = f"/my/orders/{order.order_no}/refund/"

        codes = together(4, lambda: login("lin.buyer").post(url, GOOD))

        assert codes == [302] * 4
        assert len(cases.cases_of_buyer("lin.buyer")) == 1

    def test_a_withdrawal_withdraws_once(self, login, case_no):
        codes = together(3, lambda: login("lin.buyer").post(f"/my/refunds/{case_no}/withdraw/"))
        worker.work()

        assert set(codes) <= {302, 409}
        assert status_of(case_no) == "withdrawn"
        assert len(cases.case_for_buyer(case_no, "lin.buyer").negotiation) == 1


def stuck(case_no) -> int:
    """Something of the case waits for a person; the number of the incident."""
    case = ProcessInstance.objects.get(business_key=case_no)
    with transaction.atomic():
        incidents.raise_job_incident(
            locked.case(case.pk), token="t", element_id="Review", sentence="Oh.", actor=SYSTEM
        )
    return Incident.objects.latest("pk").pk


def together(count, act) -> list[int]:
    """Do the same from several browsers at one moment; the answers' codes, sorted."""
    ready = Barrier(count)

    def one(_number: int) -> int:
        try:
            connection.ensure_connection()
            ready.wait(20)
            return int(act().status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as browsers:
        return sorted(browsers.map(one, range(count)))


def _fingerprint(cursor, table) -> str:
    together = "md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"
    cursor.execute(f"SELECT {together} FROM {table} t")  # noqa: S608  # names of our own models
    return str(cursor.fetchone()[0])


def _without(given, name):
    return {key: value for key, value in given.items() if key != name}
