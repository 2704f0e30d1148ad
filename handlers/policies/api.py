"""What other capabilities may ask of policies."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from handlers.policies.checking import BadPack, check_pack
from handlers.policies.durations import parse_duration
from handlers.policies.lifecycle import PolicyLife
from handlers.policies.models import Policy, Status
from handlers.policies.pack import AMOUNT_CODES, BUILT_IN_VERSION, default_pack
from processes import clock

logger = logging.getLogger(__name__)

PLATFORM = "platform"

__all__ = [
    "BadPack",
    "PolicyVersion",
    "UnknownPolicy",
    "current_policy",
    "default_pack",
    "draft_policy",
    "four_eyes_of_the_house",
    "gaps",
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

    def amounts(self, currency: str) -> dict[str, int]:
        """The limits of money in that currency, in its minor units; none are converted.

        Where the policy has none all are 0: two people decide, and nothing is automatic.
        """
        stated = self.content["amounts"].get(currency) or {}
        return {code: int(stated.get(code, 0)) for code in AMOUNT_CODES}

    def limits(self, currency: str) -> dict[str, Any]:
        """All limits of a case in that currency."""
        return {**self.content["limits"], **self.amounts(currency), "currency": currency}


def current_policy(tenant: str) -> PolicyVersion:
    """The tenant's published policy, else the platform's, else the built-in defaults."""
    published = Policy.objects.filter(tenant__in=[tenant, PLATFORM], status=Status.PUBLISHED)
    by_tenant = {policy.tenant: policy for policy in published}
    policy = by_tenant.get(tenant) or by_tenant.get(PLATFORM)
    if policy is not None:
        return _version(policy)
    return _built_in()


def snapshot(tenant: str, currency: str) -> dict[str, Any]:
    """The current policy as the variable `policy` of a case: what it will live by.

    Its limits are those of the case's currency. The second person is asked for where the
    house wants one, however lax the policy is: refunds would not pay without.
    """
    policy = current_policy(tenant)
    for gap in gaps(tenant, [currency]):
        _warn_once(gap)
    limits = policy.limits(currency)
    limits["four_eyes"] = min(limits["four_eyes"], four_eyes_of_the_house(currency))
    content = {part: value for part, value in policy.content.items() if part != "amounts"}
    return {"version": policy.version, **content, "limits": limits}


def four_eyes_of_the_house(currency: str) -> int:
    """What one person may grant at the most, whatever a policy says; nothing in a currency for
    which the house has not said it."""
    return int(settings.FOUR_EYES_LIMITS.get(currency, 0))


def limits(version: str, currency: str) -> Mapping[str, Any]:
    """The limits of that version of a policy, for a case in that currency.

    Raises:
        UnknownPolicy: there is none.
    """
    if version == BUILT_IN_VERSION:
        return _built_in().limits(currency)
    tenant, _, number = version.rpartition("-")
    try:
        policy = Policy.objects.get(tenant=tenant, version=int(number))
    except (Policy.DoesNotExist, ValueError):
        raise UnknownPolicy(version) from None
    return _version(policy).limits(currency)


def gaps(tenant: str, currencies: Iterable[str]) -> list[str]:
    """A sentence for each of these currencies that the tenant's policy or the house forgot."""
    policy = current_policy(tenant)
    found = []
    for currency in sorted(set(currencies)):
        if currency not in policy.content["amounts"]:
            found.append(
                f"Policy {policy.version} of {tenant} has no amounts for {currency}: two people "
                f"decide on every refund in {currency}, none is approved by itself, and no "
                "postage or goodwill is granted"
            )
        if currency not in settings.FOUR_EYES_LIMITS:
            found.append(
                f"FOUR_EYES_LIMITS does not name {currency}: two people decide on every refund "
                f"of {tenant} in {currency}, whatever its policy says"
            )
    return found


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
        UnknownPolicy: there is no such version.
        TransitionNotAllowed: it is not a draft.
    """
    rows = Policy.objects.select_for_update().filter(tenant=tenant).order_by("version")
    policy = next((row for row in rows if _label(row) == version), None)
    if policy is None:
        raise UnknownPolicy(version)
    now = clock.now()
    for row in rows:
        if row.status == Status.PUBLISHED and row.pk != policy.pk:
            PolicyLife(row).retire(at=now)
            row.save()
    PolicyLife(policy).publish(by=by, at=now)
    policy.save()
    return _version(policy)


@cache
def _warn_once(gap: str) -> None:
    """Whoever reads the log; `manage.py policy check` says all of them at once."""
    logger.warning(gap)


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
