"""The orders of the demo world: drawn once from a fixed seed, then only added when missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from handlers.orders import api as orders
from handlers.policies import api as policies
from processes import clock
from webapp.demo.catalogue import CATALOGUE, Sku
from webapp.demo.people import BUYERS, REGION

SEED = 20261122
COUNT = 48
"""Drawn orders, beside those that the scripted cases are about."""
PROVIDER = "simulator"
_SHIPPING = 1200
_FREE_SHIPPING_FROM = 30000


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One order before it is placed. Days are counted back from today; None: not yet."""

    order_no: str
    house: str
    buyer: str
    lines: tuple[tuple[Sku, int], ...]
    coupon: int = 0
    points: int = 0
    placed: int = 1
    shipped: bool = False
    received: int | None = None


def seed_sales(scripted: tuple[Sale, ...]) -> int:
    """Place the orders that are missing, return how many that were."""
    now = clock.now()
    missing = [sale for sale in (*scripted, *drawn_sales()) if not _is_known(sale.order_no)]
    for sale in missing:
        _place(sale, now)
    return len(missing)


def drawn_sales() -> tuple[Sale, ...]:
    """The same orders every time; in all the states that an order can be in."""
    random = Random(SEED)  # noqa: S311 (a demo, not a secret)
    return tuple(_draw(random, number) for number in range(1, COUNT + 1))


def sku(house: str, code: str) -> Sku:
    """An article of a seller by its number, without the seller's prefix."""
    return next(one for one in CATALOGUE[house] if one.sku.partition("-")[2] == code)


def _is_known(order_no: str) -> bool:
    try:
        orders.get_order(order_no)
    except orders.UnknownOrder:
        return False
    return True


def _draw(random: Random, number: int) -> Sale:
    house = random.choice(["lingyue", "lingyue", "qinghe", "qinghe", *list(CATALOGUE)[2:]])
    articles = random.sample(CATALOGUE[house], random.choice([1, 1, 2, 2, 3]))
    lines = tuple((one, random.choice([1, 1, 1, 2, 3])) for one in articles)
    goods = sum(one.price * qty for one, qty in lines)
    state = random.choice(["paid", "shipped", "shipped", "recent", "recent", "recent", "old"])
    received = {"recent": random.randint(1, 6), "old": random.randint(20, 90)}.get(state)
    return Sale(
        order_no=f"SO20261{number:05d}",
        house=house,
        buyer=random.choice(BUYERS).login,
        lines=lines,
        coupon=random.choice([0, 0, goods // 20, goods // 10]),
        points=random.choice([0, 0, 0, min(2000, goods // 50)]),
        placed=(received or 0) + random.randint(1, 6),
        shipped=state != "paid",
        received=received,
    )


def _place(sale: Sale, now: datetime) -> None:
    orders.place_order(_order(sale, now - timedelta(days=sale.placed, hours=2)))
    if sale.shipped:
        within = policies.current_policy(sale.house).timer("T-RECV")
        left_at = now - timedelta(days=max(sale.placed - 1, sale.received or 0), hours=1)
        orders.mark_shipped(sale.order_no, receive_within=within, at=left_at)
    if sale.received is not None:
        orders.confirm_receipt(sale.order_no, at=now - timedelta(days=sale.received))


def _order(sale: Sale, placed_at: datetime) -> orders.NewOrder:
    goods = sum(one.price * qty for one, qty in sale.lines)
    shipping = 0 if goods >= _FREE_SHIPPING_FROM else _SHIPPING
    return orders.NewOrder(
        order_no=sale.order_no,
        tenant=sale.house,
        region=REGION,
        buyer=sale.buyer,
        currency="CNY",
        lines=[_line(number, one, qty) for number, (one, qty) in enumerate(sale.lines, 1)],
        discounts=_coupon(sale),
        shipping_paid=shipping,
        tenders=_tenders(sale, goods + shipping - sale.coupon),
        placed_at=placed_at,
        paid_at=placed_at + timedelta(minutes=3),
    )


def _line(number: int, one: Sku, qty: int) -> orders.NewLine:
    return orders.NewLine(
        line_no=str(number),
        sku=one.sku,
        title=one.title,
        qty=qty,
        list_price=one.price,
        product_class=one.product_class,
    )


def _coupon(sale: Sale) -> list[orders.NewDiscount]:
    return [orders.NewDiscount(code="COUPON", amount=sale.coupon)] if sale.coupon else []


def _tenders(sale: Sale, total: int) -> list[orders.NewTender]:
    """The wallet that the payment provider keeps, and points for the rest."""
    wallet = orders.NewTender(
        tender_no="1",
        kind="wallet",
        amount=total - sale.points,
        provider=PROVIDER,
        payment_ref=f"PAY-{sale.order_no}",
    )
    if not sale.points:
        return [wallet]
    return [wallet, orders.NewTender(tender_no="2", kind="points", amount=sale.points)]
