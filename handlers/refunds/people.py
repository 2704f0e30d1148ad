"""What two people settle: no payer and no witness alone, and never the buyer himself."""

from __future__ import annotations

from handlers.refunds import exchanges, facts
from handlers.refunds.errors import FourEyesMissing, NotTerminal, RefundError, UnknownRefund
from handlers.refunds.locking import Opened, opened
from handlers.refunds.models import RefundAttempt, RefundOrder
from handlers.refunds.port import Fact, Status
from handlers.refunds.states import UNANSWERED, Proof


def check_people(by: str, second_by: str) -> None:
    """Two different people.

    Raises:
        FourEyesMissing: it is one, or none.
    """
    if not by or not second_by or by == second_by:
        raise FourEyesMissing(f"Expected two different people, but found {by!r} and {second_by!r}")


def check_parties(case: Opened, *people: str) -> None:
    """Nobody vouches for money that he gets himself (P7).

    Raises:
        FourEyesMissing: the buyer is one of them.
    """
    if case.order.buyer in people:
        raise FourEyesMissing(f"Expected somebody other than the buyer {case.order.buyer}")


def confirm_unknown(
    provider_key: str, *, paid: bool, by: str, second_by: str, proof: str
) -> RefundOrder:
    """Two people found out what became of a key, e.g. on the provider's console.

    Paid: it counts as the provider's success. Not paid: the key is closed, a new one may follow.

    Raises:
        FourEyesMissing: not two different people, or one of them is the buyer.
        NotTerminal: its outcome is not unknown.
        UnknownRefund: nobody has that key.
    """
    check_people(by, second_by)
    if not proof.strip():
        raise RefundError("Expected a proof of what became of the refund")
    attempt = RefundAttempt.objects.filter(provider_key=provider_key).first()
    if attempt is None:
        raise UnknownRefund(provider_key)
    case = opened(refund_no=attempt.part.refund.refund_no)
    check_parties(case, by, second_by)
    attempt.refresh_from_db()
    if attempt.state not in UNANSWERED:
        raise NotTerminal(f"Expected {provider_key} to be unknown, but it is {attempt.state}")
    attempt.message = f"{by}, {second_by}: {proof}"[:400]
    facts.learn(
        case,
        attempt,
        Fact(
            provider_key=provider_key,
            status=Status.SUCCEEDED if paid else Status.CLOSED,
            # No time of the provider's: should it speak after all, it is heard.
        ),
        proof=Proof.PEOPLE,
        digest=exchanges.digest(attempt.message),
    )
    return case.refund
