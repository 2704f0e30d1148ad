"""Several of the same request at the same moment: one of them counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from handlers.cases import api as cases
from processes import worker
from tests.webapp.conftest import (
    GOOD,
    answer,
    claimed,
    has_task,
    status_of,
    task_of,
)


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
