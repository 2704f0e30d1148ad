"""The demo world loads quickly, twice is once, and every stage of a case can be seen in it."""

from __future__ import annotations

import time
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from handlers.cases import api as cases
from handlers.notifications import api as notifications
from handlers.orders import api as orders
from processes import deployment, queries
from processes.contract import SYSTEM, Actor
from webapp.access import actor_of
from webapp.accounts.models import User
from webapp.demo.catalogue import CATALOGUE
from webapp.demo.people import ADMIN, BUYERS, STAFF
from webapp.demo.sales import COUNT, drawn_sales
from webapp.demo.shops import SHOPS, shop_name
from webapp.demo.stories import STORIES

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, valkey_url, tmp_path_factory):
    """What the first load said and the CPU seconds it took; all of it goes in the end.

    CPU seconds: what the machine does besides must not decide.
    """
    with django_db_blocker.unblock(), override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
        deployment.deploy(deployment.read_sources(ROOT / "bpmn", ROOT / "forms"), actor=SYSTEM)
        begun = time.process_time()
        said = seed()
        yield said, time.process_time() - begun
        call_command("flush", interactive=False, verbosity=0)


def seed() -> str:
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


def marco() -> Actor:
    return actor_of(User.objects.get(username="marco"))


def by_status() -> Counter[str]:
    cora = actor_of(User.objects.get(username="cora"))
    return Counter(row.status.value for row in cases.list_cases(cora, limit=100)[0])


def test_the_world_loads_in_seconds_and_twice_is_once(world):
    first, took = world

    again = seed()

    people, sales = len(STAFF) + len(BUYERS) + 1, COUNT + len(STORIES)
    assert first == f"Demo world: {people} people, {sales} orders, {len(STORIES)} cases added.\n"
    assert again == "Demo world: 0 people, 0 orders, 0 cases added.\n"
    assert took < 5


def test_every_stage_of_a_case_can_be_seen(world):
    found = by_status()

    assert found.total() == len(STORIES)
    assert found["negotiating"] == found["disputed"] == 2
    assert (found["rejected"], found["withdrawn"]) == (1, 1)
    second_approvals = [task.form_id for task in queries.inbox_group(marco().groups)]
    assert "second_approval" in second_approvals
    cora = actor_of(User.objects.get(username="cora"))
    assert queries.inbox_group(cora.groups)
    sofia = actor_of(User.objects.get(username="sofia"))
    assert len(queries.inbox_group(sofia.groups)) >= 3
    assert notifications.unread_count("lin.buyer") >= 2
    assert any(view.evidence for view in map(_lins_view, cases.cases_of_buyer("lin.buyer")))


def _lins_view(row: cases.CaseSummary) -> cases.CaseView:
    view = cases.case_for_buyer(row.case_no, "lin.buyer")
    assert view is not None
    return view


def test_orders_are_in_all_states_and_each_adds_up(world):
    all_orders = [order for house in CATALOGUE for order in orders.orders_of_tenant(house)]

    assert {order.status.value for order in all_orders} >= {"to_ship", "to_receive", "completed"}
    assert all(orders.ceiling_of(order).adds_up for order in all_orders)
    assert any(len(order.tenders) > 1 for order in all_orders)
    assert any(line.allocated for order in all_orders for line in order.lines)


def test_everybody_can_log_in_and_stands_in_his_house(world, client):
    for person in (*STAFF, *BUYERS, ADMIN):
        assert client.login(username=person.login, password="afterflow-demo")
    assert marco().groups == {"lingyue/seller", "lingyue/seller_manager"}
    admin = actor_of(User.objects.get(username="admin"))
    assert len(cases.list_cases(admin, limit=100)[0]) == len(STORIES)


def test_the_same_seed_draws_the_same_orders():
    assert drawn_sales() == drawn_sales()
    numbers = [sale.order_no for sale in (*drawn_sales(), *(story.sale for story in STORIES))]
    assert len(set(numbers)) == len(numbers)


def test_the_demo_world_never_goes_into_production(settings):
    settings.ENV = "production"

    with pytest.raises(CommandError, match="never go into production"):
        seed()


def test_every_seller_has_a_name_and_a_stranger_keeps_his_own():
    assert set(CATALOGUE) < set(SHOPS)
    assert str(shop_name("lingyue")) == "Lingyue Fitness"
    assert shop_name("nobody") == "nobody"
