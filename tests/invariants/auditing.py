"""What an auditor with read access to both books would check, in plain SQL of his own.

Nothing here goes through the code under test. Our tables are read in one moment; the
provider's movements are the truth about money.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.invariants import statements
from tests.invariants.inprocess import House
from tests.invariants.statements import asked

Row = dict[str, Any]


@dataclass
class Auditor:
    """Looks at some orders, their cases and one provider."""

    house: House
    orders: list[str]
    cases: list[str]
    seen: dict[str, Row] = field(default_factory=dict)
    """Each order, as the last check found it."""
    holds: dict[str, Row] = field(default_factory=dict)
    """What is held for each case, as the last check found it."""

    def fingerprint(self) -> str:
        """Changes with anything about the orders' money but the list of refused callbacks."""
        return self._print(statements.FINGERPRINT)

    def ledger(self) -> str:
        """The ledger, byte by byte."""
        return self._print(statements.LEDGER_PRINT)

    def outcomes(self) -> list[str]:
        """The states that keys, refunds and holds are in, and kinds of findings and postings."""
        (rows,) = asked((statements.OUTCOMES, self._names))
        return [row["outcome"] for row in rows]

    @property
    def _names(self) -> dict[str, Any]:
        return {
            "orders": self.orders,
            "cases": self.cases,
            "house": self.house.name,
            "account": f"provider:{self.house.name}",
        }

    def _print(self, statement: str) -> str:
        ((row,),) = asked((statement, self._names))
        return str(row["print"])

    def room(self, order_no: str) -> int:
        """What the order could still pay when it was last checked, what is in flight deducted."""
        row = self.seen[order_no]
        gone = row["refunded"] + row["in_flight"] + row["outside"] + row["excess"]
        return int(row["paid"] - gone)

    def held(self, case_no: str) -> int | None:
        """What is, or was, held for a case when it was last checked."""
        hold = self.holds.get(case_no)
        return hold and int(hold["amount"])

    def check(self) -> None:
        """M1–M4, M7, M10, M11, M14 and M17 of everything there is."""
        orders, holds, parts, attempts, (ledger,) = asked(
            *((each, self._names) for each in statements.EVERYTHING)
        )
        self.seen = {order["order_no"]: order for order in orders}
        self.holds = {hold["case_no"]: hold for hold in holds}
        for order in orders:
            mine = [hold for hold in holds if hold["order_no"] == order["order_no"]]
            _check_order(order, mine)
        for hold in holds:
            _check_hold(hold)
        truth = _by_key(self.house.movements())
        _check_keys(attempts, truth)
        _check_proofs(parts, attempts, truth)
        _check_truth(orders, attempts, parts, truth)
        _check_ledger(ledger, parts, attempts)

    def check_reconciled(self) -> None:
        """Every bill was compared: what left beside our books has lowered the ceilings."""
        attempts, tenders, transfers = asked(
            *((each, self._names) for each in statements.BESIDE_THE_BOOKS)
        )
        ours = {a["provider_key"]: a["state"] for a in attempts}
        beside: dict[str, int] = defaultdict(int)
        movements = self.house.movements()
        plain = not transfers and _as_we_say(attempts, _by_key(movements))
        for row in movements:
            if ours.get(row["key"], "abandoned") in ("abandoned", "closed"):
                beside[row["payment_ref"]] += row["amount"]
        for tender in tenders:
            found = tender["outside"] + tender["excess"]
            left = beside[tender["payment_ref"]]
            assert found >= left, ("M1 outside", tender, dict(beside))
            assert not plain or found == max(left, 0), ("M1 back", tender, dict(beside))


def _as_we_say(attempts: list[Row], truth: dict[str, list[int]]) -> bool:
    """Whether of each key exactly what we think has moved: nothing of ours is beside our books."""
    return all(
        sum(truth.get(a["provider_key"], ())) == (a["state"] == "succeeded") * a["amount"]
        for a in attempts
    )


def _check_order(order: Row, holds: list[Row]) -> None:
    assert order["refunded"] + order["in_flight"] + order["outside"] <= order["paid"], ("M3", order)
    assert order["lines_fit"], ("M2 lines", order)
    assert order["tenders_fit"], ("M2 tenders", order)
    shipping = order["shipping_refunded"] + order["shipping_in_flight"]
    assert 0 <= shipping <= order["shipping_paid"], ("M2 shipping", order)
    for what in ("paid", "refunded", "in_flight"):
        lines = order[f"line_{what}"] + order[f"shipping_{what}"]
        assert lines == order[f"tender_{what}"] == order[what], ("M4", what, order)
    assert order["tender_outside"] == order["outside"], ("M4 outside", order)
    assert order["tender_excess"] == order["excess"], ("M4 excess", order)
    active = [hold for hold in holds if hold["state"] in ("open", "committed")]
    owed = sum(hold["amount"] - hold["paid"] for hold in active)
    assert order["in_flight"] == owed, ("M3 M11 in flight", order, holds)
    assert order["refunded"] == sum(hold["paid"] for hold in holds), ("M1 M10", order, holds)


def _check_hold(hold: Row) -> None:
    assert hold["of_lines"] == hold["of_tenders"] == hold["amount"], ("M4", hold)
    match hold["state"]:
        case "open":
            assert hold["refund_no"] is None, ("M11", hold)
            assert hold["clearing"] == 0, ("M14", hold)
        case "committed":
            assert hold["of_parts"] == hold["refund_amount"] == hold["amount"], ("M17", hold)
            assert hold["clearing"] == hold["paid"] - hold["amount"], ("M14", hold)
            assert hold["refund_state"] not in ("succeeded", "cancelled"), ("P4", hold)
        case "settled":
            assert hold["paid"] == hold["amount"], ("M10", hold)
            assert hold["clearing"] == 0, ("M14", hold)
            assert hold["refund_state"] == "succeeded", ("P4", hold)
        case "released":
            assert (hold["paid"], hold["clearing"]) == (0, 0), ("M11 M14", hold)
            assert hold["refund_state"] in (None, "cancelled"), ("P4", hold)
    if hold["refund_no"] is not None:
        assert hold["authorised"] == hold["amount"], ("M17", hold)
        people = {hold["first_approver"], hold["second_approver"]} - {""}
        above = hold["amount"] > hold["four_eyes_above"]
        if hold["basis"] not in ("auto", "silence", "default"):
            assert len(people) >= (2 if above else 1), ("M17 four eyes", hold)


def _check_keys(attempts: list[Row], truth: dict[str, list[int]]) -> None:
    """M7 by the provider's own books."""
    paying: dict[int, list[str]] = defaultdict(list)
    for attempt in attempts:
        moved = truth.get(attempt["provider_key"], [])
        out = [amount for amount in moved if amount > 0]
        assert out in ([], [attempt["amount"]]), ("M7", attempt, moved)
        if sum(moved) > 0:
            paying[attempt["part_id"]].append(attempt["provider_key"])
    for part, keys in paying.items():
        assert len(keys) <= 1, ("M7 keys", part, keys)


def _check_proofs(parts: list[Row], attempts: list[Row], truth: dict[str, list[int]]) -> None:
    """M10: who says that money moved can show it."""
    paid_by: dict[int, list[str]] = defaultdict(list)
    for attempt in attempts:
        if attempt["state"] in ("succeeded", "reversed"):
            assert attempt["proof"], ("M10", attempt)
            assert attempt["proof_digest"], ("M10", attempt)
            assert truth.get(attempt["provider_key"]), ("M10 truth", attempt)
        if attempt["state"] == "succeeded":
            paid_by[attempt["part_id"]].append(attempt["provider_key"])
    for part in parts:
        settled = part["state"] == "succeeded"
        offline = bool(part["paid_by"]) and part["paid_by"] != part["confirmed_by"]
        ways = len(paid_by[part["id"]]) + offline + (settled and not part["provider"])
        assert ways == int(settled), ("M10 one way", part, paid_by)
        assert part["posted"] == int(settled), ("M10 ledger", part)


def _by_key(movements: list[Row]) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = defaultdict(list)
    for row in movements:
        moved[row["key"]].append(row["amount"])
    return moved


def _check_truth(
    orders: list[Row], attempts: list[Row], parts: list[Row], truth: dict[str, list[int]]
) -> None:
    """M1 by the provider's own books: what left for an order is not above what was paid."""
    out: dict[str, int] = defaultdict(int)
    for attempt in attempts:
        if attempt["state"] != "abandoned":  # paid twice then is the price of giving up
            out[attempt["order_no"]] += sum(truth.get(attempt["provider_key"], ()))
    for part in parts:
        if part["state"] == "succeeded" and (part["paid_by"] or not part["provider"]):
            out[part["held_of"]] += part["amount"]
    for order in orders:
        assert out[order["order_no"]] <= order["paid"], ("M1 truth", order, dict(out))


def _check_ledger(ledger: Row, parts: list[Row], attempts: list[Row]) -> None:
    assert ledger["unbalanced"] == 0, ("M14", ledger)
    paid = {part["id"]: part["amount"] for part in parts}
    succeeded = [paid[a["part_id"]] for a in attempts if a["state"] == "succeeded"]
    assert ledger["by_provider"] == -sum(succeeded), ("M14 provider", ledger, succeeded)
