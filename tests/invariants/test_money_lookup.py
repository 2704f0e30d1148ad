"""Providers that may move money twice for one key: one that can be asked, one that cannot."""

from __future__ import annotations

import pytest

from tests.invariants.volume import CALLS, PARTS, run

_PARTS = [(mode, part) for mode in ("lookup", "none") for part in PARTS[mode]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("mode", "part"), _PARTS)
def test_M1_M2_M3_M4_M7_M8_M9_M10_M11_M12_M14_M17_hold_with_a_forgetful_provider(
    reversals, settings, mode, part
):
    assert run(mode, part) >= CALLS
