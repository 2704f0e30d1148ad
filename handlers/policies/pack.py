"""The default pack: the values of flows §2.0, those of no source included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.policies.durations import parse_duration

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
LIMITS: dict[str, int] = {
    "four_eyes": 50_000,
    "auto_approve": 2_000,
    "rounds": 5,
    "freight_cap": 3_000,
    "compensation_cap": 20_000,
}
"""Amounts in minor units. The caps are for one order, beside its price."""

BUILT_IN_VERSION = "built-in-1"


class BadPack(ValueError):
    """A policy that could not be lived by."""


def default_pack() -> dict[str, Any]:
    """A fresh copy of the default pack, as a policy's content."""
    return {
        "timers": dict(TIMERS),
        "limits": dict(LIMITS),
        "calendar": {
            "business": list(BUSINESS),
            "zone": "Asia/Shanghai",
            "opens": "09:00",
            "closes": "18:00",
            "country": "CN",
        },
        "extensions": [],
    }


def check_pack(content: Mapping[str, Any]) -> None:
    """Refuse a pack that lacks a timer or a limit of the default, or has one of no sense.

    Raises:
        BadPack: with all problems.
    """
    problems = [f"Timer {code} is missing" for code in TIMERS.keys() - content["timers"].keys()]
    for code, text in content["timers"].items():
        try:
            parse_duration(text)
        except ValueError as error:
            problems.append(f"Timer {code}: {error}")
    for code in LIMITS:
        limit = content["limits"].get(code)
        if type(limit) is not int or limit < 0:
            problems.append(f"Limit {code}: expected a whole number, but found {limit!r}")
    if problems:
        raise BadPack("; ".join(sorted(problems)))
