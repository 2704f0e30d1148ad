"""Posting to the double-entry ledger.

Deciding a refund owes the buyer money (clearing account); a verified fact pays it. So a
case's clearing account is zero exactly when nothing is owed any more.
"""

from __future__ import annotations

from django.db.models import Sum

from handlers.refunds.models import (
    Grant,
    LedgerEntry,
    LedgerTransaction,
    RefundOrder,
    RefundPart,
)
from handlers.refunds.states import Posting
from handlers.sharding import shard_of
from processes import clock


def post_obligation(refund: RefundOrder, *, actor: str) -> None:
    """The refund is decided: the buyer is owed its amount."""
    _post(
        refund,
        Posting.OBLIGATION,
        key=f"{refund.refund_no}:obligation",
        actor=actor,
        debit=_price(refund.tenant),
        credit=clearing(refund.case_no),
        amount=refund.amount,
    )


def post_cancellation(refund: RefundOrder, amount: int, *, actor: str) -> None:
    """What was not paid will not be: nothing is owed any more."""
    _post(
        refund,
        Posting.CANCELLATION,
        key=f"{refund.refund_no}:cancellation",
        actor=actor,
        debit=clearing(refund.case_no),
        credit=_price(refund.tenant),
        amount=amount,
    )


def post_settlement(
    part: RefundPart, *, proof_key: str, source: str, actor: str, provider_key: str = ""
) -> None:
    """A part has reached the buyer. `proof_key` makes a second posting impossible."""
    refund = part.refund
    _post(
        refund,
        Posting.SETTLEMENT,
        key=f"{refund.refund_no}:{part.position}:settlement:{proof_key}",
        actor=actor,
        debit=clearing(refund.case_no),
        credit=source,
        amount=part.amount,
        provider_key=provider_key,
    )


def post_reversal(
    part: RefundPart, *, proof_key: str, source: str, actor: str, provider_key: str = ""
) -> None:
    """A part that had reached the buyer came back: it is owed again."""
    refund = part.refund
    _post(
        refund,
        Posting.REVERSAL,
        key=f"{refund.refund_no}:{part.position}:reversal:{proof_key}",
        actor=actor,
        debit=source,
        credit=clearing(refund.case_no),
        amount=part.amount,
        provider_key=provider_key,
    )


def post_grant(grant: Grant, *, buyer: str) -> None:
    """Postage or goodwill was credited to the buyer's wallet."""
    _post(
        grant,
        Posting.GRANT,
        key=f"grant:{grant.grant_no}",
        actor=grant.by,
        debit=f"grants:{grant.kind}:{grant.tenant}",
        credit=f"wallet:{buyer}",
        amount=grant.amount,
    )


def clearing(case_no: str) -> str:
    """The account of what a case's buyer is owed."""
    return f"clearing:{case_no}"


def source_of(part: RefundPart) -> str:
    """The account that pays a part: the provider's, or our own for points and gift cards."""
    return f"provider:{part.provider}" if part.provider else f"instrument:{part.kind}"


def bank() -> str:
    """The account that pays when the money goes another way."""
    return "bank:offline"


def balance(account: str) -> int:
    """Debits minus credits."""
    total = LedgerEntry.objects.filter(account=account).aggregate(total=Sum("amount"))["total"]
    return int(total or 0)


def _price(tenant: str) -> str:
    return f"refunds:price:{tenant}"


def _post(
    cause: RefundOrder | Grant,
    kind: Posting,
    *,
    key: str,
    actor: str,
    debit: str,
    credit: str,
    amount: int,
    provider_key: str = "",
) -> None:
    transaction = LedgerTransaction.objects.create(
        posting_key=key,
        kind=kind,
        tenant=cause.tenant,
        region=cause.region,
        shard=shard_of(cause.case_no),
        case_no=cause.case_no,
        order_no=cause.order_no,
        refund_no=cause.refund_no if isinstance(cause, RefundOrder) else "",
        provider_key=provider_key,
        posted_at=clock.now(),
        actor=actor,
    )
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                transaction=transaction, account=debit, amount=amount, currency=cause.currency
            ),
            LedgerEntry(
                transaction=transaction, account=credit, amount=-amount, currency=cause.currency
            ),
        ]
    )
