"""What other capabilities and screens may ask of refunds; what finance may is in `desk`.

Amounts are minor units. Functions that change something join the caller's transaction and
leave nothing behind when they raise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction

from handlers.orders import api as orders
from handlers.refunds import (
    auditing,
    authorisations,
    callbacks,
    findings,
    grants,
    holds,
    preparing,
    reading,
    room,
)
from handlers.refunds.auditing import Fault
from handlers.refunds.caps import Wish
from handlers.refunds.desk import (
    answer_proposal,
    answer_statement,
    close_finding,
    confirm_unknown,
    open_findings,
    report_return,
    returned_transfers,
    state_outcome,
    unknown_outcomes,
)
from handlers.refunds.errors import (
    AboveCap,
    AboveCeiling,
    BadAmount,
    FourEyesMissing,
    HoldInUse,
    NoHold,
    NoStatement,
    NotAuthorised,
    NotTerminal,
    ReferenceUsed,
    RefundError,
    UnknownRefund,
)
from handlers.refunds.listeners import on_reversal
from handlers.refunds.models import Hold
from handlers.refunds.states import Basis, HoldState
from handlers.refunds.values import (
    AttemptView,
    AuthorisationView,
    CallbackResult,
    FindingView,
    HoldView,
    ProposalView,
    RefundStatus,
    Reversed,
    StatementView,
    TransferView,
    UnknownOutcome,
)

__all__ = [
    "AboveCap",
    "AboveCeiling",
    "AttemptView",
    "AuthorisationView",
    "BadAmount",
    "CallbackResult",
    "Fault",
    "FindingView",
    "FourEyesMissing",
    "HoldInUse",
    "HoldView",
    "NoHold",
    "NoStatement",
    "NotAuthorised",
    "NotTerminal",
    "ProposalView",
    "ReferenceUsed",
    "RefundError",
    "RefundStatus",
    "Reversed",
    "StatementView",
    "TransferView",
    "UnknownOutcome",
    "UnknownRefund",
    "adjust",
    "answer_proposal",
    "answer_statement",
    "audit",
    "authorise",
    "ceiling",
    "close_finding",
    "confirm_unknown",
    "grant",
    "granted_alone",
    "in_doubt",
    "is_settled",
    "most_of",
    "on_reversal",
    "open_findings",
    "receive_callback",
    "release",
    "report_return",
    "reserve",
    "returned_transfers",
    "state_outcome",
    "status",
    "take_shipping",
    "unknown_outcomes",
]


@transaction.atomic
def reserve(
    *,
    case_no: str,
    order_no: str,
    lines: Sequence[tuple[str, int | None, int]],
    shipping: int = 0,
    currency: str,
    tenant: str = "",
    region: str = "",
    shipping_ground: str = "",
) -> HoldView:
    """Hold amounts for a case: triples of line number, quantity (None: money only), amount.

    The same request twice holds once. `shipping_ground` (`seller_fault`, `law`, `policy`)
    lets shipping be asked for before everything else is. Tenant and region are the order's.

    Raises:
        AboveCeiling: with the most that could be held.
        BadAmount: nothing, less than nothing, or units the line does not have.
        CurrencyMismatch, HoldInUse.
    """
    wishes = [Wish(line_no=line_no, qty=qty, amount=amount) for line_no, qty, amount in lines]
    if shipping:
        wishes.append(Wish(line_no=orders.SHIPPING, qty=None, amount=shipping))
    hold = holds.reserve(
        case_no=case_no,
        order_no=order_no,
        wishes=wishes,
        currency=currency,
        ground=orders.ShippingGround(shipping_ground),
    )
    if (tenant or hold.tenant, region or hold.region) != (hold.tenant, hold.region):
        raise BadAmount(f"Expected order {order_no} to belong to {tenant} in {region}")
    return reading.hold_view(hold)


@transaction.atomic
def adjust(case_no: str, amount: int) -> HoldView:
    """Hold another amount for the same units; what was authorised before no longer counts.

    Raises:
        AboveCeiling, BadAmount, NoHold, HoldInUse.
    """
    return reading.hold_view(holds.adjust(case_no, amount))


@transaction.atomic
def authorise(
    case_no: str,
    *,
    amount: int,
    basis: str,
    approvers: tuple[str, ...] = (),
    policy_limit: int | None = None,
) -> None:
    """Record on whose word the amount will be paid; the hold becomes exactly that amount.

    The limit is for all that policy or one person grants on an order, not for each case.

    Raises:
        FourEyesMissing: people decide on more than the limit, and it is one person.
        AboveCeiling, BadAmount, NoHold, HoldInUse.
    """
    authorisations.authorise(
        case_no,
        amount=amount,
        basis=Basis(basis),
        approvers=approvers,
        policy_limit=policy_limit,
    )


@transaction.atomic
def take_shipping(case_no: str, *, at_most: int | None = None) -> int:
    """Hold the shipping, too, for the case with which the last units of its order are granted,
    if others held the rest when it was applied for; how much that is. Asked before it is
    authorised, and once is enough. All of it or, if that is above `at_most`, nothing.

    Raises:
        NoHold: the case holds nothing.
    """
    return holds.take_shipping(case_no, at_most=at_most)


def granted_alone(order_no: str) -> int:
    """What policy or one person has granted on the order: part of the four-eyes limit."""
    return authorisations.granted_alone(order_no)


@transaction.atomic
def release(case_no: str) -> None:
    """Let go of what the case holds; asking again, or of a case that holds nothing, is fine.

    A refund order that never paid is cancelled.

    Raises:
        HoldInUse: the provider may still pay, or part of the money has moved.
    """
    if not Hold.objects.filter(case_no=case_no).exists():
        return
    hold, order = holds.locked(case_no)
    if hold.state in (HoldState.SETTLED, HoldState.RELEASED):
        return
    if hold.state == HoldState.COMMITTED:
        preparing.cancel(hold)
    orders.unhold(order.order_no, holds.movement_of(hold))
    holds.end(hold, HoldState.RELEASED)


def status(case_no: str) -> RefundStatus:
    """Where the case's money stands; empty for a case that never held any."""
    return reading.status_of(case_no)


def most_of(case_no: str) -> int:
    """How much the case could be granted at most, as things stand; 0 when it holds nothing."""
    return room.most_of(case_no)


def is_settled(case_no: str) -> bool:
    """Whether the whole refund of the case has verifiably reached the buyer."""
    return reading.status_of(case_no).settled


def ceiling(order_no: str) -> orders.Ceiling:
    """The money proof of an order: every figure of the ceiling with its parts."""
    return orders.ceiling(order_no)


def receive_callback(provider: str, headers: Mapping[str, str], body: bytes) -> CallbackResult:
    """Check and apply a provider's callback; say what to answer. Never raises for what it says."""
    return callbacks.receive(provider, headers, body)


@transaction.atomic
def grant(*, case_no: str, order_no: str, kind: str, amount: int, by: str) -> str:
    """Credit postage (`freight`) or goodwill (`compensation`), beside the price; its number.

    Raises:
        AboveCap: more of this kind than the policy gives one order.
        BadAmount: nothing, or less.
    """
    row = grants.grant(case_no=case_no, order_no=order_no, kind=kind, amount=amount, by=by)
    return row.grant_no


def in_doubt(case_no: str) -> bool:
    """Whether a critical difference about the case's order is open: no new key is made then."""
    return findings.in_doubt(case_no)


def audit() -> Iterator[Fault]:
    """Every contradiction in the books of money; nothing when they are right."""
    return auditing.audit()
