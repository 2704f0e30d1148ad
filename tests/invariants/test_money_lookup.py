"""Providers that may move money twice for one key: one that can be asked, one that cannot."""

from __future__ import annotations

import pytest

from tests.invariants.volume import SHARES, run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["lookup", "none"])
def test_M1_M2_M3_M4_M7_M8_M9_M10_M11_M12_M14_M17_hold_with_a_forgetful_provider(
    reversals, settings, mode
):
    assert run(mode, SHARES[mode]) >= SHARES[mode]
