"""Judges an application: its form, its lines, the rules, its amounts, in that order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from handlers.cases import claims, eligibility
from handlers.cases.application import Application, RequestedLine
from handlers.cases.errors import AmountRefused, CaseRefused, LineTaken
from handlers.cases.facts import Facts, facts_of, shipping_ground, trust_of
from handlers.cases.reasons import Channel, Reason
from handlers.orders import api as orders
from handlers.orders.api import OrderMoney

MAX_DESCRIPTION = 2000
MAX_TOKEN = 64


def check_form(application: Application, client_token: str) -> None:
    """Refuse what no order could make sense of, and what no database could keep."""
    texts = [client_token, application.order_no, *(line.line_no for line in application.lines)]
    if not 0 < len(client_token) <= MAX_TOKEN or not all(map(is_readable, texts)):
        raise CaseRefused(_("The form is damaged. Please open it again."))
    if not is_readable(application.description):
        raise CaseRefused(_("Please write readable text."), field="description")
    if application.reason not in {reason.value for reason in Reason}:
        raise CaseRefused(_("Please choose a reason."), field="reason")
    if application.channel not in {channel.value for channel in Channel}:
        raise CaseRefused(_("Please choose where the request came in."))
    if len(application.description) > MAX_DESCRIPTION:
        sentence = _("Please write at most %(limit)s characters.")
        raise CaseRefused(sentence % {"limit": MAX_DESCRIPTION}, field="description")
    numbers = [line.line_no for line in application.lines]
    if not numbers or len(set(numbers)) < len(numbers):
        raise CaseRefused(_("Please choose what the refund is for."), field="lines")
    if application.shipping < 0 or any(line.amount <= 0 for line in application.lines):
        raise AmountRefused(_("The amount must be above zero."), max_amount=0)


def is_readable(text: str) -> bool:
    """Whether the database can keep it: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def judge(
    order: OrderMoney, application: Application, now: datetime
) -> tuple[Facts, dict[str, list[int]]]:
    """Check lines, rules and amounts in that order; return the facts and the units to claim."""
    line_nos = [line.line_no for line in application.lines]
    if unknown := set(line_nos) - {line.line_no for line in order.lines}:
        raise CaseRefused(
            _("The order has no line %(line)s.") % {"line": min(unknown)}, field="lines"
        )
    units, taken = _free_units(order, application)
    facts = facts_of(
        order,
        line_nos=line_nos,
        applications=claims.applications(order.order_no, line_nos),
        open_case=taken is not None,
        trust=trust_of(order.buyer),
        now=now,
    )
    eligibility.live_rules().check(facts, reason=application.reason, now=now)
    if taken is not None:  # whatever the table says, a unit has one case (P6)
        raise taken
    _check_amounts(order, application)
    return facts, units


def _free_units(
    order: OrderMoney, application: Application
) -> tuple[dict[str, list[int]], LineTaken | None]:
    """By line the units to claim; or none, and which line another case has."""
    claimed = claims.claimed_units(order.order_no)
    try:
        return {line.line_no: _units(order, line, claimed) for line in application.lines}, None
    except LineTaken as taken:
        return {}, taken


def _units(order: OrderMoney, line: RequestedLine, claimed: Mapping[str, set[int]]) -> list[int]:
    on_order = order.line(line.line_no)
    if line.qty is not None and not 0 < line.qty <= on_order.ordered:
        sentence = _("Please choose 1 to %(count)s pieces.") % {"count": on_order.ordered}
        raise CaseRefused(sentence, field="lines")
    return claims.units_for(on_order, qty=line.qty, claimed=claimed)


def _check_amounts(order: OrderMoney, application: Application) -> None:
    for line in application.lines:
        most = orders.max_request_of(
            order, line_no=line.line_no, qty=line.qty, amount_only=line.qty is None
        )
        if line.amount > most:
            raise above(most)
    taking = {line.line_no: line.qty or 0 for line in application.lines}
    ground = shipping_ground(application.reason)
    most = orders.max_shipping(order, taking=taking, ground=ground)
    if application.shipping > most:
        raise above(most)


def above(most: int) -> AmountRefused:
    return AmountRefused(
        _("That is more than can still be refunded for this."), max_amount=max(most, 0)
    )
