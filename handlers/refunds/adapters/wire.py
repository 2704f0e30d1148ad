"""Signed JSON over HTTP, and what each way of failing means for money.

Only a connection that was never made is surely not executed. A time-out, a reset, a 5xx, a
body that cannot be read and a signature that is wrong all leave the outcome unknown.
"""

from __future__ import annotations

import atexit
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from handlers.refunds.port import Outcome, ProviderConfig, Reply
from handlers.refunds.signing import BadSignature, sign, verify

_MAX_BODY = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A reply that the provider signed."""

    status: int
    body: dict[str, Any]
    raw: str


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How long a whole answer may take, and how large it may be."""

    time: timedelta
    size: int = _MAX_BODY


BILL = Allowance(time=timedelta(minutes=5), size=256 * 1024 * 1024)
"""A day of a large merchant; no money moves meanwhile."""


class Wire:
    """The connection to one provider; may be shared by threads."""

    def __init__(
        self,
        config: ProviderConfig,
        *,
        more_headers: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._config, self._more_headers = config, more_headers
        self._client = httpx.Client(
            base_url=config.base_url,
            timeout=httpx.Timeout(config.call_timeout.total_seconds()),
            follow_redirects=False,
            trust_env=False,
        )
        atexit.register(self._client.close)

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        allowing: Allowance | None = None,
    ) -> Answer | Reply:
        """One exchange: the provider's signed answer, or the Reply that its absence means."""
        allowance = allowing or Allowance(time=self._config.call_timeout)
        content = json.dumps(body, sort_keys=True).encode() if body is not None else b""
        headers = sign(
            key_id=self._config.key_id,
            secret=self._config.secret,
            subject=f"{method} {path}",
            body=content,
        )
        headers |= {**self._more_headers(), "Content-Type": "application/json"}
        try:
            response = self._whole(method, path, content, headers, allowance)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Reply(outcome=Outcome.RETRY, code="NOT_CONNECTED", message=repr(error))
        except httpx.HTTPError as error:  # after the request may have left
            return Reply(outcome=Outcome.UNKNOWN, code="NO_ANSWER", message=repr(error))
        return self._read(response, f"{method} {path}")

    def _whole(
        self,
        method: str,
        path: str,
        content: bytes,
        headers: Mapping[str, str],
        allowance: Allowance,
    ) -> httpx.Response:
        """The answer with all of its body, or none: who dribbles or floods has not answered.

        The client's own time-out starts anew with every piece that comes; a lease does not.
        """
        give_up_at = time.monotonic() + allowance.time.total_seconds()
        with self._client.stream(method, path, content=content, headers=headers) as response:
            pieces, size = [], 0
            for piece in response.iter_bytes():
                pieces.append(piece)
                size += len(piece)
                if size > allowance.size or time.monotonic() > give_up_at:
                    raise httpx.ReadTimeout(f"Expected the whole answer, found {size} bytes so far")
        return httpx.Response(
            response.status_code, headers=_plain(response.headers), content=b"".join(pieces)
        )

    def _read(self, response: httpx.Response, subject: str) -> Answer | Reply:
        raw = response.text[:_MAX_BODY]
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return Reply(outcome=Outcome.RETRY, code="FREQUENCY_LIMITED", raw=raw, retry_after_s=60)
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Reply(outcome=Outcome.UNKNOWN, code=f"HTTP_{response.status_code}", raw=raw)
        try:
            verify(
                response.headers,
                secrets_by_id=secrets_of(self._config),
                subject=f"{response.status_code} {subject}",
                body=response.content,
            )
            body = read_json(response.content)
        except BadSignature as error:
            return Reply(outcome=Outcome.UNKNOWN, code="BAD_SIGNATURE", message=str(error), raw=raw)
        except ValueError as error:
            return Reply(outcome=Outcome.UNKNOWN, code="BROKEN_BODY", message=str(error), raw=raw)
        if not isinstance(body, dict):
            return Reply(outcome=Outcome.UNKNOWN, code="BROKEN_BODY", raw=raw)
        return Answer(status=response.status_code, body=body, raw=raw)


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Without how the body travelled: it has been unpacked."""
    how = ("content-encoding", "content-length", "transfer-encoding")
    return {name: value for name, value in headers.items() if name not in how}


def read_json(content: bytes) -> Any:
    """What a provider has written, sure to be kept as it is.

    Raises:
        ValueError: it is no JSON, nested beyond reason, or holds characters that are none.
    """
    try:
        value = json.loads(content)
        if not _is_readable(value):
            raise ValueError("Expected readable text, found a character that is none")
    except RecursionError as error:
        raise ValueError("Expected JSON of a reasonable depth") from error
    return value


def _is_readable(value: Any) -> bool:
    """Whether a database can keep it: no NUL, no half of a character."""
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
        case list():
            return all(map(_is_readable, value))
        case dict():
            return all(map(_is_readable, (*value, *value.values())))
    return True


def secrets_of(config: ProviderConfig) -> dict[str, str]:
    """Every secret that still verifies, by key id; an empty one never does."""
    known = {**config.previous_secrets, config.key_id: config.secret}
    return {key_id: secret for key_id, secret in known.items() if secret}
