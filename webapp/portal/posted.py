"""The buyer's application as it was sent, with its mistakes, and the files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from handlers.cases import api as cases
from handlers.orders import api as orders
from webapp import speech
from webapp.portal.application import Application, AskedLine, empty

MAX_FILES = cases.MAX_FILES + cases.MAX_VIDEOS


def typed(request: HttpRequest, order: orders.OrderMoney) -> Application:
    """The application as it was sent, with its mistakes."""
    sent = {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    application = empty(order)
    application.reason = sent.get("reason", "")
    application.description = sent.get("description", "").strip()
    application.with_shipping = sent.get("shipping") == "on"
    application.token = sent.get("token", "")[:64] or application.token
    for line in application.lines:
        _read_line(line, sent, order.currency)
    _check_whole(application)
    if not sent.keys() <= _names(application) or sent.get("evidence"):
        application.errors[""] = _("Something does not belong to this form. Please load it again.")
    return application


def _names(application: Application) -> set[str]:
    """All that the page has fields for; a browser without scripts names a field without files."""
    numbers = [line.line.line_no for line in application.lines]
    fields = {f"{name}-{number}" for name in ("line", "qty", "amount") for number in numbers}
    return fields | {
        *("csrfmiddlewaretoken", "token", "reason", "description", "shipping", "evidence")
    }


def read_files(request: HttpRequest) -> list[cases.Upload]:
    """The evidence that was sent.

    Raises:
        ValueError: too many or too large, with the sentence for the page.
    """
    files = request.FILES.getlist("evidence")
    if len(files) > MAX_FILES:
        raise ValueError(_("Up to %(count)s files, please.") % {"count": MAX_FILES})
    return [cases.Upload(name=file.name or "file", data=_bytes_of(file)) for file in files]


def _bytes_of(file: UploadedFile[bytes]) -> bytes:
    limit = settings.EVIDENCE_MAX_BYTES
    if (file.size or 0) > limit:
        raise ValueError(
            _("“%(name)s” is larger than %(limit)s.")
            % {"name": file.name, "limit": filesizeformat(limit)}
        )
    data: bytes = file.read()
    return data


def _read_line(line: AskedLine, sent: Mapping[str, Any], currency: str) -> None:
    number = line.line.line_no
    line.chosen = sent.get(f"line-{number}") == "on"
    line.qty = str(sent.get(f"qty-{number}", ""))
    line.amount = str(sent.get(f"amount-{number}", "")).strip()[:40]
    if line.chosen:
        line.error = _mistake(line, currency)


def _mistake(line: AskedLine, currency: str) -> str:
    if line.qty not in {choice.value for choice in line.choices}:
        return _("Nothing more can be asked for this item in that quantity.")
    if not line.amount:
        line.amount = speech.plain(line.maximum, currency)
    try:
        amount = speech.read_money(line.amount, currency)
    except ValueError as error:
        return str(error)
    if amount > line.maximum:
        most = speech.money(line.maximum, currency)
        return _("At most %(most)s can be refunded here.") % {"most": most}
    return ""


def _check_whole(application: Application) -> None:
    if not any(line.chosen for line in application.lines):
        application.errors["lines"] = _("Choose what this is about.")
    if application.reason not in dict(application.reasons):
        application.errors["reason"] = _("Choose a reason.")
    if len(application.description) > cases.MAX_DESCRIPTION:
        application.errors["description"] = _("Up to %(count)s characters, please.") % {
            "count": cases.MAX_DESCRIPTION
        }
