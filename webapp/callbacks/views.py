"""Payment providers report here; they get a status and a sentence, as JSON."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from handlers.refunds import api as refunds
from webapp.security import body_limit

LIMIT = 64 * 1024


@csrf_exempt
@body_limit(LIMIT)
def refund(request: HttpRequest, provider: str) -> JsonResponse:
    """A provider's notice about a refund; `handlers.refunds` judges all of it."""
    if request.method != "POST":
        return _sentence(405, "Expected POST")
    if provider not in settings.PAYMENT_PROVIDERS:
        return _sentence(404, "There is no such provider")
    result = refunds.receive_callback(provider, dict(request.headers), request.body)
    return JsonResponse(dict(result.body), status=result.status_code)


def _sentence(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
