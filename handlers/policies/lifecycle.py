"""draft → published → retired. Says what may follow what; it neither locks nor saves."""

from __future__ import annotations

from datetime import datetime

from viewflow.fsm.base import State

from handlers.policies.models import Policy, Status


class PolicyLife:
    status = State(Status, default=Status.DRAFT)

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    @status.setter()
    def _set(self, value: Status) -> None:
        self.policy.status = value

    @status.getter()
    def _get(self) -> Status:
        return Status(self.policy.status)

    @status.transition(source=Status.DRAFT, target=Status.PUBLISHED)
    def publish(self, *, by: str, at: datetime) -> None:
        self.policy.published_by, self.policy.published_at = by, at

    @status.transition(source=Status.PUBLISHED, target=Status.RETIRED)
    def retire(self, *, at: datetime) -> None:
        self.policy.retired_at = at
