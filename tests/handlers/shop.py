"""Orders for tests: the worked example of flows §2.12 and whatever a property test draws."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

from handlers.orders import api as orders

_numbers = count(1)
PAID_AT = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def worked_example(
    order_no: str | None = None, *, provider: str = "simulator"
) -> orders.OrderMoney:
    """¥199.00×1, ¥59.90×2, ¥25.80×3, coupon ¥30, shipping ¥12: ¥378.20 paid by one tender."""
    return shop_order(
        order_no,
        lines=[(1, 19900), (2, 5990), (3, 2580)],
        discount=3000,
        shipping=1200,
        provider=provider,
    )


def shop_order(
    order_no: str | None = None,
    *,
    lines: list[tuple[int, int]],
    discount: int = 0,
    shipping: int = 0,
    tenders: list[tuple[str, int]] | None = None,
    provider: str = "simulator",
    currency: str = "CNY",
) -> orders.OrderMoney:
    """Place an order: pairs of quantity and unit price; pairs of tender kind and amount.

    `wallet` tenders go through the provider, all others are ours. By default one wallet
    tender pays everything.
    """
    order_no = order_no or f"O-{next(_numbers)}"
    total = sum(qty * price for qty, price in lines) - discount + shipping
    return orders.place_order(
        orders.NewOrder(
            order_no=order_no,
            tenant="lingyue",
            region="cn-east",
            buyer="lin.buyer",
            currency=currency,
            lines=[
                orders.NewLine(
                    line_no=str(number),
                    sku=f"SKU-{number}",
                    title="Kettle",
                    qty=qty,
                    list_price=price,
                )
                for number, (qty, price) in enumerate(lines, 1)
            ],
            discounts=[orders.NewDiscount(code="COUPON", amount=discount)] if discount else [],
            shipping_paid=shipping,
            tenders=[
                orders.NewTender(
                    tender_no=str(number),
                    kind=kind,
                    amount=amount,
                    provider=provider if kind == "wallet" else "",
                    payment_ref=f"PAY-{order_no}-{number}" if kind == "wallet" else "",
                )
                for number, (kind, amount) in enumerate(tenders or [("wallet", total)], 1)
            ],
            placed_at=PAID_AT,
            paid_at=PAID_AT,
        )
    )
