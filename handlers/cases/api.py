"""What screens and other capabilities may ask of cases.

Amounts are minor units. Texts are in the active language. Whoever may not see a case is
told the same as if there were none.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise

from handlers.cases import outlook, rules, submission
from handlers.cases.application import Application, RequestedLine
from handlers.cases.errors import (
    AmountRefused,
    CaseError,
    CaseRefused,
    EvidenceRefused,
    LineTaken,
    NoSuchCase,
    NoSuchOrder,
    NotAllowed,
    NotEligible,
    RoundsSpent,
)
from handlers.cases.evidence import MAX_FILES, MAX_VIDEOS, Upload
from handlers.cases.exhibits import EvidenceFile, add_evidence, evidence_file
from handlers.cases.judging import MAX_DESCRIPTION
from handlers.cases.lookup import (
    BadCursor,
    CaseSummary,
    case_for_buyer,
    case_for_staff,
    cases_of_buyer,
    list_cases,
    summaries,
)
from handlers.cases.numbers import is_case_no
from handlers.cases.outlook import NextStep
from handlers.cases.portal import LineEligibility, OrderEligibility, eligibility_of
from handlers.cases.reasons import REASONS, Channel, Reason
from handlers.cases.reversals import all_business_keys_of, business_keys_of, case_no_of
from handlers.cases.rules import Role
from handlers.cases.status import OPEN, TERMINAL, Status
from handlers.cases.views import (
    CaseLineView,
    CaseView,
    EvidenceView,
    RoundView,
    VerdictView,
)
from handlers.cases.withdrawal import withdraw, withdrawal_waits
from processes import queries
from processes.contract import Actor

__all__ = [
    "MAX_DESCRIPTION",
    "MAX_FILES",
    "MAX_VIDEOS",
    "OPEN",
    "TERMINAL",
    "AmountRefused",
    "BadCursor",
    "CaseError",
    "CaseLineView",
    "CaseRefused",
    "CaseSummary",
    "CaseView",
    "Channel",
    "EvidenceFile",
    "EvidenceRefused",
    "EvidenceView",
    "LineEligibility",
    "LineTaken",
    "NextStep",
    "NoSuchCase",
    "NoSuchOrder",
    "NotAllowed",
    "NotEligible",
    "OrderEligibility",
    "Reason",
    "RequestedLine",
    "Role",
    "RoundView",
    "RoundsSpent",
    "Status",
    "Upload",
    "VerdictView",
    "add_evidence",
    "all_business_keys_of",
    "allowed_actions",
    "business_keys_of",
    "case_for_buyer",
    "case_for_staff",
    "case_no_of",
    "cases_of_buyer",
    "eligibility_of",
    "evidence_file",
    "is_case_no",
    "list_cases",
    "next_step",
    "reasons",
    "role_of",
    "submit",
    "summaries",
    "withdraw",
    "withdrawal_waits",
]


def reasons() -> tuple[tuple[str, str | Promise], ...]:
    """Codes and labels of the reasons for a refund without return."""
    return tuple((reason.value, label) for reason, label in REASONS.items())


def submit(
    *,
    order_no: str,
    buyer: Actor,
    lines: Sequence[RequestedLine],
    reason: str,
    client_token: str,
    description: str = "",
    shipping: int = 0,
    evidence: Sequence[Upload] = (),
    channel: str = Channel.PORTAL.value,
) -> str:
    """Open a case and start its process, return its number; the same token is the same case.

    Raises:
        NoSuchOrder: the order is not this buyer's.
        CaseRefused: the sentence says why, `field` where.
    """
    application = Application(
        order_no=order_no,
        lines=tuple(lines),
        reason=reason,
        description=description,
        shipping=shipping,
        channel=channel,
    )
    return submission.submit(application, buyer=buyer, client_token=client_token, evidence=evidence)


def role_of(case: CaseView, actor: Actor) -> Role:
    """What the actor is to the case."""
    return rules.role_in(actor, buyer=case.buyer, tenant=case.tenant)


def allowed_actions(case: CaseView, actor: Actor) -> frozenset[str]:
    """All that the actor may do to the case now (P7)."""
    return rules.allowed(role=role_of(case, actor), status=case.status)


def next_step(case: CaseView, *, to_buyer: bool = False) -> NextStep:
    """What happens next, until when, and what if nobody acts; to the buyer it says `you`."""
    tasks = [
        outlook.OpenTask(form_id=task.form_id, expires_at=task.expires_at)
        for key in business_keys_of(case.case_no)
        for task in queries.open_tasks(key)
    ]
    return outlook.next_step(case.status, tasks, to_buyer=to_buyer)
