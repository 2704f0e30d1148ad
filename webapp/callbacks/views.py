"""Payment providers report here; they get a status and a sentence, as JSON."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from handlers.refunds import api as refunds
from webapp.security import body_limit

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
    said = dict(result.body)
    if result.status_code >= 400:
        said["message"] = _SENTENCES.get(said.get("code", ""), "The callback was refused.")
    return JsonResponse(said, status=result.status_code)
