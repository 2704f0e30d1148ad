"""The buyers' pages: orders, the application, cases. A buyer sees only what is theirs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from handlers.cases import api as cases
from handlers.orders import api as orders
from webapp.access import actor_of, buyers_only
from webapp.evidence import as_download
from webapp.livepage import watching
from webapp.portal.application import Application, blank
from webapp.portal.posted import MAX_FILES, read_files, typed
from webapp.portal.story import story_of
from webapp.security import body_limit

UPLOADS = MAX_FILES * settings.EVIDENCE_MAX_BYTES + 512 * 1024


@require_GET
@buyers_only
def orders_page(request: HttpRequest) -> HttpResponse:
    """My orders, newest first."""
    mine = orders.orders_of(request.user.get_username())
    return render(request, "portal/orders.html", {"orders": mine})


@require_GET
@buyers_only
def order_page(request: HttpRequest, order_no: str) -> HttpResponse:
    """One order: its lines, and what can be asked for each."""
    order = _order_or_404(request, order_no)
    facts = {
        "order": order,
        "application": blank(order),
        "cases": cases.cases_of_buyer(order.buyer, order_no=order_no),
    }
    return render(request, "portal/order.html", facts)


@body_limit(UPLOADS)
@require_http_methods(["GET", "POST"])
@buyers_only
def apply(request: HttpRequest, order_no: str) -> HttpResponse:
    """Ask for a refund without sending anything back."""
    order = _order_or_404(request, order_no)
    if request.method != "POST":
        return _form(request, blank(order))
    application = typed(request, order)
    case_no = _submit(request, application) if application.sound else None
    if case_no is None:
        return _form(request, application, status=422)
    messages.success(request, _("Your request is with the seller."))
    return _go(request, reverse("portal:case", args=[case_no]))


@require_GET
@buyers_only
def cases_page(request: HttpRequest) -> HttpResponse:
    """My cases, newest first."""
    mine = cases.cases_of_buyer(request.user.get_username())
    return render(request, "portal/cases.html", {"cases": mine})


@require_GET
@buyers_only
def case_page(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case, as its buyer follows it."""
    return show_case(request, case_no)


@require_GET
@buyers_only
def evidence(request: HttpRequest, case_no: str, evidence_id: int) -> HttpResponseBase:
    """A file of one of my cases."""
    if cases.case_for_buyer(case_no, request.user.get_username()) is None:
        raise Http404
    return as_download(request, cases.evidence_file(case_no, evidence_id))


def show_case(
    request: HttpRequest, case_no: str, *, status: int = 200, **story: object
) -> HttpResponse:
    """The case page, with a refused answer if there is one."""
    case = cases.case_for_buyer(case_no, request.user.get_username())
    if case is None:
        raise Http404
    facts = {
        "story": story_of(case, actor_of(request.user), **story),  # type: ignore[arg-type]
        **watching(request, keys=cases.business_keys_of(case_no)),
    }
    template = "portal/_case.html" if request.htmx else "portal/case.html"  # type: ignore[attr-defined]
    return render(request, template, facts, status=status)


def _submit(request: HttpRequest, application: Application) -> str | None:
    """The new case's number; None when it was refused, which the application then says."""
    try:
        return cases.submit(
            order_no=application.order.order_no,
            buyer=actor_of(request.user),
            lines=application.asked(),
            reason=application.reason,
            description=application.description,
            shipping=application.shipping,
            evidence=read_files(request),
            client_token=application.token,
        )
    except cases.NoSuchOrder:
        raise Http404 from None
    except cases.CaseRefused as refusal:
        application.refuse(str(refusal), refusal.field)
    except ValueError as error:
        application.refuse(str(error), "evidence")
    return None


def _form(request: HttpRequest, application: Application, *, status: int = 200) -> HttpResponse:
    template = "portal/_apply.html" if request.htmx else "portal/apply.html"  # type: ignore[attr-defined]
    facts = {"application": application, "order": application.order}
    return render(request, template, facts, status=status)


def _order_or_404(request: HttpRequest, order_no: str) -> orders.OrderMoney:
    try:
        order = orders.get_order(order_no)
    except orders.UnknownOrder:
        raise Http404 from None
    if order.buyer != request.user.get_username():
        raise Http404
    return order


def _go(request: HttpRequest, url: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
