"""Callbacks that become due when a refund changes, and the faults that spoil them.

They are only written down here; `courier` delivers them.
"""

from __future__ import annotations

import json
import secrets
import time
from typing import Any

from handlers.refunds.simulator.books import Books, iso
from handlers.refunds.simulator.faults import Fault
from handlers.refunds.simulator.messages import picture_of


def announce(books: Books, row: dict[str, Any]) -> None:
    """Queue what the caller of this refund shall hear about its new status."""
    fault = row["fault"]
    if fault == Fault.NO_CALLBACK:
        return
    resource = picture_of(row)
    _queue(books, row["notify_url"], resource, copies=3 if fault == "duplicate_callback" else 1)
    if fault == Fault.REORDERED_CALLBACKS and row["status"] == "SUCCESS":
        older = {**resource, "status": "ABNORMAL", "changed_at": iso(row["changed_at"] - 60)}
        _queue(books, row["notify_url"], older, after=0.5)
    if fault == Fault.WRONG_AMOUNT:
        amount = {**resource["amount"], "refund": resource["amount"]["refund"] + 1}
        books.run("DELETE FROM notices WHERE id = (SELECT max(id) FROM notices)")
        _queue(books, row["notify_url"], {**resource, "amount": amount})
    if fault == Fault.BAD_SIGNATURE:
        books.run("UPDATE notices SET spoiled = 1 WHERE id = (SELECT max(id) FROM notices)")


def _queue(
    books: Books, url: str, resource: dict[str, Any], *, copies: int = 1, after: float = 0.0
) -> None:
    if not url:
        return
    notify_id = f"EV-{secrets.token_hex(12)}"
    body = json.dumps(
        {"id": notify_id, "event_type": f"REFUND.{resource['status']}", "resource": resource}
    )
    for copy in range(copies):
        books.run(
            "INSERT INTO notices(notify_id, url, body, due) VALUES (?, ?, ?, ?)",
            notify_id,
            url,
            body,
            time.time() + after + copy * 0.2,
        )
