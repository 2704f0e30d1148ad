"""Delivers callbacks, again and again until they are taken, as the real provider would."""

from __future__ import annotations

import http.client
import logging
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from handlers.refunds.signing import SIGNATURE, sign
from handlers.refunds.simulator.provider import Provider

RESEND_S = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
"""WeChat Pay's schedule; scaled down for demos and tests."""
_TICK_S = 0.1
logger = logging.getLogger(__name__)


class Courier(threading.Thread):
    """A thread that delivers what is due and, unless that is done by hand, moves refunds on."""

    def __init__(
        self, provider: Provider, *, key_id: str, secret: str, resend_scale: float, by_hand: bool
    ) -> None:
        super().__init__(daemon=True, name="courier")
        self._provider, self._books, self._by_hand = provider, provider.books, by_hand
        self._key_id, self._secret, self._scale = key_id, secret, resend_scale
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(_TICK_S):
            try:
                if not self._by_hand:
                    self._provider.tick()
                self.deliver_due()
            except Exception:  # a simulator keeps going; the next tick tries again
                logger.exception("The courier stumbled")

    def stop(self) -> None:
        self._stopping.set()

    def deliver_due(self) -> None:
        """Try every callback that is due once."""
        rows = self._books.rows(
            "SELECT * FROM notices WHERE due <= ? ORDER BY due, id LIMIT 50", time.time()
        )
        for row in rows:
            self._settle(row, self._post(row))

    def _settle(self, row: dict[str, Any], status: int) -> None:
        tries = row["tries"] + 1
        again = None
        if not 200 <= status < 300 and tries <= len(RESEND_S):
            again = time.time() + RESEND_S[tries - 1] * self._scale
        self._books.run(
            "UPDATE notices SET tries = ?, due = ?, last_status = ? WHERE id = ?",
            tries,
            again,
            status,
            row["id"],
        )

    def _post(self, row: dict[str, Any]) -> int:
        body = row["body"].encode()
        headers = sign(key_id=self._key_id, secret=self._secret, subject="NOTIFY", body=body)
        if row["spoiled"]:
            headers[SIGNATURE] = "0" * 64
        url = urlsplit(row["url"])
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=5)
        try:
            connection.request(
                "POST", url.path or "/", body, {**headers, "Content-Type": "application/json"}
            )
            return connection.getresponse().status
        except OSError:
            return 0
        except http.client.HTTPException:
            return 0
        finally:
            connection.close()
