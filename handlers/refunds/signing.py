"""How the simulator and its adapters sign: HMAC-SHA256 over what must not change.

Standard library only: the simulator runs without Django.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping

MAX_SKEW_S = 300
KEY_ID, TIMESTAMP, NONCE, SIGNATURE = (
    "Sim-Key-Id",
    "Sim-Timestamp",
    "Sim-Nonce",
    "Sim-Signature",
)


class BadSignature(Exception):
    """Not signed by whom it should be. `reason` is `signature` or `skew`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Expected a good signature: {reason}")
        self.reason = reason


def sign(*, key_id: str, secret: str, subject: str, body: bytes) -> dict[str, str]:
    """The headers that vouch for `body` and `subject` (e.g. `POST /v3/refunds`) now."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(12)
    return {
        KEY_ID: key_id,
        TIMESTAMP: timestamp,
        NONCE: nonce,
        SIGNATURE: _digest(secret, timestamp, nonce, subject, body),
    }


def verify(
    headers: Mapping[str, str], *, secrets_by_id: Mapping[str, str], subject: str, body: bytes
) -> None:
    """Check the headers of a message.

    Raises:
        BadSignature: unknown key, wrong signature, or made more than five minutes away.
    """
    given = {name.lower(): value for name, value in headers.items()}
    secret = secrets_by_id.get(given.get(KEY_ID.lower(), ""))
    timestamp = given.get(TIMESTAMP.lower(), "")
    if not secret or not timestamp.isascii() or not timestamp.isdigit():
        raise BadSignature("signature")
    expected = _digest(secret, timestamp, given.get(NONCE.lower(), ""), subject, body)
    if not hmac.compare_digest(
        expected.encode(), given.get(SIGNATURE.lower(), "").encode("utf-8", "replace")
    ):
        raise BadSignature("signature")
    if abs(time.time() - int(timestamp[:15])) > MAX_SKEW_S:
        raise BadSignature("skew")


def _digest(secret: str, timestamp: str, nonce: str, subject: str, body: bytes) -> str:
    message = "\n".join((subject, timestamp, nonce, "")).encode("utf-8", "replace") + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
