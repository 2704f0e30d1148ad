"""What a buyer asks for, before anybody has looked at it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.cases.reasons import Channel


@dataclass(frozen=True, kw_only=True)
class RequestedLine:
    """Units of an order line, or only money for it when `qty` is None."""

    line_no: str
    qty: int | None = None
    amount: int


@dataclass(frozen=True, kw_only=True)
class Application:
    """What a buyer asks for. Amounts are minor units of the order's currency."""

    order_no: str
    lines: tuple[RequestedLine, ...]
    reason: str
    description: str = ""
    shipping: int = 0
    channel: str = Channel.PORTAL.value

    @property
    def amount(self) -> int:
        """Everything asked for."""
        return sum(line.amount for line in self.lines) + self.shipping
