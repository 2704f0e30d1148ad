"""The receipt timer (T-RECV): rests while a case is open, resumes with what was left."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.orders.models import Order


def start(order: Order, *, at: datetime, within: timedelta) -> None:
    """Run from now; when a case is open already, wait at full length."""
    order.receipt_due_at, order.receipt_remaining = at + within, None
    if order.receipt_paused_by:
        _rest(order, at)
    _save(order)


def pause(order: Order, *, case_no: str, at: datetime) -> None:
    """Hold the timer for this case; the first one to hold it keeps the remainder."""
    if case_no in order.receipt_paused_by:
        return
    order.receipt_paused_by = [*order.receipt_paused_by, case_no]
    _rest(order, at)
    _save(order)


def resume(order: Order, *, case_no: str, at: datetime) -> None:
    """Let go of the timer; it runs again when no other case holds it."""
    if case_no not in order.receipt_paused_by:
        return
    order.receipt_paused_by = [other for other in order.receipt_paused_by if other != case_no]
    if not order.receipt_paused_by and order.receipt_remaining is not None:
        order.receipt_due_at = at + order.receipt_remaining
        order.receipt_remaining = None
    _save(order)


def stop(order: Order) -> None:
    """The buyer has confirmed: nothing is left to wait for."""
    order.receipt_due_at = order.receipt_remaining = None
    _save(order)


def _rest(order: Order, at: datetime) -> None:
    if order.receipt_due_at is not None:
        order.receipt_remaining = max(order.receipt_due_at - at, timedelta())
        order.receipt_due_at = None


def _save(order: Order) -> None:
    order.save(update_fields=["receipt_due_at", "receipt_remaining", "receipt_paused_by"])
