"""The buyer gives up: the process is told, and ends the case where it can."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from handlers.cases.access import allows, locked_for
from handlers.cases.errors import CaseRefused
from handlers.cases.numbers import is_case_no
from processes import clock, queries, runtime
from processes.contract import Actor

WITHDRAW = "buyer.withdraw"
WITHDRAWAL_KEPT = timedelta(hours=1)
"""How long a withdrawal waits when it comes while a service task runs."""


@transaction.atomic
def withdraw(case_no: str, actor: Actor) -> runtime.MessageResult:
    """Tell the process that the buyer gives up; it ends the case and frees everything.

    While a machine is at work nobody takes the message: it is BUFFERED, and the case ends
    when it comes to where it can; `withdrawal_waits` says whether it still has to.

    Raises:
        NoSuchCase: it is not the actor's.
        CaseRefused: the money is on its way already, or the case is over.
    """
    case = locked_for(case_no, actor)
    if not allows(case, actor, "withdraw"):
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
