"""The clock page, for the administrator of a demo only."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from processes import clock
from webapp import speech
from webapp.access import admin_of_demo

STEPS = {
    "1h": (timedelta(hours=1), gettext_lazy("1 hour")),
    "12h": (timedelta(hours=12), gettext_lazy("12 hours")),
    "24h": (timedelta(hours=24), gettext_lazy("1 day")),
    "48h": (timedelta(hours=48), gettext_lazy("2 days")),
    "7d": (timedelta(days=7), gettext_lazy("7 days")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@admin_of_demo
def move(request: HttpRequest) -> HttpResponse:
    """Show the clock; a POST moves it ahead."""
    if request.method != "POST":
        return _page(request)
    step = STEPS.get(request.POST.get("by", ""))
    if step is None:
        messages.error(request, _("Choose how far the clock should move."))
        return _page(request, status=422)
    try:
        clock.advance(step[0])
    except ValueError:
        messages.error(request, _("The clock is far enough ahead."))
        return _page(request, status=422)
    moved = _("The clock moved ahead by %(span)s. What is due now happens in a moment.")
    messages.success(request, moved % {"span": speech.span(step[0])})
    return redirect("clock")


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    steps = [(code, label) for code, (_step, label) in STEPS.items()]
    return render(request, "clock/clock.html", {"steps": steps}, status=status)
