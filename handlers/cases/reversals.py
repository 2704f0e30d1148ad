"""When money that had arrived comes back: finance gets the case again, in a process of its own.

The case's first process has ended by then. Each reversal starts `refund_reversed` under
the case's number with a suffix, so that a second one is another instance.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from handlers.cases.facts import variables_of
from handlers.cases.models import Case, MoneyMark
from handlers.cases.status import Progress
from handlers.policies import api as policies
from handlers.refunds import api as refunds
from processes import runtime
from processes.contract import SYSTEM

PROCESS = "refund_reversed"
_MARK = "/R"


def case_no_of(business_key: str) -> str:
    """The case that a process instance is about."""
    return business_key.partition("/")[0]


def begin(case: Case) -> None:
    """Hand the case to finance. Joins the transaction that has just marked the reversal."""
    runtime.start_process(
        key=PROCESS,
        business_key=business_keys_of(case.case_no)[-1],
        variables={
            **variables_of(case),
            "agreed": case.amount_agreed,
            "owed": refunds.status(case.case_no).owed or None,
            "policy": policies.snapshot(case.tenant, case.currency),
        },
        tenant=case.tenant,
        region=case.region,
        actor=SYSTEM,
    )


def business_keys_of(case_no: str) -> list[str]:
    """All keys under which processes run for the case, the first one first."""
    return all_business_keys_of([case_no])


def all_business_keys_of(case_nos: Collection[str]) -> list[str]:
    """Those of several cases, in one query."""
    marks = MoneyMark.objects.filter(
        case__case_no__in=case_nos, progress=Progress.REVERSED.value
    ).values_list("case__case_no")
    counted = marks.annotate(count=Count("id")).order_by("case__case_no")
    return [
        *case_nos,
        *(f"{no}{_MARK}{number}" for no, count in counted for number in range(1, count + 1)),
    ]
