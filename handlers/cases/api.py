"""What screens and other capabilities may ask of cases.

Amounts are minor units. Texts are in the active language. Whoever may not see a case is
told the same as if there were none.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from handlers.cases import commands, evidence, outlook, rules, submission
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
from handlers.cases.evidence import Upload
from handlers.cases.judging import MAX_DESCRIPTION, is_readable
from handlers.cases.lookup import (
    BadCursor,
    CaseSummary,
    case_for_buyer,
    case_for_staff,
    cases_of_buyer,
    list_cases,
    summaries,
)
from handlers.cases.models import Case, Evidence
from handlers.cases.numbers import is_case_no
from handlers.cases.outlook import NextStep
from handlers.cases.portal import LineEligibility, OrderEligibility, eligibility_of
from handlers.cases.reasons import REASONS, Channel, Reason
from handlers.cases.reversals import business_keys_of, case_no_of
from handlers.cases.rules import Role
from handlers.cases.status import OPEN, TERMINAL, Status
from handlers.cases.views import (
    CaseLineView,
    CaseView,
    EvidenceView,
    RoundView,
    VerdictView,
)
from processes import clock, queries, runtime
from processes.contract import Actor

__all__ = [
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

logger = logging.getLogger(__name__)

WITHDRAW = "buyer.withdraw"
WITHDRAWAL_KEPT = timedelta(hours=1)
"""How long a withdrawal waits when it comes while a service task runs."""


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """A file to send to a browser: with nosniff, and as a download unless `inline`."""

    name: str
    media_type: str
    data: bytes | None
    """None: it was brought, but what we kept of it is lost or damaged."""
    inline: bool


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


@transaction.atomic
def withdraw(case_no: str, actor: Actor) -> runtime.MessageResult:
    """Tell the process that the buyer gives up; it ends the case and frees everything.

    While a machine is at work nobody takes the message: it is BUFFERED, and the case ends
    when it comes to where it can; `withdrawal_waits` says whether it still has to.

    Raises:
        NoSuchCase: it is not the actor's.
        CaseRefused: the money is on its way already, or the case is over.
    """
    case = _locked_for(case_no, actor)
    if not _allows(case, actor, "withdraw"):
        raise CaseRefused(_("The request can no longer be withdrawn."))
    return runtime.publish_message(
        name=WITHDRAW,
        correlation_key=case.case_no,
        payload={},
        # One in each hour: a double click is one, and when nobody took it in time, another may.
        message_id=f"withdraw:{case.case_no}:{clock.now():%Y%m%dT%H}",
        actor=actor,
        kept=WITHDRAWAL_KEPT,
    )


def withdrawal_waits(case_no: str) -> datetime | None:
    """Until when a withdrawal waits for the case to take it; None: there is none."""
    return queries.waiting_until(WITHDRAW, case_no) if is_case_no(case_no) else None


@transaction.atomic
def add_evidence(case_no: str, actor: Actor, files: Sequence[Upload], note: str = "") -> None:
    """Bring files forward; a file that is there already changes nothing.

    Raises:
        NoSuchCase: the actor may not see it.
        EvidenceRefused: too big, too many, or of a wrong type.
    """
    case = _locked_for(case_no, actor)
    if not _allows(case, actor, "add_evidence"):
        raise NotAllowed
    if len(note) > MAX_DESCRIPTION or not is_readable(note):
        raise EvidenceRefused(_("Please write a shorter or more readable note."))
    types = Evidence.objects.filter(case=case).values_list("media_type", flat=True)
    videos = sum(media_type in evidence.VIDEOS for media_type in types)
    accepted = evidence.accept(files, files=len(types) - videos, videos=videos)
    submission.add_evidence_rows(case, accepted, by=actor.name, at=clock.now(), note=note)


def evidence_file(case_no: str, evidence_id: int) -> EvidenceFile | None:
    """A file of a case; the caller has checked that the reader may see the case."""
    if not is_case_no(case_no):
        return None
    row = Evidence.objects.filter(case__case_no=case_no, pk=evidence_id).first()
    if row is None:
        return None
    data = evidence.bytes_of(row.sha256)
    if data is None:
        logger.error("Evidence %s of case %s is lost: %s", evidence_id, case_no, row.sha256)
    return EvidenceFile(
        name=row.name,
        media_type=row.media_type,
        data=data,
        inline=evidence.may_show_inline(row.media_type),
    )


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


def _locked_for(case_no: str, actor: Actor) -> Case:
    case = commands.locked(case_no)
    if not _allows(case, actor, "read"):
        raise NoSuchCase(case_no)
    return case


def _allows(case: Case, actor: Actor, action: str) -> bool:
    role = rules.role_in(actor, buyer=case.buyer, tenant=case.tenant)
    return rules.is_allowed(action, role=role, status=Status(case.status))
