"""What a page may watch, as a signed token carries it from the page to the stream."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing

from webapp import ended

TOKEN_SECONDS = 600
"""How long a token opens a stream."""
RENEWAL_SECONDS = 24 * 3600
"""How long an old token can still be exchanged for a new one by the person it was made for."""
EVERYTHING = "platform"
"""The tenant whose people watch all tenants."""
_SALT = "afterflow.events"
_ROUNDING = 0.001
"""Of `since`, in seconds."""

Hint = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a token lets its bearer be told about."""

    person: str
    tenant: str = ""
    """Everything of this tenant; empty: only `keys`."""
    keys: frozenset[str] = frozenset()
    """Business keys of single cases."""
    since: float = 0.0
    """When the page was made, in seconds of the epoch."""
    session: str = ""
    """The session it was made in (`ended.of_session`)."""

    @property
    def names(self) -> frozenset[str]:
        """Under which it is marked when it is over."""
        return frozenset({ended.of_person(self.person), self.session} - {""})

    def is_over(self, marks: Mapping[str, float]) -> bool:
        """Whether its session is marked at all, or its person after the page was made."""
        changed_at = marks.get(ended.of_person(self.person), 0.0)
        return self.session in marks or self.since <= changed_at + _ROUNDING

    def concerns(self, hint: Hint) -> bool:
        """Tell whether a change is one to tell about; `all`: everything may have changed."""
        if self.tenant == EVERYTHING or hint.get("all") or hint.get("k") in self.keys:
            return True
        return bool(self.tenant) and hint.get("t") == self.tenant


def token_for(*, person: str, tenant: str = "", keys: Sequence[str] = (), session: str = "") -> str:
    """Sign what a page of this person may watch."""
    said = {"p": person, "t": tenant, "k": list(keys), "s": round(time.time(), 3), "n": session}
    return signing.dumps(said, salt=_SALT)


def watch_of(token: str, *, max_age: int = TOKEN_SECONDS) -> Watch:
    """Read a token.

    Raises:
        signing.BadSignature: it is not ours, or too old (SignatureExpired).
    """
    said = signing.loads(token, salt=_SALT, max_age=max_age)
    return Watch(
        person=said["p"],
        tenant=said["t"],
        keys=frozenset(said["k"]),
        since=said["s"],
        session=said.get("n", ""),
    )
