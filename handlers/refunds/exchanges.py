"""The log of what passed between us and a provider, secrets masked."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from handlers.refunds.models import AdapterLog
from handlers.refunds.port import Reply
from processes import clock

_MAX_RAW = 4000
_SECRETS = re.compile(
    r'("(?:[^"]*(?:secret|signature|password|token|card|account_no|phone)[^"]*)"\s*:\s*)"[^"]*"',
    re.IGNORECASE,
)
_CARD_NUMBER = re.compile(r"(?<![\w-])\d{13,19}(?![\w-])")


def log(
    provider: str, operation: str, provider_key: str, request: dict[str, Any], reply: Reply
) -> None:
    """Keep one exchange."""
    AdapterLog.objects.create(
        provider=provider,
        operation=operation,
        provider_key=provider_key,
        outcome=reply.outcome,
        code=reply.code[:64],
        request=request,
        reply=masked(reply.raw or reply.message),
        at=clock.now(),
    )


def masked(raw: str) -> str:
    """The text without what must not or cannot be kept, and not longer than a log can bear."""
    readable = raw.replace("\0", "�").encode("utf-8", "replace").decode()
    return _CARD_NUMBER.sub("…", _SECRETS.sub(r'\1"…"', readable))[:_MAX_RAW]


def digest(raw: str | bytes) -> str:
    """What a proof is remembered by."""
    return hashlib.sha256(raw.encode() if isinstance(raw, str) else raw).hexdigest()
