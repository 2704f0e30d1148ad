"""Callbacks of providers (flows §2.10.4): believed only after every check, applied once.

We answer other than 200 only when we want the provider to send again. Whatever is refused
changes nothing but the list of refused callbacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from handlers.refunds import exchanges, facts
from handlers.refunds.findings import note
from handlers.refunds.locking import Opened, opened
from handlers.refunds.models import ProviderInbox, RefundAttempt, RejectedCallback
from handlers.refunds.port import CallbackRefused, Notice
from handlers.refunds.providers import UnknownProvider, provider
from handlers.refunds.states import Finding, Proof
from handlers.refunds.values import CallbackResult
from processes import clock
from processes.contract import Actor

MAX_BYTES = 64 * 1024
_STATUS = {"size": 413, "signature": 401, "skew": 401, "schema": 400, "unknown_key": 404}
"""By reason; what is not here is answered 200: sending the same again would not help."""
_EXCERPT = 2000
MOST_KEPT_AN_HOUR = 500
"""Copies of refused callbacks; what comes beyond is only counted, by reason."""


def receive(name: str, headers: Mapping[str, str], body: bytes) -> CallbackResult:
    """Check and apply one callback.

    In this order: size, signature and skew, schema, known key, figures, inbox, effect.
    """
    try:
        gateway = provider(name)
    except UnknownProvider:
        return CallbackResult(status_code=404, body={"code": "UNKNOWN_PROVIDER"})
    try:
        _check_size(body)
        return _apply(name, gateway.parse_callback(headers, body), body)
    except CallbackRefused as refused:
        _keep_refused(name, refused.reason, body)
        return CallbackResult(
            status_code=_STATUS.get(refused.reason, 200), body={"code": refused.reason.upper()}
        )


def _check_size(body: bytes) -> None:
    if len(body) > MAX_BYTES:
        raise CallbackRefused("size")


def _apply(name: str, notice: Notice, body: bytes) -> CallbackResult:
    attempt = _attempt_of(name, notice.fact.provider_key)
    if attempt is None:
        raise CallbackRefused("unknown_key")
    difference = facts.differs(attempt, notice.fact)
    if difference:
        note(
            attempt,
            Finding.AMOUNT_DIFF,
            ours=attempt.part.amount,
            theirs=notice.fact.amount,
            critical=True,
            detail=f"Callback differs in {difference}",
        )
        raise CallbackRefused("figures")
    with transaction.atomic():
        case = opened(refund_no=attempt.part.refund.refund_no)
        applied = _take(name, case, notice, body)
    return CallbackResult(
        status_code=200,
        body={"code": "SUCCESS"},
        applied=applied,
        case_no=case.refund.case_no,
    )


def _take(name: str, case: Opened, notice: Notice, body: bytes) -> bool:
    """Into the inbox once, and into the books if it is news."""
    row, fresh = ProviderInbox.objects.get_or_create(
        provider=name,
        notify_id=notice.notify_id,
        defaults={
            "provider_key": notice.fact.provider_key,
            "body": exchanges.masked(body.decode("utf-8", "replace")),
            "received_at": clock.now(),
            "applied": False,
        },
    )
    attempt = _attempt_of(name, notice.fact.provider_key)
    if not fresh or attempt is None:
        return False
    before = case.refund.state
    applied = facts.learn(
        case, attempt, notice.fact, proof=Proof.CALLBACK, digest=exchanges.digest(body)
    )
    if applied:
        row.applied = True
        row.save(update_fields=["applied"])
    if case.refund.state != before:
        facts.tell_case(case, actor=Actor(name=f"provider:{name}", via="provider"))
    return applied


def _attempt_of(name: str, provider_key: str) -> RefundAttempt | None:
    rows = RefundAttempt.objects.select_related("part__refund")
    return rows.filter(provider_key=provider_key, part__provider=name).first()


def _keep_refused(name: str, reason: str, body: bytes) -> None:
    """A copy for whoever investigates; the same content again only counts. Anybody may send
    us anything, so a flood of different contents only counts as well."""
    now = clock.now()
    known = RejectedCallback.objects.filter(
        provider=name, reason=reason, digest=exchanges.digest(body)
    )
    if not known.exists() and _flooded(now):
        body = b""
    row, fresh = RejectedCallback.objects.get_or_create(
        provider=name,
        reason=reason,
        digest=exchanges.digest(body),
        defaults={
            "excerpt": exchanges.masked(body[:_EXCERPT].decode("utf-8", "replace")),
            "first_at": now,
            "last_at": now,
        },
    )
    if not fresh:
        RejectedCallback.objects.filter(pk=row.pk).update(seen=F("seen") + 1, last_at=now)


def _flooded(now: datetime) -> bool:
    newest = RejectedCallback.objects.order_by("-pk").values_list("first_at", flat=True)
    kept = list(newest[MOST_KEPT_AN_HOUR - 1 : MOST_KEPT_AN_HOUR])
    return bool(kept) and kept[0] > now - timedelta(hours=1)
