"""The row of a case, held until the transaction ends; whoever changes a case holds it."""

from __future__ import annotations

from handlers.cases.errors import NoSuchCase
from handlers.cases.models import Case
from handlers.cases.numbers import is_case_no
from handlers.orders import api as orders


def locked(case_no: str) -> Case:
    """The case's row, locked until the transaction ends; the money of its order before it.

    A provider's word locks in that order, too: the money it is about, then the case.

    Raises:
        NoSuchCase: there is none.
    """
    if not is_case_no(case_no):
        raise NoSuchCase(case_no)
    order_no = Case.objects.filter(case_no=case_no).values_list("order_no", flat=True).first()
    if order_no is None:
        raise NoSuchCase(case_no)
    orders.lock_money(order_no)
    try:
        return Case.objects.select_for_update(no_key=True).get(case_no=case_no)
    except Case.DoesNotExist:
        raise NoSuchCase(case_no) from None
