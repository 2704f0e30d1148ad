"""Amounts of a policy belong to a currency; those that were bare were the home currency's.

A published policy is never changed, says a trigger; here only where its numbers stand changes.
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CODES = ("four_eyes", "auto_approve", "freight_cap", "compensation_cap")
HOME = {
    "AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF", "CN": "CNY", "DE": "EUR", "ES": "EUR",
    "FR": "EUR", "GB": "GBP", "HK": "HKD", "ID": "IDR", "IN": "INR", "IT": "EUR", "JP": "JPY",
    "KR": "KRW", "KW": "KWD", "MO": "MOP", "MY": "MYR", "NL": "EUR", "SG": "SGD", "TH": "THB",
    "TW": "TWD", "US": "USD", "VN": "VND",
}  # fmt: skip
"""The currency at home, by the country of the policy's calendar."""
ALLOW = "ALTER TABLE policies_policy DISABLE TRIGGER policy_published_stays"
FORBID = "ALTER TABLE policies_policy ENABLE TRIGGER policy_published_stays"


def by_currency(content: dict[str, Any]) -> dict[str, Any]:
    """The content with its bare amounts under the home currency."""
    limits = dict(content["limits"])
    bare = {code: limits.pop(code) for code in CODES if code in limits}
    home = _home(content)
    amounts = {**content.get("amounts", {}), **({home: bare} if bare else {})}
    return {**content, "limits": limits, "amounts": amounts}


def bare(content: dict[str, Any]) -> dict[str, Any]:
    """The content as it was: only the home currency's amounts can be kept."""
    rest = {part: value for part, value in content.items() if part != "amounts"}
    at_home = content.get("amounts", {}).get(_home(content), dict.fromkeys(CODES, 0))
    return {**rest, "limits": {**content["limits"], **at_home}}


def _home(content: dict[str, Any]) -> str:
    country = content.get("calendar", {}).get("country", "CN")
    if country not in HOME:
        raise ValueError(
            f"Expected a policy's country whose currency is known, but found {country!r}: "
            "add it to HOME in this migration, with the currency that its limits are meant in"
        )
    return HOME[country]


def forward(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for policy in apps.get_model("policies", "Policy").objects.all():
        policy.content = by_currency(policy.content)
        policy.save(update_fields=["content"])


def backward(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    for policy in apps.get_model("policies", "Policy").objects.all():
        policy.content = bare(policy.content)
        policy.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_immutable")]
    operations = [
        migrations.RunSQL(ALLOW, FORBID),
        migrations.RunPython(forward, backward),
        migrations.RunSQL(FORBID, ALLOW),
    ]
