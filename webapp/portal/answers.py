"""What buyers do to their cases: answer, withdraw, bring evidence."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from handlers.cases import api as cases
from processes import queries, runtime
from processes.errors import ProcessError
from webapp.access import actor_of, buyers_only
from webapp.portal.posted import read_files
from webapp.portal.views import UPLOADS, show_case
from webapp.security import body_limit
from webapp.taskform import TaskForm, judged, read_submission, revision_of, schema_for


@body_limit(UPLOADS)
@require_POST
@buyers_only
def answer(request: HttpRequest, case_no: str, task_id: int) -> HttpResponse:
    """Answer a question of the case; pictures and papers may come along."""
    found = _task_or_404(request, case_no, task_id)
    try:
        data = read_submission(request)
    except ValueError as error:
        form = TaskForm(schema=schema_for(found)).refused(str(error))
        return show_case(request, case_no, status=422, refused={task_id: form})
    clean, form = judged(schema_for(found), data, found.variables)
    if form.errors:
        return show_case(request, case_no, status=422, refused={task_id: form})
    actor = actor_of(request.user)
    try:
        # The files first: a refused one keeps the answer here, and the same again is no second.
        if request.FILES and not found.closed_at:
            cases.add_evidence(case_no, actor, read_files(request))
        runtime.complete_user_task(
            task_id=task_id, output=clean, actor=actor, revision=revision_of(request)
        )
    except (cases.CaseRefused, ValueError) as refusal:
        refused = {task_id: form.refused(str(refusal))}
        return show_case(request, case_no, status=422, refused=refused)
    except ProcessError as error:
        refused = {task_id: form.refused(str(error))}
        return show_case(request, case_no, status=409, refused=refused, problem=str(error))
    messages.success(request, _("Thank you. Your answer is on its way."))
    return _back(request, case_no)


@require_POST
@buyers_only
def draft(request: HttpRequest, case_no: str, task_id: int) -> JsonResponse:
    """Keep what was typed so far; the browser does this by itself."""
    _task_or_404(request, case_no, task_id)
    try:
        saved = runtime.save_draft(
            task_id=task_id,
            data=read_submission(request),
            actor=actor_of(request.user),
            revision=revision_of(request) or 0,
        )
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=422)
    except ProcessError as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({"revision": saved})


@require_POST
@buyers_only
def withdraw(request: HttpRequest, case_no: str) -> HttpResponse:
    """Take the request back, while that is still possible."""
    try:
        cases.withdraw(case_no, actor_of(request.user))
    except cases.NoSuchCase:
        raise Http404 from None
    except cases.CaseRefused as refusal:
        return show_case(request, case_no, status=409, problem=str(refusal))
    if cases.withdrawal_waits(case_no) is None:
        messages.success(request, _("Your request is withdrawn. Your order stays as it is."))
    else:
        messages.info(request, _("You asked to withdraw. It is not withdrawn yet."))
    return _back(request, case_no)


@body_limit(UPLOADS)
@require_POST
@buyers_only
def add_evidence(request: HttpRequest, case_no: str) -> HttpResponse:
    """Bring more pictures or papers."""
    try:
        files = read_files(request)
        if not files:
            return show_case(request, case_no, status=422, problem=_("Choose a file first."))
        cases.add_evidence(case_no, actor_of(request.user), files)
    except cases.NoSuchCase:
        raise Http404 from None
    except (cases.CaseRefused, ValueError) as refusal:
        return show_case(request, case_no, status=422, problem=str(refusal))
    messages.success(request, _("Your files are with the case."))
    return _back(request, case_no)


def _task_or_404(request: HttpRequest, case_no: str, task_id: int) -> queries.TaskDetail:
    actor = actor_of(request.user)
    if cases.case_for_buyer(case_no, actor.name) is None:
        raise Http404
    found = queries.task(task_id, actor)
    if found is None or found.row.business_key != case_no:
        raise Http404
    return found


def _back(request: HttpRequest, case_no: str) -> HttpResponse:
    response = redirect("portal:case", case_no=case_no)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": response.url})
    return response
