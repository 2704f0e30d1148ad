"""The payment simulator behind the port without its HTTP: the same provider, the same adapter.

Only the wire is another: it hands the request over in this process, and dies where it is told
to. What reaches our code is what the real wire would have made of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from handlers.refunds.adapters.simulator import SimulatorGateway
from handlers.refunds.adapters.wire import Answer
from handlers.refunds.port import Capabilities, Mode, Outcome, ProviderConfig, Reply
from handlers.refunds.signing import sign
from handlers.refunds.simulator.books import Books
from handlers.refunds.simulator.faults import Fault
from handlers.refunds.simulator.messages import Refused
from handlers.refunds.simulator.provider import Provider
from processes import clock

SECRET = "a-secret-of-the-invariants"
KEY_ID = "afterflow"
_numbers = count(1)
_houses: dict[str, House] = {}
_SILENT = {
    Fault.TIMEOUT_AFTER: "NO_ANSWER",
    Fault.ERROR_AFTER: "HTTP_500",
    Fault.BROKEN_BODY: "BROKEN_BODY",
    Fault.BAD_REPLY_SIGNATURE: "BAD_SIGNATURE",
}


class WorkerDied(Exception):
    """The process is gone in the middle of a call."""


@dataclass(kw_only=True)
class House:
    """One provider with its own books, and what shall become of the next call to it."""

    mode: str
    name: str = field(default_factory=lambda: f"house-{next(_numbers)}")
    """Its own: adapters are kept by their settings for as long as the process lives."""
    provider: Provider = field(init=False)
    dies: str = ""
    """`before` or `after` the provider has heard the next call; `unconnected`: it is refused."""

    def __post_init__(self) -> None:
        books = Books(Path(":memory:"))
        self.provider = Provider(books, mode=self.mode, processing_s=0.0)
        _houses[self.name] = self

    @property
    def books(self) -> Books:
        return self.provider.books

    def entry(self) -> dict[str, object]:
        """This house as an entry of PAYMENT_PROVIDERS."""
        return {
            "adapter": f"{__name__}.InProcessGateway",
            "base_url": "",
            "key_id": KEY_ID,
            "secret": SECRET,
            "mode": self.mode,
            "settle_seconds": 60,
            "min_interval_seconds": 0,
        }

    def arm(self, fault: Fault) -> None:
        self.books.run("INSERT OR REPLACE INTO armed VALUES (?, 1)", fault)

    def disarm(self) -> None:
        self.books.run("DELETE FROM armed")

    def follow(self) -> None:
        """Be as far ahead as our clock is, and let happen what is due by then."""
        self.books.set_offset(clock.offset().total_seconds())
        self.provider.tick()

    def pay_by_hand(self, payment_ref: str, amount: int) -> None:
        self.provider.pay_by_hand(payment_ref=payment_ref, amount=amount, currency="CNY")

    def by_hand(self, payment_ref: str) -> int:
        """What left by hand and was not taken back."""
        rows = self.movements()
        return sum(r["amount"] for r in rows if not r["key"] and r["payment_ref"] == payment_ref)

    def movements(self) -> list[dict[str, Any]]:
        """The truth: every amount that really moved."""
        return self.books.rows("SELECT key, payment_ref, amount FROM movements ORDER BY id")

    def known(self, key: str) -> str:
        """The provider's status of a key, empty when it never heard of it."""
        row = self.books.one("SELECT status FROM refunds WHERE key = ? ORDER BY id LIMIT 1", key)
        return row["status"] if row else ""

    def notices(self) -> list[dict[str, Any]]:
        """Every callback that was ever sent, oldest first."""
        return self.books.rows("SELECT body, spoiled FROM notices ORDER BY id")

    def close(self) -> None:
        _houses.pop(self.name).books.close()


def signed(body: bytes, *, secret: str = SECRET) -> dict[str, str]:
    """The headers of a callback with this body."""
    return sign(key_id=KEY_ID, secret=secret, subject="NOTIFY", body=body)


class InProcessWire:
    """Stands where `Wire` stands."""

    def __init__(self, house: House) -> None:
        self._house = house

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, **_allowing: Any
    ) -> Answer | Reply:
        house = self._house
        dies, house.dies = house.dies, ""
        if dies == "unconnected":
            return Reply(outcome=Outcome.RETRY, code="NOT_CONNECTED")
        if dies == "before":
            raise WorkerDied
        answer = self._answer(method, path, body or {})
        if dies == "after":
            raise WorkerDied
        return answer

    def _answer(self, method: str, path: str, body: dict[str, Any]) -> Answer | Reply:
        try:
            fault, picture = self._route(method, path, body)
        except Refused as refused:
            return self._refusal(refused)
        if fault in _SILENT:
            return Reply(outcome=Outcome.UNKNOWN, code=_SILENT[fault])
        return Answer(status=200, body=picture, raw=json.dumps(picture))

    def _refusal(self, refused: Refused) -> Answer | Reply:
        if refused.status == 429:
            return Reply(outcome=Outcome.RETRY, code="FREQUENCY_LIMITED", retry_after_s=60)
        if refused.status >= 500:
            return Reply(outcome=Outcome.UNKNOWN, code=f"HTTP_{refused.status}")
        error = {"code": refused.code, "message": str(refused)}
        return Answer(status=refused.status, body=error, raw=json.dumps(error))

    def _route(
        self, method: str, path: str, body: dict[str, Any]
    ) -> tuple[Fault | None, dict[str, Any]]:
        provider, url = self._house.provider, urlsplit(path)
        match method, [unquote(part) for part in url.path.strip("/").split("/")]:
            case "POST", ["v3", "refunds"]:
                taken = provider.submit(body)
                return taken.fault, taken.picture
            case "GET", ["v3", "refunds", key]:
                return None, provider.query(key)
            case "POST", ["v3", "refunds", refund_id, "apply-abnormal-refund"]:
                return None, provider.retry_abnormal(refund_id)
            case "GET", ["v3", "bill"]:
                day = date.fromisoformat(dict(parse_qsl(url.query))["date"])
                return None, {"refunds": provider.bill(day)}
        raise AssertionError(path)


class InProcessGateway(SimulatorGateway):
    """The simulator's adapter on the other wire."""

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._wire = InProcessWire(_houses[config.name])  # type: ignore[assignment]
        self.capabilities = Capabilities(
            mode=config.mode,
            settle=config.settle,
            min_interval=None,
            call_timeout=config.call_timeout,
            can_query=config.mode is not Mode.NONE,
        )
