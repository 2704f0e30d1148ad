"""What other capabilities may ask of policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from handlers.policies.durations import parse_duration
from handlers.policies.lifecycle import PolicyLife
from handlers.policies.models import Policy, Status
from handlers.policies.pack import BUILT_IN_VERSION, BadPack, check_pack, default_pack
from processes import clock

PLATFORM = "platform"

__all__ = [
    "BadPack",
    "PolicyVersion",
    "UnknownPolicy",
    "current_policy",
    "default_pack",
    "draft_policy",
    "limits",
    "policies_of",
    "publish_policy",
    "snapshot",
]


class UnknownPolicy(LookupError):
    def __init__(self, version: str) -> None:
        super().__init__(f"Expected a policy version {version!r}, but there is none")


@dataclass(frozen=True, kw_only=True)
class PolicyVersion:
    """One version of a policy, as it stands for ever once published."""

    tenant: str
    version: str
    title: str
    status: str
    content: Mapping[str, Any]

    def timer(self, code: str) -> timedelta:
        """The length of a timer, working time or not."""
        return parse_duration(self.content["timers"][code])

    def limit(self, code: str) -> int:
        return int(self.content["limits"][code])


def current_policy(tenant: str) -> PolicyVersion:
    """The tenant's published policy, else the platform's, else the built-in defaults."""
    published = Policy.objects.filter(tenant__in=[tenant, PLATFORM], status=Status.PUBLISHED)
    by_tenant = {policy.tenant: policy for policy in published}
    policy = by_tenant.get(tenant) or by_tenant.get(PLATFORM)
    if policy is not None:
        return _version(policy)
    return _built_in()


def snapshot(tenant: str) -> dict[str, Any]:
    """The current policy as the variable `policy` of a case: what it will live by.

    The second person is asked for where the house wants one, however lax the policy is:
    refunds would not pay without.
    """
    policy = current_policy(tenant)
    four_eyes = min(policy.limit("four_eyes"), settings.FOUR_EYES_LIMIT)
    limits = {**policy.content["limits"], "four_eyes": four_eyes}
    return {"version": policy.version, **policy.content, "limits": limits}


def limits(version: str) -> Mapping[str, int]:
    """The limits of that version of a policy.

    Raises:
        UnknownPolicy: there is none.
    """
    if version == BUILT_IN_VERSION:
        return dict(_built_in().content["limits"])
    tenant, _, number = version.rpartition("-")
    try:
        content = Policy.objects.get(tenant=tenant, version=int(number)).content
    except (Policy.DoesNotExist, ValueError):
        raise UnknownPolicy(version) from None
    return dict(content["limits"])


def policies_of(tenant: str) -> list[PolicyVersion]:
    """All versions of a tenant's policy, newest first."""
    return [_version(row) for row in Policy.objects.filter(tenant=tenant).order_by("-version")]


@transaction.atomic
def draft_policy(*, tenant: str, title: str, content: Mapping[str, Any], by: str) -> PolicyVersion:
    """Store the next version as a draft.

    Raises:
        BadPack: a timer or a limit is missing or has no sense.
    """
    check_pack(content)
    newest = Policy.objects.filter(tenant=tenant).aggregate(newest=Max("version"))["newest"] or 0
    policy = Policy.objects.create(
        tenant=tenant,
        version=newest + 1,
        title=title,
        content=dict(content),
        drafted_by=by,
        drafted_at=clock.now(),
    )
    return _version(policy)


@transaction.atomic
def publish_policy(*, tenant: str, version: str, by: str) -> PolicyVersion:
    """Make a draft the tenant's policy for new cases; running cases keep their own.

    Four eyes: the database refuses whoever drafted it.

    Raises:
        TransitionNotAllowed: it is not a draft.
    """
    rows = Policy.objects.select_for_update().filter(tenant=tenant).order_by("version")
    policy = next(row for row in rows if _label(row) == version)
    now = clock.now()
    for row in rows:
        if row.status == Status.PUBLISHED and row.pk != policy.pk:
            PolicyLife(row).retire(at=now)
            row.save()
    PolicyLife(policy).publish(by=by, at=now)
    policy.save()
    return _version(policy)


def _built_in() -> PolicyVersion:
    return PolicyVersion(
        tenant=PLATFORM,
        version=BUILT_IN_VERSION,
        title="Built-in defaults",
        status=Status.PUBLISHED,
        content=default_pack(),
    )


def _label(policy: Policy) -> str:
    return f"{policy.tenant}-{policy.version}"


def _version(policy: Policy) -> PolicyVersion:
    return PolicyVersion(
        tenant=policy.tenant,
        version=_label(policy),
        title=policy.title,
        status=policy.status,
        content=policy.content,
    )
