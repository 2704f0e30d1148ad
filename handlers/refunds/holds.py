"""Holding, adjusting and letting go of a case's amount.

Every function locks the order's money row first: two cases cannot both find the same room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from handlers.orders import api as orders
from handlers.refunds.caps import Wish, cap_of, check_amounts, check_caps, check_whole, own_cap
from handlers.refunds.errors import BadAmount, HoldInUse, NoHold
from handlers.refunds.models import Authorisation, Hold, HoldLine, HoldTender
from handlers.refunds.states import HoldState
from processes import clock


def locked(case_no: str) -> tuple[Hold, orders.OrderMoney]:
    """The case's hold and its order, the order's money row locked.

    Raises:
        NoHold: the case holds nothing.
    """
    order_no = Hold.objects.filter(case_no=case_no).values_list("order_no", flat=True).first()
    if order_no is None:
        raise NoHold(case_no)
    order = orders.lock_money(order_no)
    return Hold.objects.select_for_update(no_key=True).get(case_no=case_no), order


def reserve(
    *,
    case_no: str,
    order_no: str,
    wishes: Sequence[Wish],
    currency: str,
    ground: orders.ShippingGround,
) -> Hold:
    """Hold the amounts; the same case with the same wishes twice holds them once.

    Raises:
        AboveCeiling: with the most that could be held.
        BadAmount: nothing, less than nothing, or units the line does not have.
        CurrencyMismatch: not the order's currency.
        HoldInUse: the case holds something else already.
    """
    order = orders.lock_money(order_no)
    if order.currency != currency:
        raise orders.CurrencyMismatch(order.currency, currency)
    held = Hold.objects.filter(case_no=case_no).first()
    if held is not None:
        return _same(held, wishes)
    check_amounts(wishes)
    caps = [cap_of(order, wish, wishes, ground) for wish in wishes]
    check_caps(order, [wish.amount for wish in wishes], caps)
    hold = Hold.objects.create(
        case_no=case_no,
        order_no=order_no,
        tenant=order.tenant,
        region=order.region,
        currency=currency,
        amount=sum(wish.amount for wish in wishes),
        created_at=clock.now(),
    )
    lines = [_hold_line(hold, wish, order) for wish in wishes]
    HoldLine.objects.bulk_create(lines)
    _plan_tenders(hold, order)
    orders.hold(order_no, movement_of(hold))
    return hold


def adjust(case_no: str, amount: int) -> Hold:
    """Hold another amount for the same units, shared over the lines as before.

    Raises:
        AboveCeiling, BadAmount, NoHold, HoldInUse.
    """
    check_whole(amount)
    hold, order = locked(case_no)
    if hold.state != HoldState.OPEN:
        raise HoldInUse(case_no, hold.state)
    if amount == hold.amount:
        return hold
    if amount <= 0:
        raise BadAmount(f"Expected an amount above 0, but found {amount}")
    orders.unhold(order.order_no, movement_of(hold))
    order = orders.lock_money(order.order_no)
    _reshare(hold, order, amount)
    _hold_again(hold, order, amount)
    return hold


def take_shipping(case_no: str, *, at_most: int | None = None) -> int:
    """Hold the shipping, too, for the case with whose units everything is granted or refunded;
    how much that is. 0 unless other cases held the rest when it was applied for: else the
    shipping could have been asked for (flows §2.12).

    Raises:
        NoHold: the case holds nothing.
    """
    hold, order = locked(case_no)
    lines = {line.line_no: line.qty or 0 for line in hold.lines.all()}
    if hold.state != HoldState.OPEN or orders.SHIPPING in lines or not _had_company(hold):
        return 0
    taking = {line.line_no: lines.get(line.line_no, 0) for line in order.lines}
    for line_no, qty in _granted_besides(hold):
        taking[line_no] = taking.get(line_no, 0) + qty
    most = orders.max_shipping(order, taking=taking, ground=orders.ShippingGround.NONE)
    amount = min(most, order.room, sum(max(tender.room, 0) for tender in order.tenders))
    if amount <= 0 or (at_most is not None and amount > at_most):
        return 0
    orders.unhold(order.order_no, movement_of(hold))
    order = orders.lock_money(order.order_no)
    HoldLine.objects.create(hold=hold, line_no=orders.SHIPPING, qty=None, amount=amount)
    _hold_again(hold, order, hold.amount + amount)
    return amount


def _had_company(hold: Hold) -> bool:
    """Whether another case had units that were not refunded yet when this one was applied for."""
    others = Hold.objects.filter(order_no=hold.order_no, lines__qty__gt=0).exclude(pk=hold.pk)
    return (
        others.exclude(state=HoldState.RELEASED)
        .filter(Q(ended_at=None) | Q(ended_at__gte=hold.created_at))
        .exists()
    )


def _granted_besides(hold: Hold) -> Iterable[tuple[str, int]]:
    """Units whose money other cases were granted, and which do not count as refunded yet."""
    others = HoldLine.objects.filter(hold__order_no=hold.order_no, qty__gt=0).exclude(hold=hold)
    granted = Authorisation.objects.filter(
        hold=OuterRef("hold"), superseded_at__isnull=True, hold__state=HoldState.OPEN
    )
    going = others.filter(Q(hold__state=HoldState.COMMITTED) | Exists(granted))
    return [(line_no, qty or 0) for line_no, qty in going.values_list("line_no", "qty")]


def _hold_again(hold: Hold, order: orders.OrderMoney, amount: int) -> None:
    """Put the hold, whose lines are as they shall be, in flight once more; `order` does not
    count it."""
    hold.amount = amount
    hold.save(update_fields=["amount"])
    hold.tenders.all().delete()
    _plan_tenders(hold, order)
    orders.hold(order.order_no, movement_of(hold))
    supersede(hold)


def end(hold: Hold, state: HoldState) -> None:
    """Close the hold's row; what it means for the counters is the caller's."""
    hold.state, hold.ended_at = state, clock.now()
    hold.save(update_fields=["state", "ended_at"])


def movement_of(hold: Hold) -> orders.Movement:
    """What the hold keeps in flight, by line and by tender."""
    return orders.Movement(
        components=tuple(
            orders.Component(
                line_no=line.line_no,
                amount=line.amount,
                qty=line.qty or 0,
                entitled=line.entitled,
            )
            for line in hold.lines.order_by("line_no")
        ),
        tenders=tuple(
            (tender.tender_no, tender.amount) for tender in hold.tenders.order_by("position")
        ),
    )


def supersede(hold: Hold) -> None:
    """What was authorised for another amount no longer counts."""
    in_force = hold.authorisations.filter(superseded_at__isnull=True)
    in_force.update(superseded_at=clock.now())


def _same(held: Hold, wishes: Iterable[Wish]) -> Hold:
    """A repeated request changes nothing; another one under the same case is refused."""
    lines = {(line.line_no, line.qty, line.amount) for line in held.lines.all()}
    asked = {(wish.line_no, wish.qty, wish.amount) for wish in wishes}
    if held.state != HoldState.OPEN or lines != asked:
        raise HoldInUse(held.case_no, held.state)
    return held


def _hold_line(hold: Hold, wish: Wish, order: orders.OrderMoney) -> HoldLine:
    entitled = 0
    if wish.line_no != orders.SHIPPING and wish.qty:
        entitled = orders.value_of_units(order.line(wish.line_no), wish.qty)
    return HoldLine(
        hold=hold, line_no=wish.line_no, qty=wish.qty, entitled=entitled, amount=wish.amount
    )


def _plan_tenders(hold: Hold, order: orders.OrderMoney) -> None:
    """Fill the tenders in their declared order."""
    parts = orders.fill(hold.amount, [tender.room for tender in order.tenders])
    HoldTender.objects.bulk_create(
        HoldTender(hold=hold, tender_no=tender.tender_no, position=position, amount=part)
        for position, (tender, part) in enumerate(zip(order.tenders, parts, strict=True))
        if part
    )


def _reshare(hold: Hold, order: orders.OrderMoney, amount: int) -> None:
    """Share the new amount over the hold's lines; `order` no longer counts this hold."""
    lines = list(hold.lines.order_by("line_no"))
    caps = [own_cap(order, line) for line in lines]
    check_caps(order, [amount], [sum(caps)])
    now = [line.amount for line in lines]
    if amount <= hold.amount:
        shared = orders.apportion(amount, now)
    else:
        rooms = [cap - held for cap, held in zip(caps, now, strict=True)]
        more = orders.apportion(amount - hold.amount, rooms)
        shared = [held + extra for held, extra in zip(now, more, strict=True)]
    for line, share in zip(lines, shared, strict=True):
        line.amount = share
        line.save(update_fields=["amount"])
