"""Why a buyer asks for money without sending goods back, and where he asked."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """Reasons of a refund-only application (demo world §6.4)."""

    NOT_RECEIVED = "not_received"
    NOT_SHIPPED = "not_shipped"
    DAMAGED = "damaged"
    MISSING_PART = "missing_part"
    WRONG_ITEM = "wrong_item"
    QUALITY = "quality"
    PRICE_DIFFERENCE = "price_difference"
    AGREED_WITH_SELLER = "agreed_with_seller"
    OTHER = "other"


REASONS: dict[Reason, str | Promise] = {
    Reason.NOT_RECEIVED: _("Not received"),
    Reason.NOT_SHIPPED: _("Not shipped yet, no longer wanted"),
    Reason.DAMAGED: _("Arrived damaged"),
    Reason.MISSING_PART: _("Parts missing"),
    Reason.WRONG_ITEM: _("Wrong item"),
    Reason.QUALITY: _("Poor quality"),
    Reason.PRICE_DIFFERENCE: _("Price dropped"),
    Reason.AGREED_WITH_SELLER: _("Agreed with the seller"),
    Reason.OTHER: _("Another reason"),
}


class Channel(StrEnum):
    """Where the application came in; every case has exactly one (R000-15)."""

    PORTAL = "portal"
    HOTLINE = "hotline"
    AGENT = "agent"
    STORE = "store"
    MAIL = "mail"
    CONTRACT = "contract"


class SourceGroup(StrEnum):
    """The five groups that reports sum channels by (R000-15)."""

    DIRECT = "direct"
    PARTNER = "partner"
    STORE = "store"
    MAIL = "mail"
    SPECIAL = "special"


SOURCE_GROUPS: dict[Channel, SourceGroup] = {
    Channel.PORTAL: SourceGroup.DIRECT,
    Channel.HOTLINE: SourceGroup.DIRECT,
    Channel.AGENT: SourceGroup.PARTNER,
    Channel.STORE: SourceGroup.STORE,
    Channel.MAIL: SourceGroup.MAIL,
    Channel.CONTRACT: SourceGroup.SPECIAL,
}
