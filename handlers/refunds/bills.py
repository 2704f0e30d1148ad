"""What a provider's bill of one day says, gathered by key."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from handlers.refunds.port import BillRow

_KEY_LENGTH = 64


@dataclass(frozen=True, kw_only=True)
class Billed:
    """All that the bill says about one key."""

    key: str
    payment_ref: str
    currency: str
    amounts: tuple[int, ...]
    """Of each movement: what left is positive, what came back is negative."""
    uniform: bool
    """All of it is about one payment and in one currency."""

    @property
    def net(self) -> int:
        return sum(self.amounts)

    @property
    def out(self) -> tuple[int, ...]:
        return tuple(amount for amount in self.amounts if amount > 0)

    @property
    def back(self) -> tuple[int, ...]:
        return tuple(amount for amount in self.amounts if amount < 0)


def by_key(bill: Iterable[BillRow]) -> list[Billed]:
    """The bill by key, in the order of the keys. A line that is there twice is one line.

    What carries no key was refunded by hand: its own number stands in, with the payment where
    that number is not of one payment alone.
    """
    found: dict[str, list[BillRow]] = defaultdict(list)
    for row in _once(bill):
        found[row.provider_key or f"hand:{row.provider_ref or row.payment_ref}"].append(row)
    gathered = []
    for key, rows in sorted(found.items()):
        payments = sorted({row.payment_ref for row in rows})
        if rows[0].provider_key or len(payments) == 1:
            gathered.append(_billed(key, rows))
            continue
        for payment in payments:
            of_one = [row for row in rows if row.payment_ref == payment]
            gathered.append(_billed(f"{key}:{payment}", of_one))
    return gathered


def _once(bill: Iterable[BillRow]) -> Iterator[BillRow]:
    """Without lines that repeat another to the letter; those made by hand may have no number."""
    seen: set[BillRow] = set()
    for row in bill:
        if not row.provider_ref or row not in seen:
            seen.add(row)
            yield row


def _billed(key: str, rows: Sequence[BillRow]) -> Billed:
    return Billed(
        key=fitting(key),
        payment_ref=rows[0].payment_ref,
        currency=rows[0].currency,
        amounts=tuple(row.amount for row in rows),
        uniform=len({(row.payment_ref, row.currency) for row in rows}) == 1,
    )


def fitting(key: str) -> str:
    """A key of somebody else's may be longer than we can keep."""
    if len(key) <= _KEY_LENGTH:
        return key
    return f"{key[:31]}~{hashlib.sha256(key.encode()).hexdigest()[:32]}"
