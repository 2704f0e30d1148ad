"""Payment providers report here; they get a status and a sentence, as JSON."""

from __future__ import annotations

import logging

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from handlers.refunds import api as refunds
from processes.contract import Actor
from processes.errors import ProcessError
from webapp.money.resuming import let_go_on
from webapp.security import body_limit

logger = logging.getLogger(__name__)

LIMIT = 64 * 1024
_SENTENCES = {
    "UNKNOWN_PROVIDER": "There is no such provider.",
    "SIZE": "The body is larger than a callback can be.",
    "SIGNATURE": "The signature does not fit the body.",
    "SKEW": "The time of the callback is too far from ours.",
    "SCHEMA": "The body is not a callback that we know.",
    "UNKNOWN_KEY": "We sent no refund with this key.",
}


@csrf_exempt
@body_limit(LIMIT)
def refund(request: HttpRequest, provider: str) -> JsonResponse:
    """Hand a provider's notice to `handlers.refunds`, which judges all of it."""
    if request.method != "POST":
        return JsonResponse({"message": "Expected POST."}, status=405, headers={"Allow": "POST"})
    result = refunds.receive_callback(provider, dict(request.headers), request.body)
    if result.applied:
        _let_go_on(result.case_no, provider)
    said = dict(result.body)
    if result.status_code >= 400:
        said["message"] = _SENTENCES.get(said.get("code", ""), "The callback was refused.")
    return JsonResponse(said, status=result.status_code)


def _let_go_on(case_no: str, provider: str) -> None:
    """A refund that was stuck for want of this word is not any more.

    The notice is in the books already: should this fail, finance finds the case on its desk.
    """
    actor = Actor(name=f"provider:{provider}", via="provider")
    try:
        let_go_on(case_no, actor, note="The provider has spoken")
    except ProcessError:
        logger.warning("Case %s could not go on after the provider's word", case_no, exc_info=True)
