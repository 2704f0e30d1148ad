"""Every address there is, asked by everybody: a new one without a line here fails the tests.

Who may is answered something; who may not is answered that there is nothing, to whatever
he sends, and nothing is changed. Strangers are asked to log in.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from handlers.cases import api as cases
from handlers.refunds.models import Statement
from tests.handlers.refunds.conftest import (  # noqa: F401 (fixtures)
    doorbell,
    simulator,
    simulators,
    the_doorbell,
)
from tests.handlers.shop import shop_order
from tests.webapp.conftest import PEOPLE, open_case, rejected, stuck, task_of
from tests.webapp.test_money import (  # noqa: F401 (fixtures)
    difference,
    key_of,
    mode,
    proposed,
    state,
    unknown,
)
from webapp.accounts.models import User

ALL, KNOWN = "all", "whoever has logged in"
STAFF = "sofia sergio marco qing cora fay admin ivy"
HOUSE = "sofia sergio marco cora fay admin"
"""Who may see a case of lingyue."""
SELLERS = "sofia sergio marco"
BUYERS, BUYER = "lin.buyer wang.buyer", "lin.buyer"
FINANCE = "fay admin"
WHO_MAY = {
    "home": ALL,
    "livez": ALL,
    "readyz": ALL,
    "live-renew": KNOWN,
    "accounts:login": ALL,
    "accounts:logout": ALL,
    "accounts:language": ALL,
    "accounts:theme": ALL,
    "inbox:list": STAFF,
    "inbox:task": SELLERS,
    "inbox:claim": SELLERS,
    "inbox:release": SELLERS,
    "inbox:draft": SELLERS,
    "cases:list": STAFF,
    "cases:case": HOUSE,
    "cases:add-evidence": HOUSE,
    "cases:evidence": HOUSE,
    "cases:retry": "admin",
    "money:desk": FINANCE,
    "money:state": FINANCE,
    "money:answer": FINANCE,
    "money:go-on": "",  # not while nobody knows what became of it: `test_money`
    "money:close": FINANCE,
    "money:return": FINANCE,
    "money:proposal": FINANCE,
    "portal:orders": BUYERS,
    "portal:order": BUYER,
    "portal:apply": BUYER,
    "portal:cases": BUYERS,
    "portal:case": BUYER,
    "portal:withdraw": BUYER,
    "portal:add-evidence": BUYER,
    "portal:evidence": BUYER,
    "portal:task": BUYER,
    "portal:draft": BUYER,
    "notices:list": KNOWN,
    "notices:read": KNOWN,
    "callbacks:refund": ALL,
    "clock": "admin",
}
STRANGER, NO_GROUP = "", "ivy"
OUTSIDE = {STRANGER, NO_GROUP, "wang.buyer", "qing"}
"""Who has nothing to do with the cases."""
SECRET = "Only between us: 4711"
SENT = {
    "payload": '{"decision": "approve", "answer": "withdraw"}',
    "line-1": "on",
    "qty-1": "1",
    "amount-1": "1.00",
    "reason": "not_shipped",
    "token": "t",
    "by": "48h",
    "note": "n",
    "paid": "yes",
    "proof": "p",
    "answer": "agree",
}
ANSWERS = {200, 204, 302, 401, 403, 409, 422}
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0" + b"\0" * 20


def addresses(patterns: Any, prefix: str = "", names: tuple[str, ...] = ()) -> dict[str, Any]:
    """All addresses by name, each with what it has to be told."""
    found: dict[str, Any] = {}
    for one in patterns:
        told = (*names, *one.pattern.converters)
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            found |= addresses(one.url_patterns, inner, told)
        else:
            found[f"{prefix}{one.name}"] = told
    return found


ADDRESSES = addresses(get_resolver().url_patterns)


def test_it_is_settled_of_every_address_who_may_use_it():
    assert sorted(ADDRESSES) == sorted(WHO_MAY)


@pytest.fixture
def things(login, unknown, difference) -> dict[str, dict[str, object]]:  # noqa: F811 (fixtures)
    """What addresses name: all of it exists and waits for somebody of lingyue or lin.buyer."""
    User.objects.create(username=NO_GROUP, tenant="lingyue", password="!")
    upload = cases.Upload(name="a.png", data=PNG)
    order = shop_order(lines=[(3, 10000)])
    at_seller = open_case(order, description=SECRET, evidence=[upload])
    at_buyer = open_case(shop_order(lines=[(1, 10000)]), description=SECRET)
    asked = rejected(login, at_buyer)
    state(login("fay"), unknown)
    evidence = cases.case_for_buyer(at_seller, "lin.buyer").evidence[0].id
    staff = {"case_no": at_seller, "evidence_id": evidence}
    return {
        "inbox": {"task_id": task_of(at_seller).id},
        "cases": staff | {"incident_id": stuck(at_seller)},
        "money": {
            "provider_key": key_of(unknown),
            "statement_id": Statement.objects.get().pk,
            "incident_id": 1,
            "finding_id": difference.pk,
            "proposal_id": proposed(difference).pk,
        },
        "portal": staff | {"order_no": order.order_no},
        "portal:task": {"case_no": at_buyer, "task_id": asked},
        "portal:draft": {"case_no": at_buyer, "task_id": asked},
        "callbacks": {"provider": "simulator"},
    }


@pytest.fixture
def url(things):
    """The address of a page about what there is."""

    def of(name: str) -> str:
        known = things.get(name) or things.get(name.partition(":")[0], {})
        return reverse(name, kwargs={told: known[told] for told in ADDRESSES[name]})

    return of


def ask(client: Client, url: str) -> list[Any]:
    """Answers to looking and to sending; what is done by it is undone."""
    with transaction.atomic():
        answers = [client.get(url), client.post(url, SENT)]
        transaction.set_rollback(True)
    return answers


def may(name: str, address: str) -> bool:
    who = WHO_MAY[address]
    return who is ALL or (who is KNOWN and name != STRANGER) or name in who.split()


def test_nobody_gets_further_than_he_may(url, login, client, rows):
    before = rows()

    for name in [*PEOPLE, NO_GROUP, STRANGER]:
        browser = login(name) if name else client
        for address in [one for one in WHO_MAY if not may(name, one)]:
            for answer in (browser.get(url(address)), browser.post(url(address), SENT)):
                turned_away = answer.status_code == 404 if name else _sent_to_login(answer)
                assert turned_away or answer.status_code == 405, (name, address)
                assert SECRET not in answer.content.decode(), (name, address)

    assert rows() == before


def test_whoever_may_is_answered_and_who_is_outside_reads_no_word_of_a_case(
    url, things, login, client
):
    told = [SECRET, str(things["cases"]["case_no"]), str(things["portal:task"]["case_no"])]

    for name in [*PEOPLE, NO_GROUP, STRANGER]:
        browser = login(name) if name else client
        for address in [one for one in WHO_MAY if may(name, one)]:
            answers = ask(browser, url(address))
            assert {one.status_code for one in answers} & ANSWERS, (name, address)
            said = b"".join(b"".join(one) for one in answers).decode("utf-8", "replace")
            assert name not in OUTSIDE or not [w for w in told if w in said], (name, address)


def _sent_to_login(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/login/?next=")
