"""Who may do what, and when (P7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cases.rules import Role, actions, allowed, is_allowed, role_in
from handlers.cases.status import TERMINAL, Status
from processes.contract import Actor

GROUPS = [
    f"{house}/{group}"
    for house in ("lingyue", "qinghe", "platform")
    for group in ("seller", "seller_manager", "customer_service", "cs_lead", "finance", "other")
]
DECIDING = {"approve", "offer", "reject", "give_verdict", "resolve_refund"}
ACTORS = st.builds(
    Actor,
    name=st.sampled_from(["lin.buyer", "sofia"]),
    groups=st.frozensets(st.sampled_from(GROUPS)),
)


def role(*groups: str, name: str = "sofia") -> Role:
    return role_in(Actor(name=name, groups=frozenset(groups)), buyer="lin.buyer", tenant="lingyue")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["lingyue/seller"], Role.SELLER),
        (["lingyue/seller_manager"], Role.SELLER),
        (["qinghe/seller"], Role.STRANGER),
        (["platform/customer_service"], Role.CUSTOMER_SERVICE),
        (["lingyue/customer_service"], Role.STRANGER),
        (["platform/seller"], Role.STRANGER),
        (["platform/finance_lead"], Role.FINANCE),
        ([], Role.STRANGER),
    ],
)
def test_a_role_comes_from_a_group_of_the_right_house(groups, expected):
    assert role(*groups) is expected


def test_the_buyer_stays_the_buyer_whatever_he_is_else():
    assert role("lingyue/seller", "platform/cs_lead", name="lin.buyer") is Role.BUYER


@given(actor=ACTORS, status=st.sampled_from(Status), action=st.sampled_from(sorted(actions())))
def test_P7_only_allowed_actors_act(actor, status, action):
    found = role_in(actor, buyer="lin.buyer", tenant="lingyue")
    may = is_allowed(action, role=found, status=status)

    if actor.name == "lin.buyer":
        assert not (may and action in DECIDING)
    elif action in ("withdraw", "amend", "answer_offer"):
        assert not may
    if may and action in {"approve", "offer", "reject"}:
        assert actor.groups & {"lingyue/seller", "lingyue/seller_manager"}
    if found is Role.STRANGER:
        assert not may
    if status in TERMINAL and action != "read":
        assert not may
    assert may == (action in allowed(role=found, status=status))


@pytest.mark.parametrize(
    ("who", "status", "may"),
    [
        (Role.BUYER, Status.REJECTED, True),
        (Role.BUYER, Status.SUBMITTED, False),
        (Role.SELLER, Status.SUBMITTED, True),
        (Role.SELLER, Status.REJECTED, False),
        (Role.FINANCE, Status.SUBMITTED, False),
    ],
)
def test_a_buyer_escalates_a_rejection_and_a_seller_a_request(who, status, may):
    assert is_allowed("escalate", role=who, status=status) is may
