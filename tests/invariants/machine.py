"""Everything that can happen to the money of an order, in any order, each act committed.

A rule does one thing and then has both books audited. Refusals are answers; any other error,
an IntegrityError of the last guard included, is a violation.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import F
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from handlers.orders import api as orders
from handlers.policies import api as policies
from handlers.refunds import api as refunds
from handlers.refunds import preparing, reconciliation
from handlers.refunds.models import Grant, OfflinePayment, RefundAttempt, RejectedCallback
from handlers.refunds.port import BillUnavailable
from handlers.refunds.simulator.faults import Fault
from processes import clock
from processes.contract import BpmnError, Call, PermanentFailure, Retry, handler_for
from tests.handlers.shop import shop_order
from tests.invariants.auditing import Auditor
from tests.invariants.inprocess import House, WorkerDied, signed

REFUSALS = (
    refunds.RefundError,
    orders.OrderError,
    orders.MoneyError,
    Retry,
    PermanentFailure,
    BpmnError,
    BillUnavailable,
    WorkerDied,
)
PEOPLE = ("sofia", "marco", "fay", "frank")
PATIENCE = 8
_numbers = count(1)

whose = st.integers(0, 7)
amounts = st.sampled_from(["all", "one", "above"]) | st.integers(1, 12_000)
deaths = st.sampled_from(["", "", "", "", "before", "after", "unconnected"])
faults = st.none() | st.sampled_from(list(Fault))
people = st.lists(st.sampled_from(PEOPLE), max_size=2).map(tuple)
shapes = st.sampled_from(
    [
        {"lines": [(1, 19900), (2, 5990), (3, 2580)], "discount": 3000, "shipping": 1200},
        {"lines": [(3, 3333)], "tenders": [("points", 999), ("wallet", 9000)]},
        {"lines": [(2, 5000)], "tenders": [("wallet", 6000), ("wallet", 4000)]},
        {"lines": [(1, 120_000)], "shipping": 800},
        {"lines": [(7, 1), (1, 90)], "discount": 2, "tenders": [("wallet", 90), ("points", 5)]},
    ]
)


def patient(what: str) -> Callable[[Any], Any]:
    """What so often came to nothing in an example is not tried again."""
    return precondition(lambda self: self.vain[what] < PATIENCE)


@dataclass(kw_only=True)
class Case:
    case_no: str
    order_no: str
    lines: list[tuple[str, int | None, int]]
    key: str = ""
    refund_no: str = ""


class Money(RuleBasedStateMachine):
    """The life of an order's money with one provider of its own."""

    mode: ClassVar[str] = "idempotent"
    calls: ClassVar[int] = 0
    """Acts that were really tried, over all examples of this class."""
    came: ClassVar[Counter[str]]
    """What had come of them at the ends of the examples: how deep the search went."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House(mode=self.mode)
        self.providers = settings.PAYMENT_PROVIDERS
        settings.PAYMENT_PROVIDERS = {self.house.name: self.house.entry()}
        clock.reset()
        self.orders: list[str] = []
        self.cases: list[Case] = []
        self.vain: Counter[str] = Counter()
        self.auditor = Auditor(house=self.house, orders=[], cases=[])

    def teardown(self) -> None:
        self.came.update(self.auditor.outcomes())
        for order_no in self.orders:
            ceiling = refunds.ceiling(order_no)
            assert ceiling.adds_up, ("M4", ceiling)
        settings.PAYMENT_PROVIDERS = self.providers
        self.house.close()

    # --- What every act is wrapped in ---------------------------------------------------

    def act(self, deed: Callable[[], Any], what: str = "") -> Any:
        """Do it; a refusal is an answer. Then let the auditor in."""
        type(self).calls += 1
        try:
            answer = deed()
        except REFUSALS as refusal:
            answer = refusal
            self.came[type(refusal).__name__] += 1
            self.vain[what] += 1
        self.house.dies = ""
        self.auditor.check()
        return answer

    def case(self, index: int) -> Case:
        return self.cases[index % len(self.cases)]

    def order(self, index: int) -> orders.OrderMoney:
        return orders.get_order(self.orders[index % len(self.orders)])

    def amount(self, order_no: str, wanted: int | str) -> int:
        return _of_room(wanted, self.auditor.room(order_no))

    # --- Selling, holding, deciding -----------------------------------------------------

    @initialize(
        shape=shapes, asked=st.tuples(*[amounts] * 4), fault=faults, other=faults, dies=deaths
    )
    def begin(
        self,
        shape: dict[str, Any],
        asked: tuple[int | str, ...],
        fault: Fault | None,
        other: Fault | None,
        dies: str,
    ) -> None:
        """Two refunds are on their way, two are asked for: no example begins with nothing."""
        self.sell(shape)
        for number, wanted in enumerate(asked):
            self.reserve(0, number, number or None, wanted, number == 1)
        for number, goes_wrong in enumerate([fault, other]):
            self._approve_and_prepare(self.cases[number])
            if self.cases[number].key:
                self._call(0, "refund.submit", fault=goes_wrong, dies=dies)

    @precondition(lambda self: len(self.orders) < 2)
    @rule(shape=shapes)
    def sell(self, shape: dict[str, Any]) -> None:
        order = shop_order(
            f"O-{self.house.name}-{len(self.orders)}", provider=self.house.name, **shape
        )
        self.orders.append(order.order_no)
        self.auditor.orders.append(order.order_no)
        self.auditor.check()

    @precondition(lambda self: len(self.cases) < 8)
    @rule(
        whose=whose,
        line=whose,
        qty=st.none() | st.integers(1, 3),
        wanted=amounts,
        shipping=st.booleans(),
    )
    def reserve(
        self, whose: int, line: int, qty: int | None, wanted: int | str, shipping: bool
    ) -> None:
        order = self.order(whose)
        line_no = order.lines[line % len(order.lines)].line_no
        amount = _of_room(wanted, order.line(line_no).room)
        case_no = f"C-{self.house.name}-{len(self.cases)}"
        case = Case(case_no=case_no, order_no=order.order_no, lines=[(line_no, qty, amount)])
        self.cases.append(case)
        self.auditor.cases.append(case_no)
        self.act(lambda: self._reserve(case, shipping=1 if shipping and order.shipping_paid else 0))

    def _reserve(self, case: Case, shipping: int = 0) -> None:
        refunds.reserve(
            case_no=case.case_no,
            order_no=case.order_no,
            lines=case.lines,
            shipping=shipping,
            currency="CNY",
            shipping_ground="seller_fault" if shipping else "",
        )

    @patient("think_again")
    @precondition(lambda self: self.cases)
    @rule(
        whose=whose,
        what=st.sampled_from(["adjust", "adjust", "again", "release"]),
        wanted=amounts,
    )
    def think_again(self, whose: int, what: str, wanted: int | str) -> None:
        """Ask for another amount, for the same once more, or for nothing."""
        case = self.case(whose)
        amount = self.amount(case.order_no, wanted)
        match what:
            case "adjust":
                self.act(lambda: refunds.adjust(case.case_no, amount), "think_again")
            case "again":
                self.act(lambda: self._reserve(case), "think_again")
            case _:
                self.act(lambda: refunds.release(case.case_no), "think_again")

    @patient("authorise")
    @precondition(lambda self: self.cases)
    @rule(
        whose=whose,
        people=people,
        change=st.sampled_from([0, 0, 0, -1, 1]),
        basis=st.sampled_from(["seller", "verdict", "auto", "silence", "agreement", "default"]),
    )
    def authorise(self, whose: int, people: tuple[str, ...], change: int, basis: str) -> None:
        case = self.case(whose)
        held = self.auditor.held(case.case_no)
        amount = (held or 1) + change
        room = self.auditor.room(case.order_no)
        answer = self.act(
            lambda: refunds.authorise(
                case.case_no, amount=amount, basis=basis, approvers=people, policy_limit=5_000
            ),
            "authorise",
        )
        if answer is None and held:
            assert amount <= max(room, 0) + held, ("M17 at the decision", amount, room)

    # --- Paying -------------------------------------------------------------------------

    @patient("prepare")
    @precondition(lambda self: self.cases)
    @rule(whose=whose)
    def prepare(self, whose: int) -> None:
        self._prepared_now(self.case(whose))

    def _prepared_now(self, case: Case) -> None:
        answer = self.act(lambda: self._prepare(case), "prepare")
        if answer == (case.key, case.refund_no):
            self.vain["prepare"] += 1
        elif not isinstance(answer, Exception):
            case.key, case.refund_no = answer

    def _prepare(self, case: Case) -> tuple[str, str]:
        with transaction.atomic():
            refund = preparing.prepare(case.case_no)
        return refund.waiting_key, refund.refund_no

    @precondition(lambda self: self.undecided())
    @rule(whose=whose)
    def approve_and_prepare(self, whose: int) -> None:
        """The whole way to the provider's door: without it few examples come far."""
        ready = self.undecided()
        self._approve_and_prepare(ready[whose % len(ready)])

    def undecided(self) -> list[Case]:
        """Cases that hold money of which nothing was prepared yet."""
        return [case for case in self.cases if not case.key and self.auditor.held(case.case_no)]

    def _approve_and_prepare(self, case: Case) -> None:
        if self.auditor.held(case.case_no) is None:
            return
        self.act(lambda: refunds.take_shipping(case.case_no), "take_shipping")
        held = self.auditor.held(case.case_no)
        self.act(
            lambda: refunds.authorise(
                case.case_no, amount=held, basis="seller", approvers=("sofia", "marco")
            )
        )
        self._prepared_now(case)

    @patient("refund.submit")
    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(whose=whose, fault=faults, dies=deaths, hurried=st.booleans())
    def submit(self, whose: int, fault: Fault | None, dies: str, hurried: bool) -> None:
        self._call(whose, "refund.submit", fault=fault, dies=dies, hurried=hurried and not dies)

    @patient("refund.query")
    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(whose=whose, dies=deaths)
    def query(self, whose: int, dies: str) -> None:
        self._call(whose, "refund.query", dies=dies)

    @patient("refund.retry_abnormal")
    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(whose=whose, dies=deaths)
    def retry_abnormal(self, whose: int, dies: str) -> None:
        self._call(whose, "refund.retry_abnormal", dies=dies)

    @patient("refund.new_attempt")
    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(whose=whose)
    def new_attempt(self, whose: int) -> None:
        case = self.prepared(whose)
        answer = self._call(whose, "refund.new_attempt")
        if not isinstance(answer, Exception):
            case.key = answer["provider_key"]

    def prepared(self, index: int) -> Case:
        ready = [case for case in self.cases if case.key]
        return ready[index % len(ready)]

    def _call(
        self,
        whose: int,
        topic: str,
        *,
        fault: Fault | None = None,
        dies: str = "",
        hurried: bool = False,
        **inputs: str,
    ) -> Any:
        """Have a service task done, as a worker would; a first send must be covered (M17)."""
        case = self.prepared(whose)
        self.house.disarm()
        if fault:
            self.house.arm(fault)
        self.house.dies = dies
        room, known = self.auditor.room(case.order_no), self._known()
        given = {"provider_key": case.key, "refund_no": case.refund_no, **inputs}
        answer = self.act(lambda: do(topic, case.case_no, hurried=hurried, **given), topic)
        if self._known() != known:
            assert room >= 0, ("M17 at the execution", case, room)
        return answer

    def _known(self) -> int:
        return len(self.house.books.rows("SELECT 1 FROM refunds"))

    # --- Hearing ------------------------------------------------------------------------

    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(which=st.integers(0, 30), copies=st.integers(1, 3))
    def callback(self, which: int, copies: int) -> None:
        """Any callback ever sent, however late, old or often."""
        self.house.follow()
        notices = self.house.notices()
        if not notices:
            return
        notice = notices[which % len(notices)]
        body = notice["body"].encode()
        secret = {"secret": "not-the-provider's"} if notice["spoiled"] else {}
        for copy in range(copies):
            before = self.auditor.fingerprint() if copy else ""
            answer = self.act(lambda: self._receive(signed(body, **secret), body))
            if copy:
                assert not answer.applied, ("M8", answer)
                assert self.auditor.fingerprint() == before, ("M8", body)

    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(
        whose=whose,
        lie=st.sampled_from(
            ["amount", "total", "currency", "payment", "key", "signature", "tampered", "junk"]
        ),
        status=st.sampled_from(["SUCCESS", "CLOSED", "ABNORMAL"]),
        by=st.integers(1, 500),
    )
    def wrong_callback(self, whose: int, lie: str, status: str, by: int) -> None:
        """M9: it changes nothing but the list of refused callbacks."""
        case = self.prepared(whose)
        attempts = RefundAttempt.objects.select_related("part")
        attempt = attempts.filter(provider_key=case.key).first()
        if attempt is None:  # points come first, and no provider has been asked yet
            return
        headers, body = _lie(attempt, lie, status, by)
        before, refused = self.auditor.fingerprint(), _refused(self.house.name)
        answer = self.act(lambda: self._receive(headers, body))
        assert not answer.applied, ("M9", lie)
        assert self.auditor.fingerprint() == before, ("M9", lie, body)
        assert _refused(self.house.name) == refused + 1, ("M9 inbox", lie)

    def _receive(self, headers: dict[str, str], body: bytes) -> refunds.CallbackResult:
        return refunds.receive_callback(self.house.name, headers, body)

    @rule(days=st.none() | st.integers(0, 3))
    def reconcile(self, days: int | None) -> None:
        """Compare one day or all. M8: it changes no ledger. What left beside us is known then."""
        self.house.follow()
        today = datetime.fromtimestamp(self.house.books.now(), UTC).date()
        moved = self.house.books.rows("SELECT DISTINCT at FROM movements")
        every = {datetime.fromtimestamp(row["at"], UTC).date() for row in moved}
        before = self.auditor.ledger()
        for day in sorted(every) if days is None else [today - timedelta(days=days)]:
            self.act(lambda day=day: reconciliation.reconcile(self.house.name, day))
        assert self.auditor.ledger() == before, "M8"
        if days is None:
            self.auditor.check_reconciled()

    # --- People -------------------------------------------------------------------------

    @patient("refund.offline")
    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(whose=whose, people=people, reference=st.integers(1, 4))
    def offline(self, whose: int, people: tuple[str, ...], reference: int) -> None:
        by, second_by = (*people, "", "")[:2]
        self._call(
            whose, "refund.offline", by=by, second_by=second_by, proof="a document",
            bank_reference=f"B-{self.house.name}-{reference}",
        )  # fmt: skip

    @patient("transfer_returns")
    @precondition(lambda self: self.cases)
    @rule(whose=whose, people=people)
    def transfer_returns(self, whose: int, people: tuple[str, ...]) -> None:
        """The buyer's bank sends a transfer back: one sees it, another agrees."""
        by, second_by = (*people, "", "")[:2]
        sent = OfflinePayment.objects.filter(refund__order_no__in=self.orders).order_by("pk")
        if not sent:
            return
        payment = sent[whose % len(sent)]
        self.act(
            lambda: refunds.report_return(payment.bank_reference, by=by, note="the statement"),
            "transfer_returns",
        )
        said = payment.proposals.filter(answered_at=None).values_list("pk", flat=True).first()
        if said is not None:
            self.act(
                lambda: refunds.answer_proposal(said, agreed=True, by=second_by),
                "transfer_returns",
            )

    @patient("confirm_unknown")
    @precondition(lambda self: any(case.key for case in self.cases))
    @rule(whose=whose, people=people)
    def confirm_unknown(self, whose: int, people: tuple[str, ...]) -> None:
        """Two people look at the provider's console once it has come to rest, and say so."""
        case = self.prepared(whose)
        self.house.follow()
        if self.house.known(case.key) in ("PROCESSING", "ABNORMAL"):
            return
        by, second_by = (*people, "", "")[:2]
        paid = self.house.known(case.key) == "SUCCESS"
        self.act(
            lambda: refunds.confirm_unknown(
                case.key, paid=paid, by=by, second_by=second_by, proof="the console"
            ),
            "confirm_unknown",
        )

    @rule(whose=whose, kind=st.sampled_from(Grant.Kind.values), amount=st.integers(-1, 2_500))
    def grant(self, whose: int, kind: str, amount: int) -> None:
        """M12: beside the price, under a cap of its own."""
        order = self.order(whose)
        before = refunds.ceiling(order.order_no)
        self.act(
            lambda: refunds.grant(
                case_no=f"G-{order.order_no}", order_no=order.order_no, kind=kind,
                amount=amount, by="cora",
            )
        )  # fmt: skip
        assert refunds.ceiling(order.order_no) == before, "M12"
        given = Grant.objects.filter(order_no=order.order_no, kind=kind)
        cap = policies.current_policy("lingyue").amounts("CNY")[f"{kind}_cap"]
        assert sum(given.values_list("amount", flat=True)) <= cap, "M12 cap"

    # --- The world ----------------------------------------------------------------------

    @rule(
        what=st.sampled_from(["console", "taken back", "wait", "clock"]),
        by=st.sampled_from([0, 60, 3_600, 90_000, 200_000, 700_000]),
        whose=whose,
        amount=st.integers(1, 3_000),
    )
    def the_world(self, what: str, by: int, whose: int, amount: int) -> None:
        """Somebody refunds in the provider's console, or takes that back; a settle delay or days
        go by."""
        wallets = [t for t in self.order(whose).tenders if t.provider]
        paid_by_hand = self.house.by_hand(wallets[0].payment_ref)
        match what:
            case "console":
                self.act(lambda: self.house.pay_by_hand(wallets[0].payment_ref, amount))
            case "taken back" if paid_by_hand > 0:
                back = min(amount, paid_by_hand)
                self.act(lambda: self.house.pay_by_hand(wallets[0].payment_ref, -back))
            case "taken back":
                pass
            case "wait":  # settle delays are on the database's own clock: it is later by now
                sent = RefundAttempt.objects.filter(part__provider=self.house.name, sends__gt=0)
                self.act(lambda: sent.update(sent_at=F("sent_at") - timedelta(minutes=2)))
            case _:
                self.act(lambda: self._advance(by))

    def _advance(self, by: int) -> None:
        clock.advance(timedelta(seconds=by))
        self.house.follow()


def do(topic: str, case_no: str, /, *, hurried: bool = False, **inputs: str) -> Any:
    """Run the handler of a service task; hurried: its lease is all but over."""
    left = timedelta(seconds=1 if hurried else 60)
    call = Call(
        topic=topic,
        business_key=case_no,
        tenant="lingyue",
        inputs=inputs,
        idempotency_key=f"key-{next(_numbers)}",
        attempt=1,
        deadline=datetime.now(UTC) + left,
    )
    return handler_for(topic)(call)


def _refused(house: str) -> int:
    return sum(RejectedCallback.objects.filter(provider=house).values_list("seen", flat=True))


def _lie(attempt: RefundAttempt, lie: str, status: str, by: int) -> tuple[dict[str, str], bytes]:
    part = attempt.part
    resource = {
        "out_refund_no": attempt.provider_key + ("9" if lie == "key" else ""),
        "transaction_id": part.payment_ref + ("9" if lie == "payment" else ""),
        "refund_id": "5000", "status": status,
        "changed_at": clock.now().isoformat(),
        "amount": {
            "refund": part.amount + (by if lie == "amount" else 0),
            "total": part.total + (by if lie == "total" else 0),
            "currency": "USD" if lie == "currency" else "CNY",
        },
    }  # fmt: skip
    notice = {"id": f"EV-{by}-{next(_numbers)}", "resource": resource}
    body = b"[]" if lie == "junk" else json.dumps(notice).encode()
    headers = signed(body, secret="another") if lie == "signature" else signed(body)
    if lie == "tampered":
        body = body.replace(b'"resource"', b' "resource"')
    return headers, body


def _of_room(wanted: int | str, room: int) -> int:
    room = max(room, 0)
    if isinstance(wanted, int):
        return wanted % max(room, 1) + 1
    return {"all": max(room, 1), "one": 1, "above": room + 1}[wanted]
