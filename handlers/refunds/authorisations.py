"""On whose word the held amount will be paid: people, one or two, or policy."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from handlers.policies import api as policies
from handlers.refunds.errors import FourEyesMissing
from handlers.refunds.holds import adjust, supersede
from handlers.refunds.models import Authorisation
from handlers.refunds.states import POLICY, Basis, HoldState
from processes import clock


def authorise(
    case_no: str,
    *,
    amount: int,
    basis: Basis,
    approvers: Sequence[str],
    policy_limit: int | None = None,
) -> Authorisation:
    """Record on whose word the amount will be paid; the hold becomes exactly that amount.

    The limit is for all that policy or one person grants on an order, not for each case.

    Raises:
        FourEyesMissing: people decide on more than the limit, and it is one person.
        AboveCeiling, BadAmount, NoHold, HoldInUse.
    """
    hold = adjust(case_no, amount)
    limit = policies.four_eyes_of_the_house(hold.currency)
    if policy_limit is not None:
        limit = min(limit, policy_limit)
    before = granted_alone(hold.order_no, beside=case_no)
    first, second = (*approvers, "", "")[:2]
    _check_people(first, second, deciding=basis not in POLICY, left=limit - before, amount=amount)
    supersede(hold)
    return Authorisation.objects.create(
        hold=hold,
        case_no=case_no,
        amount=amount,
        currency=hold.currency,
        basis=basis,
        first_approver=first,
        second_approver=second,
        four_eyes_above=limit,
        granted_alone=before,
        given_at=clock.now(),
    )


def granted_alone(order_no: str, *, beside: str = "") -> int:
    """What policy or one person has granted on the order, in other cases than `beside`."""
    given = Authorisation.objects.filter(
        hold__order_no=order_no, superseded_at__isnull=True, second_approver=""
    ).exclude(hold__state=HoldState.RELEASED)
    return int(given.exclude(case_no=beside).aggregate(sum=Sum("amount"))["sum"] or 0)


def _check_people(first: str, second: str, *, deciding: bool, left: int, amount: int) -> None:
    """Two names are two people, whoever decides; that there are any, when people do."""
    if second and second == first:
        raise FourEyesMissing(f"Expected somebody other than {first} to approve as well")
    if not deciding:
        return
    if not first:
        raise FourEyesMissing("Expected the name of who approves")
    if amount > left and not second:
        raise FourEyesMissing(
            f"Expected a second person beside {first} for this amount: {max(left, 0)} is left of"
            " what one may grant on this order",
            left=max(left, 0),
        )
