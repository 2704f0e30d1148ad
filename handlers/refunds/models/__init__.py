"""The rows of refunds: holds, refund orders and attempts, the ledger, what providers say."""

from __future__ import annotations

from handlers.refunds.models.execution import (
    OfflinePayment,
    RefundAttempt,
    RefundOrder,
    RefundPart,
    Statement,
)
from handlers.refunds.models.holds import Authorisation, Grant, Hold, HoldLine, HoldTender
from handlers.refunds.models.ledger import LedgerEntry, LedgerTransaction
from handlers.refunds.models.proposals import Proposal
from handlers.refunds.models.provider import (
    AdapterLog,
    ProviderInbox,
    ReconciliationRow,
    RejectedCallback,
)

__all__ = [
    "AdapterLog",
    "Authorisation",
    "Grant",
    "Hold",
    "HoldLine",
    "HoldTender",
    "LedgerEntry",
    "LedgerTransaction",
    "OfflinePayment",
    "Proposal",
    "ProviderInbox",
    "ReconciliationRow",
    "RefundAttempt",
    "RefundOrder",
    "RefundPart",
    "RejectedCallback",
    "Statement",
]
