"""Documents are kept beside a case, under their hashes: its process carries none of them."""

from __future__ import annotations

import pytest
from django.db import connection

from handlers.cases.evidence import Upload
from handlers.orders import api as orders
from tests.handlers.cases.conftest import apply
from tests.handlers.cases.test_evidence import JPEG
from tests.handlers.shop import shop_order


def stored(case_no: str) -> tuple[int, int, int]:
    """Bytes of the state, of the history and of the open tasks of a case."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT length(i.state),
              (SELECT sum(length(h::text)) FROM processes_history h WHERE h.instance_id = i.id),
              (SELECT sum(length(t.variables::text)) FROM processes_usertask t
                WHERE t.instance_id = i.id)
            FROM processes_instance i WHERE i.business_key = %s
            """,
            [case_no],
        )
        return cursor.fetchone()


@pytest.mark.usefixtures("deployed", "evidence_folder")
def test_a_case_with_200_kilobytes_of_documents_is_as_small_as_one_with_two() -> None:
    sizes = {}
    for kilobytes in (2, 200):
        order: orders.OrderMoney = shop_order(lines=[(3, 10000)], shipping=1200)
        films = [Upload(name=f"{n}.jpg", data=JPEG + bytes([n]) * kilobytes * 256) for n in range(4)]
        sizes[kilobytes] = stored(apply(order, evidence=films))

    assert sizes[200] == sizes[2]
