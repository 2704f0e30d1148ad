"""What the simulated provider does with a refund. Knows no HTTP."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.refunds.simulator import notices
from handlers.refunds.simulator.books import Books, iso
from handlers.refunds.simulator.faults import Fault, asked_for
from handlers.refunds.simulator.limits import check_limits
from handlers.refunds.simulator.messages import Refused, order_of, picture_of, repeated

DAY = 86_400.0
REFUSALS = {
    Fault.NOT_ENOUGH: ("NOT_ENOUGH", "The merchant's balance is not enough"),
    Fault.ACCOUNT_CLOSED: ("USER_ACCOUNT_ABNORMAL", "The buyer's account is closed"),
}


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The provider's picture of a refund, and the fault that shall spoil the answer."""

    picture: dict[str, Any]
    fault: Fault | None


class Provider:
    """One merchant's account. `mode` says what a repeated key does (architecture D6)."""

    def __init__(self, books: Books, *, mode: str, processing_s: float) -> None:
        self.books, self.mode, self._processing_s = books, mode, processing_s

    def submit(self, body: dict[str, Any]) -> Taken:
        """Take a refund.

        Raises:
            Refused: it will not be executed.
        """
        order = order_of(body)
        with self.books.writing() as books:
            known = books.one("SELECT * FROM refunds WHERE key = ?", order["key"])
            if known and self.mode == "idempotent":
                self._log(order["key"], "submit", None)
                return Taken(picture=repeated(known, order), fault=None)
            fault = self._fault(order)
            self._log(order["key"], "submit", fault)
        _refuse(fault)
        refund_id = self._accept(order, fault)
        if fault is Fault.CALLBACK_FIRST:
            self.tick(refund_id=refund_id)
        return Taken(picture=self.picture(refund_id), fault=fault)

    def query(self, key: str) -> dict[str, Any]:
        """The newest refund of a key.

        Raises:
            Refused: there is none, or this provider cannot be asked.
        """
        self._log(key, "query", None)
        if self.mode == "none":
            raise Refused("NOT_SUPPORTED", "This provider cannot be asked", 501)
        row = self.books.one("SELECT * FROM refunds WHERE key = ? ORDER BY id LIMIT 1", key)
        if row is None:
            raise Refused("RESOURCE_NOT_EXISTS", "No such refund", 404)
        return picture_of(row)

    def retry_abnormal(self, refund_id: str) -> dict[str, Any]:
        """Send an abnormal refund to another account: it will succeed.

        Raises:
            Refused: there is none, or it is not abnormal.
        """
        with self.books.writing() as books:
            row = books.one("SELECT * FROM refunds WHERE refund_id = ?", refund_id)
            if row is None:
                raise Refused("RESOURCE_NOT_EXISTS", "No such refund", 404)
            self._log(row["key"], "retry_abnormal", None)
            if row["status"] == "ABNORMAL":
                books.run(
                    "UPDATE refunds SET status = 'PROCESSING', changed_at = ?,"
                    " next_status = 'SUCCESS', next_at = ? WHERE id = ?",
                    books.now(),
                    books.now() + self._processing_s,
                    row["id"],
                )
        return self.picture(refund_id)

    def bill(self, day: date) -> list[dict[str, Any]]:
        """Every movement of that day (UTC), reversals as negative amounts."""
        rows = self.books.rows("SELECT * FROM movements ORDER BY id")
        return [
            {
                "out_refund_no": row["key"],
                "transaction_id": row["payment_ref"],
                "refund_id": row["refund_id"],
                "refund": row["amount"],
                "currency": row["currency"],
                "success_time": iso(row["at"]),
            }
            for row in rows
            if iso(row["at"])[:10] == day.isoformat()
        ]

    def pay_by_hand(self, *, payment_ref: str, amount: int, currency: str) -> None:
        """A refund made in the provider's console, of which Afterflow knows nothing."""
        with self.books.writing():
            self._move(f"7{secrets.randbelow(10**18):018d}", "", payment_ref, amount, currency)

    def picture(self, refund_id: str) -> dict[str, Any]:
        row = self.books.one("SELECT * FROM refunds WHERE refund_id = ?", refund_id)
        if row is None:
            raise Refused("RESOURCE_NOT_EXISTS", "No such refund", 404)
        return picture_of(row)

    def tick(self, *, refund_id: str | None = None) -> None:
        """Let happen what is due; with a refund, its next change happens now."""
        with self.books.writing() as books:
            due = "refund_id = ? AND next_at IS NOT NULL" if refund_id else "next_at <= ?"
            rows = books.rows(
                f"SELECT * FROM refunds WHERE {due} ORDER BY next_at LIMIT 200",  # noqa: S608 - two constants
                refund_id or books.now(),
            )
            for row in rows:
                self._change(row, at=books.now() if refund_id else row["next_at"])

    def _accept(self, order: dict[str, Any], fault: Fault | None) -> str:
        with self.books.writing() as books:
            check_limits(books, order, exactly_once=self.mode == "idempotent")
            books.run(
                "INSERT INTO refunds(refund_id, key, payment_ref, amount, total, currency, reason,"
                " notify_url, fault, status, changed_at, next_status, next_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'PROCESSING', ?, ?, ?)",
                refund_id := f"5{secrets.randbelow(10**18):018d}",
                *(order[name] for name in ("key", "payment_ref", "amount", "total", "currency")),
                *(order[name] for name in ("reason", "notify_url")),
                fault or "",
                books.now(),
                *self._first_change(fault),
            )
        return refund_id

    def _change(self, row: dict[str, Any], *, at: float) -> None:
        """One refund goes to its next status: the money moves, the callback is due."""
        status, fault = row["next_status"], row["fault"]
        following: tuple[str | None, float | None] = (None, None)
        if status == "SUCCESS":
            self._move_of(row, row["amount"], at)
            if fault == Fault.SUCCEEDED_THEN_FAILED:
                following = ("CLOSED", at + 2 * DAY)
        elif status == "CLOSED" and row["status"] == "SUCCESS":
            self._move_of(row, -row["amount"], at)
        self.books.run(
            "UPDATE refunds SET status = ?, changed_at = ?, next_status = ?, next_at = ?"
            " WHERE id = ?",
            status,
            at,
            *following,
            row["id"],
        )
        notices.announce(self.books, {**row, "status": status, "changed_at": at})

    def _move_of(self, row: dict[str, Any], amount: int, at: float) -> None:
        self._move(row["refund_id"], row["key"], row["payment_ref"], amount, row["currency"], at)

    def _move(
        self,
        refund_id: str,
        key: str,
        payment_ref: str,
        amount: int,
        currency: str,
        at: float | None = None,
    ) -> None:
        self.books.run(
            "INSERT INTO movements(refund_id, key, payment_ref, amount, currency, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            refund_id,
            key,
            payment_ref,
            amount,
            currency,
            self.books.now() if at is None else at,
        )

    def _first_change(self, fault: Fault | None) -> tuple[str, float]:
        now = self.books.now()
        if fault is Fault.CLOSED:
            return "CLOSED", now + 7 * DAY
        if fault is Fault.DELAYED:
            return "SUCCESS", now + 3 * DAY
        return ("ABNORMAL" if fault is Fault.ABNORMAL else "SUCCESS"), now + self._processing_s

    def _fault(self, order: dict[str, Any]) -> Fault | None:
        """What goes wrong with this call: armed first, then what the request asks for, once."""
        armed = self.books.one("SELECT * FROM armed WHERE times <> 0 ORDER BY rowid LIMIT 1")
        if armed:
            if armed["times"] > 0:
                self.books.run("UPDATE armed SET times = times - 1 WHERE fault = ?", armed["fault"])
            return Fault(armed["fault"])
        fault = asked_for(amount=order["amount"], reason=order["reason"])
        if fault is None:
            return None
        fresh = self.books.run(
            "INSERT OR IGNORE INTO struck VALUES (?, ?)", order["payment_ref"], fault
        )
        return fault if fresh.rowcount else None

    def _log(self, key: str, kind: str, fault: Fault | None) -> None:
        self.books.run(
            "INSERT INTO calls(key, kind, fault, at) VALUES (?, ?, ?, ?)",
            key,
            kind,
            fault or "",
            time.time(),
        )


def _refuse(fault: Fault | None) -> None:
    if fault in REFUSALS:
        raise Refused(*REFUSALS[fault], 403)
    if fault is Fault.TOO_FREQUENT:
        raise Refused("FREQUENCY_LIMITED", "Come back later", 429)
    if fault is Fault.ERROR_BEFORE:
        raise Refused("SYSTEM_ERROR", "Nothing was done", 500)
