"""Who may listen no more: a mark in the broker for each session and person that lost a right.

The stream looks for marks and is told of new ones; it knows no database. A mark concerns the
pages that were made before it: those made later were made for who may.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

KEPT_SECONDS = 3600
"""Longer than any token and its stream last together."""


def of_session(session_key: str | None) -> str:
    """The session's name in tokens and marks; nobody can make the key from it."""
    return _digest(f"session\n{session_key}") if session_key else ""


def of_person(login: str) -> str:
    return _digest(f"person\n{login}")


def mark(name: str) -> str:
    """Where the broker keeps the moment."""
    return f"af:ended:{name}"


def moments(names: Sequence[str], values: Sequence[bytes | str | None]) -> dict[str, float]:
    """The moments of those that are marked; `values` are what stands in their marks."""
    found = {}
    for name, value in zip(names, values, strict=True):
        if value is not None:
            with suppress(ValueError):
                found[name] = float(value)
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
