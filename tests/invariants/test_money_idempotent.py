"""A provider that never moves money twice for one key."""

from __future__ import annotations

import pytest

from tests.invariants.volume import CALLS, PARTS, run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", PARTS["idempotent"])
def test_M1_M2_M3_M4_M7_M8_M9_M10_M11_M12_M14_M17_hold_with_an_idempotent_provider(
    reversals, settings, part
):
    assert run("idempotent", part) >= CALLS
