"""The status is a pure function of the records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.cases.status import (
    OPEN,
    TERMINAL,
    Answer,
    Ending,
    Outcome,
    Parts,
    Progress,
    Ruling,
    Status,
    derive,
)

PARTS = st.builds(
    Parts,
    round=st.integers(1, 5),
    offer=st.none() | st.sampled_from(Answer),
    ruling=st.none() | st.sampled_from(Ruling),
    disputed=st.booleans(),
    verdict=st.none() | st.sampled_from(Outcome),
    progress=st.none() | st.sampled_from(Progress),
    ending=st.none() | st.sampled_from(Ending),
)


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        (Parts(), Status.SUBMITTED),
        (Parts(offer=Answer.OPEN), Status.NEGOTIATING),
        (Parts(offer=Answer.DECLINED), Status.SUBMITTED),
        (Parts(offer=Answer.ACCEPTED), Status.SUBMITTED),
        (Parts(offer=Answer.ACCEPTED, ruling=Ruling.APPROVE), Status.APPROVED),
        (Parts(ruling=Ruling.REJECT), Status.REJECTED),
        (Parts(ruling=Ruling.REJECT, disputed=True), Status.DISPUTED),
        (Parts(disputed=True, verdict=Outcome.NONE), Status.DISPUTED),
        (Parts(disputed=True, verdict=Outcome.REFUND), Status.APPROVED),
        (Parts(ruling=Ruling.APPROVE, progress=Progress.STARTED), Status.REFUNDING),
        (Parts(ruling=Ruling.APPROVE, progress=Progress.FAILED), Status.REFUND_FAILED),
        (Parts(ruling=Ruling.APPROVE, progress=Progress.FINISHED), Status.REFUNDED),
        (Parts(ruling=Ruling.APPROVE, progress=Progress.REVERSED), Status.REVERSED),
        (Parts(offer=Answer.OPEN, ending=Ending.WITHDRAWN), Status.WITHDRAWN),
        (Parts(ending=Ending.NOT_ELIGIBLE), Status.NOT_ELIGIBLE),
        (Parts(disputed=True, ending=Ending.CLOSED_BY_VERDICT), Status.CLOSED_BY_VERDICT),
    ],
)
def test_each_status_follows_from_its_records(parts, status):
    assert derive(parts) is status


@given(PARTS)
def test_every_combination_of_records_has_a_status(parts):
    assert derive(parts) in Status


@given(PARTS)
def test_an_ending_outweighs_everything_else(parts):
    if parts.ending is not None:
        assert derive(parts).value == parts.ending.value


def test_every_status_is_either_open_or_terminal():
    assert frozenset(Status) == OPEN | TERMINAL
    assert not OPEN & TERMINAL
