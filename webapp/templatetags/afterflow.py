"""Money, moments, badges and icons as our pages write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webapp import icons, speech, wording
from webapp.demo.shops import shop_name

register = template.Library()


@register.simple_tag
def money(amount: int | None, currency: str) -> str:
    """An amount in minor units, as people write it."""
    return speech.money(amount, currency)


@register.simple_tag
def less(amount: int, currency: str) -> str:
    """An amount that is taken off."""
    return speech.money(-amount, currency)


@register.simple_tag
def bare(amount: int, currency: str) -> str:
    """An amount as an input field shows it."""
    return speech.plain(amount, currency)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of ours, hidden from screen readers: the words beside it say the same."""
    return icons.svg(name, css)


@register.simple_tag(takes_context=True)
def due(context: template.Context, moment: datetime | None) -> SafeString:
    """How far away a deadline is, in words; the exact moment on hover."""
    if moment is None:
        return SafeString("")
    now = context["now"]()
    tone = "danger" if moment < now else "warning" if speech.is_soon(moment, now) else "calm"
    return format_html(
        '<time class="af-due af-due-{}" datetime="{}" title="{}">{}</time>',
        tone,
        moment.isoformat(),
        speech.exactly(moment),
        speech.until(moment, now),
    )


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | None) -> SafeString:
    """A moment in the past or future, short; the exact one on hover."""
    if value is None:
        return SafeString("–")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        speech.exactly(value),
        speech.shortly(value, context["now"]()),
    )


@register.simple_tag
def status(code: str, *, buyer: bool = False) -> SafeString:
    """The badge of a case's status."""
    said = wording.case_status(code, buyer=buyer)
    return format_html(
        '<span class="af-badge af-tone-{}"><i class="af-dot"></i>{}</span>', said.tone, said.label
    )


@register.simple_tag
def order_status(code: str) -> SafeString:
    """The badge of an order's status."""
    said = wording.order_status(code)
    return format_html('<span class="af-badge af-tone-{}">{}</span>', said.tone, said.label)


@register.simple_tag
def refund_state(code: str) -> SafeString:
    """The badge of a refund or of one attempt."""
    said = wording.refund_state(code)
    return format_html('<span class="af-badge af-tone-{}">{}</span>', said.tone, said.label)


@register.filter
def basis(code: str) -> str:
    """On whose word money moves."""
    return wording.basis(code)


@register.filter
def provider(name: str) -> str:
    """A payment provider as people call it."""
    return wording.provider(name)


@register.filter
def person(name: str, people: Any = None) -> str:
    """Somebody's name as colleagues say it; what is not a person gets its plain name."""
    return wording.actor(name, people or {})


@register.filter
def named(drawn: Any) -> str:
    """The name of anything drawn in a diagram, in the reader's language."""
    return wording.named(drawn)


@register.filter
def reason(code: str) -> str:
    """Why the buyer asks."""
    return wording.reason(code)


@register.filter
def said(code: str) -> str:
    """What somebody chose or wrote: known codes become sentences."""
    return wording.said("", code, {})


@register.filter
def talk(kind: str, role: str) -> str:
    """One turn of a negotiation, e.g. `offer` by `seller`."""
    return wording.talk(kind, role)


@register.filter
def region(code: str) -> str:
    """Where a case belongs, by its name."""
    return wording.region(code)


@register.filter
def process(key: str) -> str:
    """A process as people call it."""
    return wording.process(key)


@register.filter
def responsible(code: str) -> str:
    """Who a verdict holds responsible."""
    return wording.responsible(code)


@register.filter
def audience(value: str) -> str:
    """A group as people call it: `platform/finance` is `Finance`."""
    return wording.audience(value)


@register.filter
def shop(tenant: str) -> str:
    """The name of a seller."""
    return str(shop_name(tenant))


@register.filter
def titled(title: str) -> str:
    """The title of an article in the reader's language, when the catalogue has it."""
    return wording.title(title)


@register.filter
def initials(name: str) -> str:
    """One or two letters for an avatar; a Chinese name has its first sign."""
    words = [word for word in str(name).replace(".", " ").split() if word[0].isalpha()]
    for word in words:
        if not word[0].isascii():
            return word[0].upper()
    return "".join(word[0] for word in words[:2]).upper() or "?"
