"""The logins a demo shows beside its login form. Never shown outside a demo."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "afterflow-demo"  # noqa: S105 - printed on the login page of every demo


@dataclass(frozen=True, kw_only=True)
class DemoLogin:
    """One person of the demo world."""

    login: str
    role: str | Promise
    does: str | Promise


LOGINS = (
    DemoLogin(login="lin.buyer", role=_("Buyer"), does=_("applies for refunds")),
    DemoLogin(login="sofia", role=_("Seller, Lingyue Fitness"), does=_("answers requests")),
    DemoLogin(
        login="marco", role=_("Seller's manager, Lingyue Fitness"), does=_("approves large refunds")
    ),
    DemoLogin(login="cora", role=_("Customer service"), does=_("decides disputes")),
    DemoLogin(login="leo", role=_("Customer service lead"), does=_("confirms large verdicts")),
    DemoLogin(login="fay", role=_("Finance"), does=_("settles failed refunds")),
    DemoLogin(login="frank", role=_("Finance lead"), does=_("confirms offline payments")),
    DemoLogin(login="admin", role=_("Administrator"), does=_("sees all, moves the clock")),
)
