"""Two people or machines at once, each on a connection of its own, at any step of a refund.

A machine brings an order into some state; then two or three acts start at one barrier. After
each race both books are audited as after any other act.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from handlers.refunds import api as refunds
from handlers.refunds import reconciliation
from tests.concurrency import at_once
from tests.invariants.inprocess import signed
from tests.invariants.machine import REFUSALS, Case, Money, amounts, do, whose

pytestmark = pytest.mark.django_db(transaction=True)
rivals = st.lists(
    st.sampled_from(
        ["reserve", "adjust", "release", "prepare", "submit", "submit", "query", "callback",
         "callback", "new_attempt", "offline", "reconcile", "grant"]
    ),
    min_size=2,
    max_size=3,
)  # fmt: skip


class Races(Money):
    """The money of an order, with several at it at once."""

    races: int = 0

    @precondition(lambda self: self.cases)
    @rule(whose=whose, other=whose, names=rivals, wanted=amounts, which=whose)
    def race(self, whose: int, other: int, names: list[str], wanted: int | str, which: int) -> None:
        """The same case or two of one order; the same deed twice or different ones."""
        one, two = self.case(whose), self.case(other)
        amount = self.amount(one.order_no, wanted)
        deeds = [
            self.deed(name, case, amount, which)
            for name, case in zip(names, [one, two, one], strict=False)
        ]
        self.house.disarm()
        answers = self.act(lambda: at_once(*deeds))
        type(self).races += 1
        type(self).calls += len(deeds) - 1
        for answer in answers:
            assert not isinstance(answer, Exception) or isinstance(answer, REFUSALS), answer

    def deed(self, name: str, case: Case, amount: int, which: int) -> Callable[[], Any]:
        given = {"provider_key": case.key, "refund_no": case.refund_no, "case_no": case.case_no}
        offline = {
            "by": "fay", "second_by": "frank", "proof": "a document",
            "bank_reference": f"B-{case.case_no}",
        }  # fmt: skip
        number, order_no = case.case_no, case.order_no
        special: dict[str, Callable[[], Any]] = {
            "reserve": self.fresh_reservation(case, amount),
            "adjust": lambda: refunds.adjust(number, amount),
            "release": lambda: refunds.release(number),
            "prepare": lambda: self._prepare(case),
            "callback": self.next_callback(which),
            "offline": lambda: do("refund.offline", number, **given, **offline),
            "reconcile": self._reconcile_today,
            "grant": lambda: refunds.grant(
                case_no=number, order_no=order_no, kind="freight", amount=900, by="cora"
            ),
        }
        return special.get(name) or (lambda: do(f"refund.{name}", number, **given))

    def fresh_reservation(self, case: Case, amount: int) -> Callable[[], Any]:
        fresh = Case(
            case_no=f"{case.case_no}-{len(self.auditor.cases)}",
            order_no=case.order_no,
            lines=[(case.lines[0][0], None, amount)],
        )
        self.auditor.cases.append(fresh.case_no)
        return lambda: self._reserve(fresh)

    def next_callback(self, which: int) -> Callable[[], Any]:
        self.house.follow()
        notices = self.house.notices()
        if not notices:
            return self.house.follow
        body = notices[-1 - which % len(notices)]["body"].encode()
        return lambda: self._receive(signed(body), body)

    def _reconcile_today(self) -> None:
        today = datetime.fromtimestamp(self.house.books.now(), UTC).date()
        reconciliation.reconcile(self.house.name, today)


@pytest.fixture
def settings_kept(settings):
    """Django's settings, restored afterwards; the name is hypothesis's here."""
    return settings


@pytest.mark.parametrize("mode", ["idempotent", "lookup", "none"])
def test_M1_M2_M3_M4_M7_M8_M10_M11_M12_M14_hold_when_several_act_at_once(
    reversals, settings_kept, mode
):
    machine = type(f"Races_{mode}", (Races,), {"mode": mode, "calls": 0, "came": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=24, stateful_step_count=40, derandomize=True, database=None,
            deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip
    # What is drawn depends on what raced before, so the number differs from run to run.
    assert machine.races >= 5
