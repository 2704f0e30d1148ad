"""Providers apart: those that pay each call, that cannot be asked, that answer at once."""

from __future__ import annotations

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import ledger
from processes.contract import PermanentFailure, Retry
from tests.handlers.refunds.conftest import a_case
from tests.handlers.shop import worked_example

pytestmark = pytest.mark.django_db


class TestLookup:
    """A provider that pays each call, but can be asked."""

    @pytest.fixture
    def mode(self):
        return "lookup"

    @pytest.mark.parametrize("fault", ["timeout_after", "error_after"])
    def test_M7_it_is_asked_before_anything_is_sent_again(self, simulator, fault):
        simulator.arm(fault)
        case = a_case().prepare()

        assert case.submit() == "pending"
        simulator.settle()

        assert case.submit() == "succeeded"
        assert simulator.moved(key=case.key) == [9900]
        assert simulator.calls(case.key) == 1

    def test_it_is_not_asked_before_the_settle_delay(self, simulator, settings):
        settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(settle_seconds=600)}
        simulator.arm("timeout_after")
        case = a_case().prepare()
        case.submit()

        with pytest.raises(Retry) as early:
            case.submit()

        assert 500 < early.value.after_seconds <= 600
        assert simulator.calls(case.key, "query") == 0

    def test_what_it_never_heard_of_is_sent_again(self, simulator):
        simulator.arm("error_before")
        case = a_case().prepare()
        case.submit()

        assert case.query() == "pending"
        simulator.settle()

        assert case.query() == "succeeded"
        assert simulator.moved(key=case.key) == [9900]


class TestNone:
    """A provider that pays each call and cannot be asked."""

    @pytest.fixture
    def mode(self):
        return "none"

    def test_M7_an_unknown_outcome_goes_to_a_person_and_is_never_tried_again(self, simulator):
        simulator.arm("timeout_after")
        case = a_case().prepare()

        for _ in range(3):
            with pytest.raises(PermanentFailure):
                case.submit()

        assert simulator.calls(case.key) == 1
        assert case.status.state == "unknown"

    def test_two_people_confirm_that_it_was_paid(self, simulator):
        simulator.arm("timeout_after")
        case = a_case().prepare()
        with pytest.raises(PermanentFailure):
            case.submit()

        with pytest.raises(refunds.FourEyesMissing):
            refunds.confirm_unknown(case.key, paid=True, by="fay", second_by="fay", proof="bill")
        refunds.confirm_unknown(case.key, paid=True, by="fay", second_by="frank", proof="bill")

        assert case.submit() == "succeeded"
        assert case.status.attempts[0].proof == "people"

    def test_two_people_confirm_that_it_was_not_paid(self, simulator):
        simulator.arm("error_before")
        case = a_case().prepare()
        with pytest.raises(PermanentFailure):
            case.submit()
        refunds.confirm_unknown(case.key, paid=False, by="fay", second_by="frank", proof="bill")

        assert case.submit() == "closed"
        case.prepare()
        assert case.submit() == "pending"
        assert simulator.calls(case.key) == 1


class TestAlipayLike:
    """The second provider: one file, one entry of the settings."""

    @pytest.fixture
    def case(self, simulator, settings):
        adapter = "handlers.refunds.adapters.alipay_like.AlipayLikeGateway"
        settings.PAYMENT_PROVIDERS = {"alipay": simulator.entry(adapter=adapter)}
        return a_case(worked_example(provider="alipay")).prepare()

    def test_it_is_done_at_once(self, simulator, case):
        assert case.submit() == "succeeded"

        assert case.status.attempts[0].proof == "reply"
        assert simulator.moved(key=case.key) == [9900]
        assert ledger.balance("provider:alipay") == -9900

    def test_M7_an_answer_that_got_lost_is_found_by_asking(self, simulator, case):
        simulator.arm("timeout_after")

        assert case.submit() == "pending"
        assert case.submit() == "pending"
        assert case.query() == "succeeded"

        assert simulator.moved(key=case.key) == [9900]
