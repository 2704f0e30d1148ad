"""How many statements a page may cost; a list costs the same however long it is."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handlers.cases import api as cases
from tests.handlers.shop import shop_order
from tests.webapp.conftest import claimed, open_case, task_of

BUDGETS = {
    ("sofia", "/inbox/?tab=group"): 10,
    ("sofia", "/inbox/?tab=group&q=lin.buyer"): 14,
    ("sofia", "/inbox/{task}/"): 24,
    ("cora", "/cases/"): 8,
    ("cora", "/cases/{case}/"): 36,
    ("lin.buyer", "/my/orders/"): 9,
    ("lin.buyer", "/my/orders/{order}/"): 24,
    ("lin.buyer", "/my/orders/{order}/refund/"): 24,
    ("lin.buyer", "/my/refunds/"): 6,
    ("lin.buyer", "/my/refunds/{case}/"): 24,
}


def statements(client, url: str) -> int:
    client.get(url)  # what is read once per process is read now
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(("name", "page"), BUDGETS)
def test_each_page_keeps_to_its_budget(name, page, login, case_no):
    case = cases.summaries([case_no])[case_no]
    url = page.format(case=case_no, task=task_of(case_no).id, order=case.order_no)

    assert statements(login(name), url) <= BUDGETS[name, page]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("sofia", "/inbox/?tab=group"),
        ("sofia", "/inbox/?tab=mine"),
        ("sofia", "/inbox/?tab=group&q=lin.buyer"),
        ("cora", "/cases/"),
        ("lin.buyer", "/my/orders/"),
        ("lin.buyer", "/my/refunds/"),
    ],
)
def test_a_longer_list_costs_no_more(name, page, login, case_no):
    claimed(login("sofia"), open_case(shop_order(lines=[(1, 10000)])))
    short = statements(login(name), page)

    for _ in range(3):
        open_case(shop_order(lines=[(1, 10000)]))
        claimed(login("sofia"), open_case(shop_order(lines=[(1, 10000)])))

    assert statements(login(name), page) == short
