"""When money that had arrived comes back: finance gets the case again, in a process of its own.

The case's first process has ended by then. Each reversal starts `refund_reversed` under
the case's number with a suffix, so that a second one is another instance.
"""

from __future__ import annotations

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
        business_key=_keys(case.case_no)[-1],
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
    return [case_no, *_keys(case_no)]


def _keys(case_no: str) -> list[str]:
    marks = MoneyMark.objects.filter(case__case_no=case_no, progress=Progress.REVERSED.value)
    return [f"{case_no}{_MARK}{number}" for number in range(1, marks.count() + 1)]
