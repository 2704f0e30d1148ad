"""The pages of the inbox. Nothing is decided here: the runtime says what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from processes import queries, runtime
from processes.contract import Actor
from processes.errors import BadCursor, ProcessError
from webapp import wording
from webapp.access import actor_of, staff_only
from webapp.errorpages import bad_request
from webapp.inbox.listing import listing_for
from webapp.inbox.pane import Pane, pane_for
from webapp.taskform import TaskForm, judged, read_submission, revision_of, schema_for


@require_GET
@staff_only
def inbox(request: HttpRequest) -> HttpResponse:
    """The list; htmx asks for the rows alone."""
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task with its case and form; a POST does it."""
    if request.method == "POST":
        return _complete(request, task_id)
    return _show(request, task_id)


@require_POST
@staff_only
def claim(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take a task of one of my groups."""
    return _change(request, task_id, runtime.claim_task, _("The task is yours now."))


@require_POST
@staff_only
def release(request: HttpRequest, task_id: int) -> HttpResponse:
    """Give a task back to its groups."""
    return _change(request, task_id, runtime.release_task, _("The task is back with the group."))


@require_POST
@staff_only
def draft(request: HttpRequest, task_id: int) -> JsonResponse:
    """Keep what was typed so far; the browser does this by itself."""
    actor = actor_of(request.user)
    if queries.task(task_id, actor) is None:
        raise Http404
    try:
        saved = runtime.save_draft(
            task_id=task_id,
            data=read_submission(request),
            actor=actor,
            revision=revision_of(request) or 0,
        )
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=422)
    except ProcessError as error:
        return JsonResponse({"error": str(error)}, status=409)
    return JsonResponse({"revision": saved})


def _complete(request: HttpRequest, task_id: int) -> HttpResponse:
    """Judge the submission; when it holds, complete the task, else show it with its input."""
    actor = actor_of(request.user)
    found = _task_or_404(task_id, actor)
    if found.closed_at:
        return _show(request, task_id, status=409)
    try:
        data = read_submission(request)
    except ValueError as error:
        form = TaskForm(schema=schema_for(found)).refused(str(error))
        return _show(request, task_id, form=form, status=422)
    clean, form = judged(schema_for(found), data, found.variables)
    if form.errors:
        return _show(request, task_id, form=form, status=422)
    try:
        runtime.complete_user_task(
            task_id=task_id, output=clean, actor=actor, revision=revision_of(request)
        )
    except ProcessError as error:
        return _show(request, task_id, form=form.refused(str(error)), status=409)
    messages.success(
        request, _("Done: %(task)s. The case goes on.") % {"task": wording.named(found.row)}
    )
    return _after(request, reverse("inbox:list"))


def _change(
    request: HttpRequest,
    task_id: int,
    verb: Callable[[int, Actor], Any],
    done: str,
) -> HttpResponse:
    actor = actor_of(request.user)
    _task_or_404(task_id, actor)
    try:
        verb(task_id, actor)
    except ProcessError as error:
        messages.warning(request, str(error))
        return _show(request, task_id, status=409)
    messages.success(request, done)
    return redirect("inbox:task", task_id=task_id)


def _show(
    request: HttpRequest, task_id: int, *, form: TaskForm | None = None, status: int = 200
) -> HttpResponse:
    pane = pane_for(_task_or_404(task_id, actor_of(request.user)), request.user, form=form)
    if _wants(request, "pane"):
        return render(request, "inbox/_pane.html", {"pane": pane}, status=status)
    return _page(request, pane, status=status)


def _page(request: HttpRequest, pane: Pane | None, *, status: int = 200) -> HttpResponse:
    try:
        listing = listing_for(request, opened=pane.task.id if pane else 0)
    except BadCursor:
        return bad_request(request)  # type: ignore[return-value]  # renders a page
    template = "inbox/_list.html" if _wants(request, "rows") else "inbox/inbox.html"
    return render(request, template, {"listing": listing, "pane": pane}, status=status)


def _task_or_404(task_id: int, actor: Actor) -> queries.TaskDetail:
    found = queries.task(task_id, actor)
    if found is None:
        raise Http404
    return found


def _wants(request: HttpRequest, target: str) -> bool:
    return bool(request.htmx) and request.htmx.target == target  # type: ignore[attr-defined]


def _after(request: HttpRequest, url: str) -> HttpResponse:
    """Go on to `url`: by a redirect, or as htmx wants to be told."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
