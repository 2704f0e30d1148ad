"""How an application becomes a case: everything of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from handlers.cases import claims, eligibility
from handlers.cases.application import Application
from handlers.cases.errors import NoSuchOrder
from handlers.cases.evidence import Accepted, Upload, accept
from handlers.cases.exhibits import add_evidence_rows
from handlers.cases.facts import Facts, is_shipped, shipping_ground, variables_of
from handlers.cases.judging import above, check_form, judge
from handlers.cases.lifecycle import add_round
from handlers.cases.models import Case, CaseLine
from handlers.cases.numbers import next_case_no
from handlers.cases.reasons import SOURCE_GROUPS, Channel
from handlers.cases.status import Status
from handlers.orders import api as orders
from handlers.orders.api import OrderMoney
from handlers.policies import api as policies
from handlers.refunds import api as refunds
from handlers.sharding import shard_of
from processes import clock, runtime
from processes.contract import Actor


def submit(
    application: Application,
    *,
    buyer: Actor,
    client_token: str,
    evidence: Sequence[Upload] = (),
) -> str:
    """Open a case and start its process, return its number.

    The same token of the same buyer again is the same case (P9), whatever else is sent.

    Raises:
        NoSuchOrder: the order is not this buyer's.
        CaseRefused: the sentence says why, `field` where.
    """
    check_form(application, client_token)
    files = accept(evidence)
    with transaction.atomic():
        _queue_behind_twins(buyer.name, client_token)
        known = Case.objects.filter(buyer=buyer.name, client_token=client_token).first()
        if known is not None:
            return known.case_no
        case = _open(application, buyer=buyer, client_token=client_token, files=files)
    return case.case_no


def _queue_behind_twins(buyer: str, client_token: str) -> None:
    """Let a double click wait for its first click, so that it finds the case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{buyer}\n{client_token}"]
        )


def _open(
    application: Application, *, buyer: Actor, client_token: str, files: Sequence[Accepted]
) -> Case:
    order = _locked_order(application.order_no, buyer)
    now = clock.now()
    facts, units = judge(order, application, now)
    policy = policies.snapshot(order.tenant, order.currency)
    case = _store(application, order=order, client_token=client_token, policy=policy, now=now)
    for line_no, claimed in units.items():
        claims.claim(case, line_no=line_no, units=claimed)
    claims.count_round(case, limit=case.rounds_limit)
    add_evidence_rows(case, files, by=buyer.name, at=now)
    _hold(case, order, application)
    runtime.start_process(
        key=eligibility.PROCESS,
        business_key=case.case_no,
        variables=_variables(case, order, facts=facts, policy=_left_of(policy, order, case)),
        tenant=case.tenant,
        region=case.region,
        actor=buyer,
    )
    return case


def _left_of(policy: dict[str, Any], order: OrderMoney, case: Case) -> dict[str, Any]:
    """The policy for a case of this order: one person may still grant what is left of the
    limit, and a rule what leaves room for the shipping that may come along with the last units.
    Both count again when money is granted; the diagram asks the right people first."""
    limits = policy["limits"]
    left = limits["four_eyes"] - refunds.granted_alone(order.order_no)
    shared = any(line.in_case_qty for line in order.lines) and not case.shipping_requested
    by_rule = limits["auto_approve"] - (order.shipping_room if shared else 0)
    left_of = {"four_eyes": max(left, 0), "auto_approve": max(by_rule, 0)}
    return {**policy, "limits": {**limits, **left_of}}


def _locked_order(order_no: str, buyer: Actor) -> OrderMoney:
    try:
        order = orders.lock_money(order_no)
    except orders.UnknownOrder:
        raise NoSuchOrder(order_no) from None
    if order.buyer != buyer.name:
        raise NoSuchOrder(order_no)
    return order


def _store(
    application: Application,
    *,
    order: OrderMoney,
    client_token: str,
    policy: dict[str, Any],
    now: datetime,
) -> Case:
    case_no = next_case_no(timezone.localdate(now))
    channel = Channel(application.channel)
    case = Case.objects.create(
        case_no=case_no,
        tenant=order.tenant,
        region=order.region,
        shard=shard_of(case_no),
        channel=channel.value,
        source_group=SOURCE_GROUPS[channel].value,
        order_no=order.order_no,
        buyer=order.buyer,
        client_token=client_token,
        title=order.line(application.lines[0].line_no).title,
        line_count=len(application.lines),
        currency=order.currency,
        reason=application.reason,
        description=application.description.strip(),
        amount_requested=application.amount,
        shipping_requested=application.shipping,
        status=Status.SUBMITTED.value,
        policy_version=str(policy["version"]),
        rounds_limit=int(policy["limits"]["rounds"]),
        created_at=now,
        changed_at=now,
    )
    _store_lines(case, application, order)
    add_round(case, note=case.description, at=now)
    return case


def _store_lines(case: Case, application: Application, order: OrderMoney) -> None:
    CaseLine.objects.bulk_create(
        CaseLine(
            case=case,
            line_no=line.line_no,
            title=order.line(line.line_no).title,
            qty=line.qty,
            amount=line.amount,
        )
        for line in application.lines
    )


def _hold(case: Case, order: OrderMoney, application: Application) -> None:
    """Reserve the money, mark the lines, stop the receipt timer."""
    try:
        refunds.reserve(
            case_no=case.case_no,
            order_no=order.order_no,
            tenant=order.tenant,
            region=order.region,
            lines=[(line.line_no, line.qty, line.amount) for line in application.lines],
            shipping=application.shipping,
            currency=order.currency,
            shipping_ground=shipping_ground(application.reason).value,
        )
    except refunds.AboveCeiling as error:
        raise above(error.max_amount) from error
    line_nos = [line.line_no for line in application.lines]
    orders.mark_aftersale(order.order_no, case.case_no, line_nos)
    orders.pause_receipt(order.order_no, case.case_no)


def _variables(
    case: Case, order: OrderMoney, *, facts: Facts, policy: dict[str, Any]
) -> dict[str, Any]:
    """What the process starts with (PLAN: start variables of `refund_only`)."""
    return {
        **variables_of(case),
        "request": {
            "amount": case.amount_requested,
            "reason": case.reason,
            "shipped": is_shipped(order),
            "description": case.description,
            "round": case.round,
        },
        "facts": facts.as_variables(),
        "policy": policy,
    }
