"""Carries out a service-task call at most once: a repeat gets the first answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.db import transaction
from viewflow.fsm import TransitionNotAllowed

from handlers.cases import locking
from handlers.cases.errors import CaseRefused, NoSuchCase
from handlers.cases.models import AppliedCall, Case
from handlers.cases.reversals import case_no_of
from handlers.refunds.api import RefundError
from processes import clock
from processes.contract import Call, Handler, Output, PermanentFailure

Work = Callable[[Case, Call], Output]


def once(work: Work) -> Handler:
    """Do `work` with the call's case locked, and remember the answer in the same transaction.

    A BPMN error undoes everything and is judged afresh if the call comes again. A refusal
    that the diagram does not foresee is for a person to look at.
    """

    @wraps(work)
    def handler(call: Call) -> Output:
        try:
            with transaction.atomic():
                case = locking.locked(text(call, "case_no", case_no_of(call.business_key)))
                if case_no_of(call.business_key) != case.case_no or call.tenant not in (
                    "",
                    case.tenant,
                ):
                    raise PermanentFailure(f"{call.topic} may not touch case {case.case_no}")
                return _do(work, case, call)
        except (NoSuchCase, CaseRefused, RefundError, TransitionNotAllowed) as refusal:
            raise PermanentFailure(f"{call.topic}: {refusal}") from refusal

    return handler


def _do(work: Work, case: Case, call: Call) -> Output:
    done = AppliedCall.objects.filter(key=call.idempotency_key).first()
    if done is not None:
        answer: Mapping[str, Any] = done.output
        return answer
    output = work(case, call)
    AppliedCall.objects.create(
        key=call.idempotency_key, case=case, topic=call.topic, output=dict(output), at=clock.now()
    )
    return output


def text(call: Call, name: str, default: str | None = None) -> str:
    """An input that must be text; null and absence mean `default`, when there is one.

    Raises:
        PermanentFailure: the diagram hands over something else.
    """
    value = call.inputs.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise PermanentFailure(f"{call.topic}: expected {name} to be text, but found {value!r}")
    return value


def money(call: Call, name: str) -> int:
    """An input that must be whole minor units."""
    value = call.inputs.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PermanentFailure(
            f"{call.topic}: expected {name} to be whole minor units, but found {value!r}"
        )
    return value
