"""No broker is asked and no case listens: what is tested here are money and cases, not hints."""

from __future__ import annotations

import pytest

from handlers.refunds import api as refunds
from processes import hints


@pytest.fixture(autouse=True)
def no_hints(monkeypatch):
    """Every hint is lost, which may cost time and nothing else."""
    monkeypatch.setattr(hints, "_quiet_until", float("inf"))


@pytest.fixture
def reversals(monkeypatch) -> list[refunds.Reversed]:
    """What listeners were told of; these refunds have no case that could listen."""
    told: list[refunds.Reversed] = []
    monkeypatch.setattr("handlers.refunds.listeners._listeners", [told.append])
    return told
