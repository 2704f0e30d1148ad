"""The door for payment providers: every answer is JSON with a sentence, and only the one true
callback moves the books."""

from __future__ import annotations

import json
from functools import partial

import pytest
from django.conf import settings

from handlers.cases import api as cases
from handlers.refunds import api as refunds
from handlers.refunds.signing import sign
from processes import worker
from tests.webapp.conftest import (
    answer,
    claimed,
)

URL = "/callbacks/refunds/simulator/"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"{}", {}),
        (b"not json", {"X-Signature": "0" * 64}),
        (b'{"provider_key": "RF1-1", "state": "SUCCESS"}', {"X-Signature": "forged"}),
        (b"\xff\xfe\x00", {}),
        (b"[" * 5000, {}),
    ],
)
def test_a_bad_callback_is_refused_with_a_sentence(body, headers, client, world):
    response = client.post(URL, body, content_type="application/json", headers=headers)

    assert 400 <= response.status_code < 500
    assert json.loads(response.content)["message"].endswith(".")


def test_an_unknown_provider_is_not_found(client, world):
    response = client.post("/callbacks/refunds/nobody/", b"{}", content_type="application/json")

    assert response.status_code == 404
    assert response.json()["message"] == "There is no such provider."


def test_an_oversized_callback_is_refused_unread(client, world):
    response = client.post(URL, b"x" * 70_000, content_type="application/json")

    assert response.status_code == 413
    assert "too much" in response.json()["error"]


def test_only_post_is_taken(client, world):
    assert client.get(URL).status_code == 405


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
        return client.post(URL, body, content_type="application/json", headers=headers)

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


def _without(given, name):
    return {key: value for key, value in given.items() if key != name}
