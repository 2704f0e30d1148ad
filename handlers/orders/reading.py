"""Orders as they stand, by number, buyer, seller or payment; the money row locked when asked."""

from __future__ import annotations

from handlers.orders import books
from handlers.orders.errors import UnknownOrder
from handlers.orders.models import Order, Tender
from handlers.orders.values import OrderMoney


def currencies_in_use() -> dict[str, set[str]]:
    """In which currencies each tenant has orders."""
    found: dict[str, set[str]] = {}
    for tenant, currency in Order.objects.values_list("tenant", "currency").distinct():
        found.setdefault(tenant, set()).add(currency)
    return found


def get_order(order_no: str) -> OrderMoney:
    """The order without a lock: to show, not to decide by.

    Raises:
        UnknownOrder: there is none.
    """
    try:
        return books.value_of(Order.objects.get(order_no=order_no))
    except Order.DoesNotExist:
        raise UnknownOrder(order_no) from None


def orders_of(buyer: str, *, limit: int = 50) -> list[OrderMoney]:
    """The buyer's orders, newest first."""
    return books.values_of(Order.objects.filter(buyer=buyer).order_by("-placed_at", "-pk")[:limit])


def orders_of_tenant(tenant: str, *, limit: int = 50) -> list[OrderMoney]:
    """The seller's orders, newest first."""
    rows = Order.objects.filter(tenant=tenant).order_by("-placed_at", "-pk")
    return books.values_of(rows[:limit])


def lock_money(order_no: str) -> OrderMoney:
    """The order as it is, with its money row locked until the transaction ends.

    To decide by: the discount shares, which only the proof shows, are left out.
    """
    return books.value_of(books.locked(order_no), proof=False)


def tender_of_payment(provider: str, payment_ref: str) -> tuple[str, str] | None:
    """The order number and tender number that a provider's payment belongs to."""
    row = Tender.objects.filter(provider=provider, payment_ref=payment_ref)
    return row.values_list("order__order_no", "tender_no").first()
