"""The staff's case pages: the list, and everything about one case."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handlers.cases import api as cases
from processes import runtime
from processes.errors import ProcessError
from webapp.access import actor_of, staff_only
from webapp.cases.dossier import dossier_of
from webapp.cases.listing import listing_for
from webapp.errorpages import bad_request
from webapp.evidence import as_download
from webapp.portal.posted import read_files
from webapp.portal.views import UPLOADS
from webapp.security import body_limit


@require_GET
@staff_only
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases one may see, newest first."""
    try:
        listing = listing_for(request)
    except cases.BadCursor:
        return bad_request(request)  # type: ignore[return-value]  # renders a page
    rows_only = request.htmx and request.htmx.target == "rows"  # type: ignore[attr-defined]
    template = "cases/_rows.html" if rows_only else "cases/list.html"
    return render(request, template, {"listing": listing})


@require_GET
@staff_only
def case_page(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case: facts, money, diagram, timeline."""
    return _show(request, case_no)


@require_GET
@staff_only
def evidence(request: HttpRequest, case_no: str, evidence_id: int) -> HttpResponseBase:
    """A file of a case one may see."""
    _case_or_404(request, case_no)
    return as_download(request, cases.evidence_file(case_no, evidence_id))


@body_limit(UPLOADS)
@require_POST
@staff_only
def add_evidence(request: HttpRequest, case_no: str) -> HttpResponse:
    """Bring files forward for the seller or the platform."""
    _case_or_404(request, case_no)
    try:
        cases.add_evidence(case_no, actor_of(request.user), read_files(request))
    except (cases.CaseRefused, ValueError) as refusal:
        messages.error(request, str(refusal))
        return _show(request, case_no, status=422)
    messages.success(request, _("The files are with the case."))
    return redirect("cases:case", case_no=case_no)


@require_POST
@staff_only
def retry(request: HttpRequest, case_no: str, incident_id: int) -> HttpResponse:
    """Let a stuck step be tried again. For administrators."""
    case = _case_or_404(request, case_no)
    if (
        not request.user.is_superuser
        or incident_id not in dossier_of(case, actor_of(request.user)).incident_ids
    ):
        raise Http404
    try:
        runtime.resolve_incident(
            incident_id=incident_id, actor=actor_of(request.user), note=request.POST.get("note", "")
        )
    except ProcessError as error:
        messages.error(request, str(error))
        return _show(request, case_no, status=409)
    messages.success(request, _("The step is tried again."))
    return redirect("cases:case", case_no=case_no)


def _show(request: HttpRequest, case_no: str, *, status: int = 200) -> HttpResponse:
    case = _case_or_404(request, case_no)
    actor = actor_of(request.user)
    facts = {"file": dossier_of(case, actor), "actions": cases.allowed_actions(case, actor)}
    return render(request, "cases/case.html", facts, status=status)


def _case_or_404(request: HttpRequest, case_no: str) -> cases.CaseView:
    case = cases.case_for_staff(case_no, actor_of(request.user))
    if case is None:
        raise Http404
    return case
