"""What an auditor asks of the cases: their status, their money, their files and their history.

Reads all, changes nothing. Whoever can rewrite every row, every hash and every file at once
is not found here: only a copy elsewhere would show it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from handlers.cases.evidence import bytes_of
from handlers.cases.models import Case, Evidence
from handlers.cases.parts import parts_of
from handlers.cases.status import Status, derive
from handlers.refunds import api as refunds
from handlers.refunds.api import Fault
from processes import history
from processes.models import ProcessInstance

_WITHOUT_MONEY = (Status.WITHDRAWN, Status.NOT_ELIGIBLE, Status.CLOSED_BY_VERDICT)
_PAGE = 500


def audit(*, replay: bool = False) -> list[Fault]:
    """Every contradiction of one moment; with `replay` each case is lived through again."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return list(_faults(replay=replay))


def _faults(*, replay: bool) -> Iterator[Fault]:
    yield from refunds.audit()
    for case in Case.objects.order_by("pk").iterator(_PAGE):
        yield from (Fault(about=case.case_no, sentence=fault) for fault in _of_case(case))
    for row in Evidence.objects.select_related("case").order_by("pk").iterator(_PAGE):
        if bytes_of(row.sha256) is None:
            sentence = f"The file “{row.name}” is lost, or not what was brought"
            yield Fault(about=row.case.case_no, sentence=sentence)
    for instance in ProcessInstance.objects.order_by("pk").iterator(_PAGE):
        verdict = history.verify(instance)
        if verdict.sound and replay:
            verdict = history.replay(instance)
        if not verdict.sound:
            yield Fault(about=instance.business_key, sentence=verdict.sentence)


def _of_case(case: Case) -> Iterator[str]:
    """How the case disagrees with what is on record about it, and with its money."""
    if derive(parts_of(case)) is not Status(case.status):
        yield "The status is not what the records of the case make of it"
    money = refunds.status(case.case_no)
    held = money.hold.state if money.hold else ""
    if (case.status == Status.REFUNDED) != (held == "settled") and case.status not in (
        Status.REFUNDING,
        Status.REFUND_FAILED,
        Status.REVERSED,
    ):
        yield "The case says that its money has arrived, its refund does not, or the other way"
    if (case.status in _WITHOUT_MONEY) != (held == "released"):
        yield "The case has ended without money, its hold has not, or the other way"
    if held in ("committed", "settled") and money.amount != case.amount_agreed:
        yield f"The case agreed on {case.amount_agreed}, its refund is of {money.amount}"
