"""The sellers of the demo world, by tenant."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOPS: dict[str, str | Promise] = {
    "lingyue": _("Lingyue Fitness"),
    "qinghe": _("Qinghe Home"),
    "shanque": _("Titmouse Digital"),
    "buguyi": _("Cuckoo Wear"),
    "shiguang": _("Relight"),
    "platform": _("Bazaar"),
}


def shop_name(tenant: str) -> str | Promise:
    """A seller's name as people know it; the tenant itself when we know none."""
    return SHOPS.get(tenant, tenant)
