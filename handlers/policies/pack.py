"""The default pack: the values of flows §2.0, those of no source included."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

TIMERS: dict[str, str] = {
    "T-PAY": "PT30M",
    "T-RECV": "P10D",
    "T-AFS-WINDOW": "P15D",
    "T-SELLER-RF": "PT48H",
    "T-SELLER-RT": "PT48H",
    "T-BUYER-SHIP": "P7D",
    "T-SELLER-RECV": "P10D",
    "T-BUYER-ESC": "P7D",
    "T-BUYER-NEGO": "PT48H",
    "T-BUYER-SHIPPED": "PT48H",
    "T-SELLER-RESHIP": "PT72H",
    "T-EXCH-CONF": "P7D",
    "T-DISP-RESP": "PT48H",
    "T-DISP-EVID": "PT48H",
    "T-SECOND": "PT24H",
    "T-CS-FIRST": "PT24H",
    "T-CS-SOLVE": "P5D",
    "T-QUOTE": "P7D",
    "T-REPAIR": "P10D",
    "T-ACCEPT": "PT30M",
    "T-APPOINT": "PT2H",
    "T-ARRIVE": "PT30M",
    "T-PARTLOCK": "PT24H",
    "T-TRACK-STALE": "P3D",
    "T-RF-GIVEUP": "PT24H",
    "T-RF-HUMAN": "PT24H",
    "L-7": "P7D",
    "L-15": "P15D",
}
BUSINESS = ("T-CS-SOLVE", "T-ACCEPT", "T-APPOINT")
"""Codes that count working time."""
LIMITS: dict[str, int] = {"rounds": 5}
"""Counts: how often one line may be applied for."""
AMOUNTS: dict[str, dict[str, int]] = {
    "CNY": {
        "four_eyes": 50_000,
        "auto_approve": 2_000,
        "freight_cap": 3_000,
        "compensation_cap": 20_000,
    }
}
"""Limits of money, by currency, in its minor units. The caps are for one order, beside its price.
A currency that is not named has none of them: two people decide, and nothing is automatic."""
AMOUNT_CODES = tuple(AMOUNTS["CNY"])

BUILT_IN_VERSION = "built-in-1"


def default_pack() -> dict[str, Any]:
    """A fresh copy of the default pack, as a policy's content."""
    return {
        "timers": dict(TIMERS),
        "limits": dict(LIMITS),
        "amounts": deepcopy(AMOUNTS),
        "calendar": {
            "business": list(BUSINESS),
            "zone": "Asia/Shanghai",
            "opens": "09:00",
            "closes": "18:00",
            "country": "CN",
        },
        "extensions": [],
    }
