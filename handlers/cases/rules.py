"""Who may do what to a case, and when (P7): one table, asked by commands and screens alike."""

from __future__ import annotations

from enum import StrEnum

from handlers.cases.status import Status
from processes.contract import Actor

PLATFORM = "platform"


class Role(StrEnum):
    """What somebody is to one case."""

    BUYER = "buyer"
    SELLER = "seller"
    CUSTOMER_SERVICE = "customer_service"
    FINANCE = "finance"
    STRANGER = "stranger"


_GROUPS = {
    "seller": Role.SELLER,
    "seller_manager": Role.SELLER,
    "customer_service": Role.CUSTOMER_SERVICE,
    "cs_lead": Role.CUSTOMER_SERVICE,
    "finance": Role.FINANCE,
    "finance_lead": Role.FINANCE,
}

_WITH_SELLER = frozenset({Status.SUBMITTED})
_ALLOWED: dict[str, tuple[frozenset[Role], frozenset[Status]]] = {
    "withdraw": (
        frozenset({Role.BUYER}),
        frozenset({Status.SUBMITTED, Status.NEGOTIATING, Status.REJECTED, Status.DISPUTED}),
    ),
    "add_evidence": (
        frozenset({Role.BUYER, Role.SELLER, Role.CUSTOMER_SERVICE}),
        frozenset({Status.SUBMITTED, Status.NEGOTIATING, Status.REJECTED, Status.DISPUTED}),
    ),
    "approve": (frozenset({Role.SELLER}), _WITH_SELLER),
    "offer": (frozenset({Role.SELLER}), _WITH_SELLER),
    "reject": (frozenset({Role.SELLER}), _WITH_SELLER),
    "answer_offer": (frozenset({Role.BUYER}), frozenset({Status.NEGOTIATING})),
    "amend": (frozenset({Role.BUYER}), frozenset({Status.REJECTED})),
    "escalate": (
        frozenset({Role.BUYER, Role.SELLER}),
        frozenset({Status.SUBMITTED, Status.REJECTED}),
    ),
    "give_verdict": (frozenset({Role.CUSTOMER_SERVICE}), frozenset({Status.DISPUTED})),
    "resolve_refund": (
        frozenset({Role.FINANCE}),
        frozenset({Status.REFUND_FAILED, Status.REVERSED}),
    ),
    "read": (frozenset(Role) - {Role.STRANGER}, frozenset(Status)),
}


def role_in(actor: Actor, *, buyer: str, tenant: str) -> Role:
    """What the actor is to a case of this buyer with this seller.

    The buyer is the buyer even if he works for the seller or the platform: nobody judges
    his own case.
    """
    if actor.name == buyer:
        return Role.BUYER
    for audience in sorted(actor.groups):
        house, _, group = audience.partition("/")
        role = _GROUPS.get(group, Role.STRANGER)
        home = tenant if role is Role.SELLER else PLATFORM
        if role is not Role.STRANGER and house == home:
            return role
    return Role.STRANGER


def is_allowed(action: str, *, role: Role, status: Status) -> bool:
    """Whether this role may do this now. One exception to the table is drawn here: only a
    seller escalates what nobody has rejected, and only a buyer what was rejected."""
    roles, statuses = _ALLOWED[action]
    if role not in roles or status not in statuses:
        return False
    if action == "escalate":
        return (role is Role.SELLER) == (status is Status.SUBMITTED)
    return True


def allowed(*, role: Role, status: Status) -> frozenset[str]:
    """All that this role may do now."""
    return frozenset(name for name in _ALLOWED if is_allowed(name, role=role, status=status))


def actions() -> frozenset[str]:
    """Every action there is."""
    return frozenset(_ALLOWED)
