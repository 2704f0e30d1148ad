"""Amounts and moments in the reader's words. Pure, but for the active language."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handlers import currencies

SOON = timedelta(hours=12)
_AMOUNT = re.compile(r"[-+]?(\d{1,3}([ ,]\d{3})+|\d*)(\.\d*)?", re.ASCII)
"""Thousands may be grouped; a comma that groups nothing could be a decimal one: `12,50`."""
_AS_TYPED = str.maketrans({"。": ".", "−": "-"})
"""What Chinese keyboards and our own pages write."""


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return currencies.EXPONENTS.get(currency, 2)


def plain(amount: int, currency: str) -> str:
    """Minor units as a bare number, as an input field shows it: 1250 is `12.50`."""
    return f"{Decimal(amount).scaleb(-exponent(currency)):.{exponent(currency)}f}"


def money(amount: int | None, currency: str) -> str:
    """Minor units with the currency's sign (CLDR's for the language), thousands grouped."""
    if amount is None:
        return "–"
    return currencies.written(amount, currency)


def read_money(text: str, currency: str) -> int:
    """What somebody typed, in minor units.

    Raises:
        ValueError: with the sentence to show beside the field.
    """
    number = _bare_number(text, currency)
    try:
        value = Decimal(re.sub("[ ,]", "", number)) if _AMOUNT.fullmatch(number) else None
    except InvalidOperation:
        value = None
    if value is None or abs(value) > Decimal(10) ** 12:
        raise ValueError(_("Write an amount such as 12.50."))
    if value <= 0:
        raise ValueError(_("The amount must be more than zero."))
    minor = value.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise ValueError(
            _("This currency has %(count)s decimals, not more.") % {"count": exponent(currency)}
        )
    return int(minor)


def _bare_number(text: str, currency: str) -> str:
    """What was typed with plain digits and stops, without the currency's own signs."""
    number = unicodedata.normalize("NFKC", text).translate(_AS_TYPED).strip()
    for sign in currencies.signs_of(currency):
        number = number.removeprefix(sign).removesuffix(sign).strip()
    return number


def is_soon(moment: datetime, now: datetime) -> bool:
    """Near enough to be shown in a warning colour."""
    return moment - now <= SOON


def until(moment: datetime, now: datetime) -> str:
    """A deadline from here: `in 3 hours`, `2 days overdue`."""
    away = moment - now
    if abs(away) < timedelta(minutes=1):
        return _("due now")
    return _overdue(-away) if away < timedelta(0) else _ahead(away)


def shortly(moment: datetime, now: datetime) -> str:
    """A moment as short as it stays clear: today the time, else day and time."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    clock = formats.date_format(local, "H:i")
    if local.date() == today.date():
        return _("today %(time)s") % {"time": clock}
    if local.date() == today.date() - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": clock}
    if local.date() == today.date() + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock}
    # Translators: Django date format of a day without its year.
    day = formats.date_format(local, _("j M") if local.year == today.year else _("j M Y"))
    return f"{day} {clock}"


def exactly(moment: datetime) -> str:
    """A moment to the minute, with its year and its zone."""
    # Translators: Django date format of a full moment.
    said = formats.date_format(timezone.localtime(moment), _("j M Y, H:i"))
    return f"{said} ({zone(moment)})"


def zone(moment: datetime) -> str:
    """How far the clocks of these pages are from UTC: `UTC+8`, `UTC−3:30`."""
    minutes = zone_minutes(moment)
    hours, rest = divmod(abs(minutes), 60)
    away = f"{hours}:{rest:02}" if rest else f"{hours}"
    return f"UTC{'−' if minutes < 0 else '+'}{away}" if minutes else "UTC"


def zone_minutes(moment: datetime) -> int:
    """The same as a number, for the browser, which knows where its reader is."""
    away = timezone.localtime(moment).utcoffset() or timedelta()
    return round(away.total_seconds() / 60)


def span(away: timedelta) -> str:
    """How long: the largest unit that says it well."""
    minutes = max(1, round(away.total_seconds() / 60))
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours <= 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _ahead(away: timedelta) -> str:
    # Translators: `span` is e.g. "3 hours".
    return _("in %(span)s") % {"span": span(away)}


def _overdue(late: timedelta) -> str:
    # Translators: `span` is e.g. "2 days".
    return _("%(span)s overdue") % {"span": span(late)}
