"""How many decimals a currency has, and how an amount of it is written: everywhere the same."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

EXPONENTS = {
    "AUD": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2, "CZK": 2, "DKK": 2,
    "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "INR": 2, "ISK": 0, "JOD": 3, "JPY": 0,
    "KRW": 0, "KWD": 3, "MOP": 2, "MXN": 2, "MYR": 2, "NOK": 2, "NZD": 2, "OMR": 3, "PHP": 2,
    "PLN": 2, "RUB": 2, "SEK": 2, "SGD": 2, "THB": 2, "TND": 3, "TRY": 2, "TWD": 2, "USD": 2,
    "VND": 0, "ZAR": 2,
}  # fmt: skip
"""ISO 4217 minor units. Orders refuse a currency that is not listed, it is never guessed."""
_SIGNS = {
    "zh-hans": {"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥"},
    "en": {"CNY": "CN¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"},
}

_BEHIND = {"CNY": "元", "JPY": "円"}


def signs_of(currency: str) -> list[str]:
    """All signs that stand for the currency in some language, the longest first."""
    known = {signs[currency] for signs in _SIGNS.values() if currency in signs}
    behind = {_BEHIND[currency]} if currency in _BEHIND else set()
    return sorted(known | behind | {currency}, key=lambda sign: (-len(sign), sign))


def written(amount: int, currency: str) -> str:
    """Minor units with the currency's sign (CLDR's for the language), thousands grouped."""
    places = EXPONENTS.get(currency, 2)
    signs = _SIGNS.get(get_language() or "en", _SIGNS["en"])
    number = f"{Decimal(abs(amount)).scaleb(-places):,.{places}f}"
    sign = signs.get(currency, f"{currency}\N{NO-BREAK SPACE}")
    return f"{'−' if amount < 0 else ''}{sign}{number}"
