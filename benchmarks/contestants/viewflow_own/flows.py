"""The small flow as viewflow draws it: in Python, at import."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock


class SmallFlow(flow.Flow):
    """Start, one person, one machine, end."""

    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle(this.begin).Next(this.review)
    review = flow.View(None).Next(this.pay)
    pay = flow.Handle(this.paid).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any, data: dict[str, Any]) -> Any:
        activation.process.data = data
        return activation.process

    def paid(self, activation: Any) -> None:
        activation.process.data["Pay"] = {"ok": True}
        activation.process.save()
