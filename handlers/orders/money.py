"""Money: integers in minor units with an ISO 4217 code, and how it is split without losing a cent.

No float ever comes near an amount: `round(paid / qty, 2) * n` over-pays 44 % of random lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from handlers.currencies import EXPONENTS


class MoneyError(ValueError):
    """An amount that is not money: wrong currency, too many decimals, not a number."""


class CurrencyMismatch(MoneyError):
    """Two amounts in different currencies met."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"Expected an amount in {expected}, but it is in {found}")


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency. May be negative: a ledger entry has a side."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise MoneyError(f"Expected whole minor units, but found {self.minor!r}")
        exponent_of(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """Read an amount in major units, e.g. `"12.50"`; more decimals than the currency has fail.

        Raises:
            MoneyError: not a plain number, or it cannot be said in minor units.
        """
        try:
            amount = Decimal(text.strip())
        except InvalidOperation:
            raise MoneyError(f"Expected an amount, but found {text!r}") from None
        if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
            raise MoneyError(f"Expected an amount, but found {text!r}")
        exponent = exponent_of(currency)
        minor = amount.scaleb(exponent)
        if minor != minor.to_integral_value():
            raise MoneyError(f"Expected at most {exponent} decimals, but found {text!r}")
        return cls(int(minor), currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"

    @property
    def major(self) -> Decimal:
        """In major units with all decimals of the currency, e.g. `Decimal("12.50")`."""
        return Decimal(self.minor).scaleb(-exponent_of(self.currency))

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


def exponent_of(currency: str) -> int:
    """How many decimals the currency has.

    Raises:
        MoneyError: the code is not in the table.
    """
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise MoneyError(f"Expected a known ISO 4217 code, but found {currency!r}") from None


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` by Hamilton's largest remainder; ties go to the earlier weight.

    The parts sum to `total`, and while `total <= sum(weights)` no part exceeds its weight.
    Sort by line number first: then the order in which lines arrive changes nothing.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise MoneyError("Expected nothing negative to be apportioned")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise MoneyError(f"Expected something to carry {total}, but every weight is 0")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def fill(total: int, rooms: Sequence[int]) -> list[int]:
    """Split `total` over `rooms` in their order, filling each before the next.

    Raises:
        MoneyError: they do not have the room.
    """
    parts = []
    for room in rooms:
        part = min(total, max(room, 0))
        parts.append(part)
        total -= part
    if total:
        raise MoneyError(f"Expected room for {total} more")
    return parts


def shares(rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """What of each row lies in each column when both cut the same sum in their order.

    Says which lines a tender's refund belongs to; `rows` and `columns` must have one sum.
    """
    if sum(rows) != sum(columns):
        raise MoneyError(f"Expected equal sums, but found {sum(rows)} and {sum(columns)}")
    left = list(columns)
    table = []
    for row in rows:
        cells = fill(row, left)
        left = [column - cell for column, cell in zip(left, cells, strict=True)]
        table.append(cells)
    return table


def unit_value(paid: int, *, ordered: int, taken: int, entitled: int, qty: int) -> int:
    """What the next `qty` units of a line are worth after `taken` units got `entitled`.

    Telescopes: whatever the grouping, all units together get exactly `paid`. Counting from
    what earlier units were entitled to, not from where the formula would be, keeps that true
    when a hold in the middle is released.
    """
    if qty < 1 or taken < 0 or taken + qty > ordered:
        raise MoneyError(f"Expected 1 to {ordered - taken} units, but found {qty}")
    return max(paid * (taken + qty) // ordered - entitled, 0)
