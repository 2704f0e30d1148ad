"""The money desk of finance: unknown outcomes settled by two people, differences closed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from handlers.refunds import api as refunds
from processes.errors import ProcessError
from webapp.access import actor_of, finance_only
from webapp.money import gathering
from webapp.money.gathering import Refusal
from webapp.money.resuming import let_go_on

MAX_TEXT = 400
SETTLED = "What became of the refund is known"
PROPOSED = gettext_lazy("It is on record. A second person has to agree.")


@require_GET
@finance_only
def desk(request: HttpRequest) -> HttpResponse:
    """All that waits for finance beside its tasks."""
    return _show(request)


@require_POST
@finance_only
def state_outcome(request: HttpRequest, provider_key: str) -> HttpResponse:
    """The first person says what became of a key."""
    outcomes = [one.outcome for one in gathering.stuck_cases() if one.outcome]
    if provider_key not in {one.provider_key for one in outcomes}:
        raise Http404
    paid, proof = request.POST.get("paid", ""), _text(request, "proof")
    form = f"outcome-{provider_key}"
    data = {"paid": paid, "proof": proof}
    if paid not in ("yes", "no"):
        return _refuse(request, form, _("Please say whether it was paid."), data)
    if problem := _problem_of(proof, _("Please say how you know it.")):
        return _refuse(request, form, problem, data)
    return _do(
        request,
        form,
        lambda: refunds.state_outcome(
            provider_key, paid=paid == "yes", by=request.user.get_username(), proof=proof
        ),
        PROPOSED,
    )


@require_POST
@finance_only
def answer(request: HttpRequest, statement_id: int) -> HttpResponse:
    """A second person agrees, and the case goes on; or refuses, and it is asked again."""
    said = [one.outcome.statement for one in gathering.stuck_cases() if one.outcome]
    if statement_id not in {one.id for one in said if one}:
        raise Http404
    agreed = request.POST.get("answer") == "agree"

    def act() -> None:
        by = request.user.get_username()
        status = refunds.answer_statement(statement_id, agreed=agreed, by=by)
        if agreed:
            let_go_on(status.case_no, actor_of(request.user), note=SETTLED)

    done = _("The case goes on.") if agreed else _("It was sent back: find out once more.")
    return _do(request, f"statement-{statement_id}", act, done)


@require_POST
@finance_only
def go_on(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Let a refund whose outcome is known by now be tried again."""
    waiting = {one.job.incident_id: one for one in gathering.stuck_cases()}
    one = waiting.get(incident_id)
    if one is None or one.outcome is not None:
        raise Http404
    return _do(
        request,
        f"stuck-{incident_id}",
        lambda: let_go_on(one.case_no, actor_of(request.user), note=SETTLED),
        _("The case goes on."),
    )


@require_POST
@finance_only
def close_finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Say what was done about a difference; a critical one is closed by a second person."""
    found = {row.id: row for row in refunds.open_findings(limit=gathering.MOST)}
    if finding_id not in found:
        raise Http404
    note, form = _text(request, "note"), f"finding-{finding_id}"
    back = request.POST.get("back") == "yes"
    data = {"note": note, "back": "yes" if back else ""}
    if problem := _problem_of(note, _("Please say what was done about it.")):
        return _refuse(request, form, problem, data)
    alone = not found[finding_id].critical and not back
    return _do(
        request,
        form,
        lambda: refunds.close_finding(
            finding_id, by=request.user.get_username(), note=note, back=back
        ),
        _("The difference is closed.") if alone else PROPOSED,
        data,
    )


@require_POST
@finance_only
def report_return(request: HttpRequest) -> HttpResponse:
    """Say that the bank transfer of a refund came back."""
    reference, note = _text(request, "bank_reference"), _text(request, "note")
    data = {"bank_reference": reference, "note": note}
    problem = _problem_of(reference, _("Please give the bank reference of the transfer."))
    if problem := problem or _problem_of(note, _("Please say where you have seen the money.")):
        return _refuse(request, "return", problem, data)
    return _do(
        request,
        "return",
        lambda: refunds.report_return(reference, by=request.user.get_username(), note=note),
        PROPOSED,
        data,
    )


@require_POST
@finance_only
def answer_proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """A second person agrees to what somebody proposed, and it is done; or refuses it."""
    if proposal_id not in gathering.open_proposals():
        raise Http404
    agreed = request.POST.get("answer") == "agree"
    return _do(
        request,
        f"proposal-{proposal_id}",
        lambda: refunds.answer_proposal(proposal_id, agreed=agreed, by=request.user.get_username()),
        _("It is done.") if agreed else _("It was sent back: nothing has changed."),
    )


def _do(
    request: HttpRequest,
    form: str,
    act: Callable[[], object],
    done: str | Promise,
    data: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        act()
    except refunds.FourEyesMissing:
        return _refuse(request, form, _("Somebody other than you has to agree."), data)
    except refunds.UnknownRefund:
        sentence = _("No refund was paid by a transfer of this reference.")
        return _refuse(request, form, sentence, data)
    except (refunds.RefundError, ProcessError):
        sentence = _("That has changed meanwhile. Please look at it again.")
        return _refuse(request, form, sentence, data, status=409)
    messages.success(request, str(done))
    return redirect("money:desk")


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()


def _problem_of(text: str, if_empty: str) -> str:
    """What is wrong with a text somebody wrote; empty when nothing is."""
    if not text:
        return if_empty
    if len(text) > MAX_TEXT:
        return _("Please write at most %(limit)s characters.") % {"limit": MAX_TEXT}
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        return _("Please write readable text.")
    return ""


def _refuse(
    request: HttpRequest,
    form: str,
    sentence: str,
    data: dict[str, str] | None = None,
    *,
    status: int = 422,
) -> HttpResponse:
    messages.error(request, sentence)
    return _show(request, Refusal(form=form, sentence=sentence, data=data or {}), status=status)


def _show(
    request: HttpRequest, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    facts = {
        "desk": gathering.desk(refusal),
        "me": request.user.get_username(),
        "max_text": MAX_TEXT,
    }
    return render(request, "money/desk.html", facts, status=status)
