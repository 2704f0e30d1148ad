"""The audit finds what somebody with the owner's password has changed, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from handlers.cases import api
from handlers.cases.auditing import audit
from handlers.cases.evidence import _path
from handlers.cases.models import Evidence
from handlers.refunds.models import ProviderInbox
from processes import clock, worker
from tests.handlers.cases.conftest import LIN, SOFIA, apply
from tests.handlers.cases.test_evidence import PNG
from tests.handlers.cases.test_reversals import (
    Bank,
    answer,
    pay,
    work_up_to_the_provider,
)
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(deployed, evidence_folder) -> str:
    """A case refunded with points and by a provider; others that wait, ended or came back."""
    order = shop_order(lines=[(5, 10000)], tenders=[("wallet", 46_000), ("points", 4_000)])
    photo = api.Upload(name="crack.png", data=PNG)
    paid, reversed_ = apply(order, evidence=[photo]), apply(order)
    for case_no in (paid, reversed_):
        work_up_to_the_provider()
        answer(case_no, SOFIA, decision="approve")
        work_up_to_the_provider()
        pay(case_no)
        key = Bank(case_no).attempt.provider_key
        Bank(case_no).says("succeeded")
        ProviderInbox.objects.create(
            provider="simulator",
            notify_id=key,
            provider_key=key,
            body="{}",
            received_at=clock.now(),
            applied=True,
        )
        worker.work()
    Bank(reversed_).says("closed")
    given_up = apply(order)
    worker.work()
    api.withdraw(given_up, LIN)
    worker.work()
    apply(order)
    worker.work()
    return paid


@contextmanager
def changed(sql: str, case_no: str) -> Iterator[None]:
    """As the owner of the tables would: no trigger of ours looks. It is undone afterwards."""
    table = re.search(r"(?:UPDATE|FROM|INTO) (\w+)", sql)[1]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, {"case": case_no})
        assert cursor.rowcount > 0
        yield
        transaction.set_rollback(True)


def found() -> set[str]:
    return {fault.sentence for fault in audit()}


def test_books_that_are_right_have_no_contradiction(books, capsys):
    assert audit(replay=True) == []
    call_command("audit", replay=True, no_color=True)
    assert capsys.readouterr().out == "No contradiction was found\n"


CHANGES = [
    ("UPDATE orders_order SET refunded = refunded - 1", "counters"),
    ("UPDATE orders_order SET outside = 1", "counters"),
    ("UPDATE orders_orderline SET paid = paid - 1", "counters"),
    (
        "UPDATE orders_tender SET refunded = refunded + CASE tender_no WHEN '1' THEN -1 ELSE 1 END",
        "taken of a tender",
    ),
    ("UPDATE refunds_holdline SET amount = 9999 WHERE amount = 10000", "taken of a line"),
    ("UPDATE refunds_refundorder SET state = 'processing' WHERE case_no = %(case)s", "authorised"),
    (
        "UPDATE refunds_authorisation SET superseded_at = now() WHERE case_no = %(case)s",
        "authorised",
    ),
    (
        "UPDATE refunds_authorisation SET first_approver = 'lin.buyer' WHERE case_no = %(case)s",
        "those who must",
    ),
    (
        "UPDATE refunds_refundpart SET state = 'pending' WHERE refund_id ="
        " (SELECT id FROM refunds_refundorder WHERE case_no = %(case)s)",
        "proven and posted",
    ),
    ("UPDATE refunds_providerinbox SET applied = false", "proven and posted"),
    ("UPDATE refunds_refundattempt SET proof = 'reply' WHERE state = 'succeeded'", "proven and"),
    ("UPDATE refunds_ledgertransaction SET kind = 'grant' WHERE kind = 'settlement'", "posted"),
    ("UPDATE refunds_ledgerentry SET amount = amount + 1 WHERE amount > 0", "balance"),
    ("UPDATE refunds_ledgerentry SET currency = 'USD'", "balance"),
    (
        "UPDATE refunds_ledgerentry SET amount = 2 * amount WHERE transaction_id IN"
        " (SELECT id FROM refunds_ledgertransaction WHERE kind = 'settlement')",
        "owes the buyer",
    ),
    ("UPDATE cases_case SET status = 'withdrawn' WHERE case_no = %(case)s", "status"),
    ("DELETE FROM cases_closing", "status"),
    ("UPDATE cases_case SET amount_agreed = 1 WHERE case_no = %(case)s", "agreed on 1"),
    ("UPDATE refunds_hold SET state = 'released' WHERE state = 'settled'", "money"),
    (
        "UPDATE processes_historyevent SET body = replace(body, 'sofia', 'marco')",
        "does not continue the chain",
    ),
    ("DELETE FROM processes_historyevent WHERE seq = 2", "Expected event 2, found 3"),
    (
        "INSERT INTO processes_historyevent SELECT (jsonb_populate_record(e,"
        " jsonb_build_object('seq', e.seq + 1))).* FROM processes_historyevent e WHERE seq ="
        " (SELECT max(seq) FROM processes_historyevent n WHERE n.instance_id = e.instance_id)",
        "chain",
    ),
    (
        "UPDATE processes_historyevent SET seq = CASE seq WHEN 2 THEN 1003 WHEN 3 THEN 2 ELSE"
        " seq END WHERE seq IN (2, 3)",
        "chain",
    ),
    ("UPDATE processes_processinstance SET state = 'x'", "state that the last act led to"),
]


def test_what_the_owner_of_the_database_changes_is_found(books):
    for sql, sentence in CHANGES:
        with changed(sql, books):
            assert any(sentence in one for one in found()), (sql, found())
    with changed(CHANGES[0][0], books), pytest.raises(CommandError, match="contradiction"):
        call_command("audit", no_color=True)


def test_a_file_that_was_swapped_on_disk_is_found(books):
    _path(Evidence.objects.get().sha256).write_bytes(PNG + b"another")

    (fault,) = audit()
    assert (fault.about, "not what was brought" in fault.sentence) == (books, True)
