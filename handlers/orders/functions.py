"""What diagrams may call: amounts as people say them, and as the books keep them.

A diagram never knows how many decimals a currency has: yen have none, dinars have three.
"""

from __future__ import annotations

from decimal import Decimal

from handlers.orders.money import MoneyError, exponent_of
from processes.contract import feel_function


@feel_function("major")
def major(amount: Decimal | None, currency: str) -> Decimal | None:
    """Minor units as people say them: 1250 of CNY is 12.5, of JPY 1250, of KWD 1.25.

    Raises:
        MoneyError: the currency is not known, or the amount not whole.
    """
    if amount is None:
        return None
    if _decimal(amount) != _decimal(amount).to_integral_value():
        raise MoneyError(f"Expected whole minor units of {currency}, but found {amount}")
    return _decimal(amount).scaleb(-exponent_of(currency))


@feel_function("minor")
def minor(amount: Decimal | None, currency: str) -> Decimal | None:
    """What people said, in minor units: 12.5 of CNY is 1250; 12.5 of JPY is no amount at all.

    Raises:
        MoneyError: the currency is not known, or has not so many decimals.
    """
    if amount is None:
        return None
    exponent = exponent_of(currency)
    units = _decimal(amount).scaleb(exponent)
    if units != units.to_integral_value():
        raise MoneyError(f"Expected at most {exponent} decimals of {currency}, but found {amount}")
    return units.to_integral_value()


def _decimal(amount: object) -> Decimal:
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int | float):
        raise MoneyError(f"Expected an amount, but found {amount!r}")
    return Decimal(str(amount))
