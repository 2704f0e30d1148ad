"""The provider's own rules: 365 days, at most 50 refunds, never above what was paid."""

from __future__ import annotations

from typing import Any

from handlers.refunds.simulator.books import Books
from handlers.refunds.simulator.messages import Refused

WINDOW = 365 * 86_400.0
MAX_PARTIAL = 50


def check_limits(books: Books, order: dict[str, Any], *, exactly_once: bool) -> None:
    """Judge an order by what was paid and refunded before; the first one tells of the payment.

    `exactly_once`: a repeated key pays once, so that the sum is judged, too.

    Raises:
        Refused: the provider's rules forbid it.
    """
    payment = _payment_of(books, order)
    if (payment["total"], payment["currency"]) != (order["total"], order["currency"]):
        raise Refused("PARAM_ERROR", "Total or currency is not the payment's")
    if books.now() - payment["paid_at"] > WINDOW:
        raise Refused("INVALID_REQUEST", "The payment is older than 365 days", 403)
    made = books.one(
        "SELECT count(*) AS n, coalesce(sum(amount), 0) AS amount FROM refunds"
        " WHERE payment_ref = ? AND status <> 'CLOSED'",
        order["payment_ref"],
    ) or {"n": 0, "amount": 0}
    if made["n"] >= MAX_PARTIAL:
        raise Refused("INVALID_REQUEST", "Fifty refunds are the most", 403)
    if exactly_once and made["amount"] + order["amount"] > payment["total"]:
        raise Refused("INVALID_REQUEST", "More than was paid", 403)


def _payment_of(books: Books, order: dict[str, Any]) -> dict[str, Any]:
    books.run(
        "INSERT OR IGNORE INTO payments VALUES (?, ?, ?, ?)",
        order["payment_ref"],
        order["total"],
        order["currency"],
        books.now(),
    )
    return books.rows("SELECT * FROM payments WHERE ref = ?", order["payment_ref"])[0]
