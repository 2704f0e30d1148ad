"""What an auditor with read access to both books would check, in plain SQL of his own.

Nothing here goes through the code under test. Our tables are read in one moment; the
provider's movements are the truth about money.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests.invariants.inprocess import House

_ORDERS = """
SELECT o.order_no, o.paid, o.refunded, o.in_flight, o.outside, o.excess,
    o.shipping_paid, o.shipping_refunded, o.shipping_in_flight, l.*, t.*
FROM orders_order o,
LATERAL (SELECT sum(paid)::bigint AS line_paid, sum(refunded)::bigint AS line_refunded,
    sum(in_flight)::bigint AS line_in_flight,
    bool_and(refunded >= 0 AND in_flight >= 0 AND refunded + in_flight <= paid
        AND refunded_qty + in_case_qty <= ordered) AS lines_fit
    FROM orders_orderline WHERE order_id = o.id) l,
LATERAL (SELECT sum(paid)::bigint AS tender_paid, sum(refunded)::bigint AS tender_refunded,
    sum(in_flight)::bigint AS tender_in_flight, sum(outside)::bigint AS tender_outside,
    sum(excess)::bigint AS tender_excess,
    bool_and(refunded >= 0 AND in_flight >= 0 AND refunded + in_flight + outside <= paid)
        AS tenders_fit
    FROM orders_tender WHERE order_id = o.id) t
WHERE o.order_no = ANY(%s)"""

_HOLDS = """
SELECT h.case_no, h.order_no, h.state, h.amount, h.currency, l.amount AS of_lines,
    t.amount AS of_tenders, r.refund_no, r.state AS refund_state, r.amount AS refund_amount,
    coalesce(p.paid, 0) AS paid, coalesce(p.parts, 0) AS of_parts,
    a.amount AS authorised, a.basis, a.first_approver, a.second_approver, a.four_eyes_above,
    (SELECT coalesce(sum(amount), 0)::bigint FROM refunds_ledgerentry
        WHERE account = 'clearing:' || h.case_no) AS clearing
FROM refunds_hold h
LEFT JOIN refunds_refundorder r ON r.hold_id = h.id
LEFT JOIN refunds_authorisation a ON a.id = r.authorisation_id
LEFT JOIN LATERAL (SELECT sum(amount)::bigint AS parts,
    sum(amount) FILTER (WHERE state = 'succeeded')::bigint AS paid
    FROM refunds_refundpart WHERE refund_id = r.id) p ON true,
LATERAL (SELECT sum(amount)::bigint AS amount FROM refunds_holdline WHERE hold_id = h.id) l,
LATERAL (SELECT sum(amount)::bigint AS amount FROM refunds_holdtender WHERE hold_id = h.id) t
WHERE h.order_no = ANY(%s)"""

_PARTS = """
SELECT p.id, p.amount, p.state, p.provider, p.payment_ref, r.case_no, r.refund_no, p.position,
    o.paid_by, o.confirmed_by,
    (SELECT count(*) FILTER (WHERE kind = 'settlement') - count(*) FILTER (WHERE kind = 'reversal')
        FROM refunds_ledgertransaction WHERE case_no = r.case_no
        AND posting_key LIKE r.refund_no || ':' || p.position || ':%%') AS posted
FROM refunds_refundpart p JOIN refunds_refundorder r ON r.id = p.refund_id
LEFT JOIN refunds_offlinepayment o ON o.id = p.offline_id
WHERE r.order_no = ANY(%s)"""

_ATTEMPTS = """
SELECT a.provider_key, a.state, a.part_id, a.proof, a.proof_digest, a.number, p.amount,
    p.payment_ref, r.order_no
FROM refunds_refundattempt a JOIN refunds_refundpart p ON p.id = a.part_id
JOIN refunds_refundorder r ON r.id = p.refund_id WHERE r.order_no = ANY(%s)"""

_LEDGER = """
SELECT count(*) FILTER (WHERE total <> 0 OR sides < 2 OR currencies <> 1) AS unbalanced,
    coalesce(sum(ours), 0)::bigint AS by_provider
FROM (SELECT sum(e.amount) AS total, count(*) AS sides, count(DISTINCT e.currency) AS currencies,
        sum(e.amount) FILTER (WHERE e.account = %s) AS ours
    FROM refunds_ledgertransaction t JOIN refunds_ledgerentry e ON e.transaction_id = t.id
    WHERE t.case_no = ANY(%s) GROUP BY t.id) one"""

_FINGERPRINT = """
SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
    SELECT to_jsonb(o)::text FROM orders_order o WHERE order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(l)::text FROM orders_orderline l
        JOIN orders_order o ON o.id = l.order_id WHERE o.order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(t)::text FROM orders_tender t
        JOIN orders_order o ON o.id = t.order_id WHERE o.order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(h)::text FROM refunds_hold h WHERE order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(r)::text FROM refunds_refundorder r
        WHERE order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(p)::text FROM refunds_refundpart p
        JOIN refunds_refundorder r ON r.id = p.refund_id WHERE r.order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(a)::text FROM refunds_refundattempt a
        JOIN refunds_refundpart p ON p.id = a.part_id
        JOIN refunds_refundorder r ON r.id = p.refund_id WHERE r.order_no = ANY(%(orders)s)
    UNION ALL SELECT to_jsonb(i)::text FROM refunds_providerinbox i WHERE provider = %(house)s
    UNION ALL SELECT to_jsonb(t)::text || to_jsonb(e)::text FROM refunds_ledgertransaction t
        JOIN refunds_ledgerentry e ON e.transaction_id = t.id WHERE t.case_no = ANY(%(cases)s)
) AS everything(line)"""

_OUTCOMES = """
SELECT 'hold ' || state FROM refunds_hold WHERE order_no = ANY(%(orders)s)
UNION ALL SELECT 'refund ' || state FROM refunds_refundorder WHERE order_no = ANY(%(orders)s)
UNION ALL SELECT 'key ' || a.state || ' ' || proof FROM refunds_refundattempt a
    JOIN refunds_refundpart p ON p.id = a.part_id WHERE p.provider = %(house)s
UNION ALL SELECT kind FROM refunds_ledgertransaction WHERE order_no = ANY(%(orders)s)
UNION ALL SELECT finding FROM refunds_reconciliationrow WHERE provider = %(house)s
UNION ALL SELECT 'excess' FROM orders_order WHERE excess > 0 AND order_no = ANY(%(orders)s)"""

_LEDGER_PRINT = """
SELECT md5(string_agg(to_jsonb(t)::text || to_jsonb(e)::text, '|' ORDER BY e.id))
FROM refunds_ledgertransaction t JOIN refunds_ledgerentry e ON e.transaction_id = t.id
WHERE t.case_no = ANY(%s)"""


@dataclass
class Auditor:
    """Looks at some orders, their cases and one provider."""

    house: House
    orders: list[str]
    cases: list[str]

    def fingerprint(self) -> str:
        """Changes with anything about the orders' money but the list of refused callbacks."""
        names = {"orders": self.orders, "cases": self.cases, "house": self.house.name}
        with connection.cursor() as cursor:
            cursor.execute(_FINGERPRINT, names)
            return str(cursor.fetchone()[0])

    def outcomes(self) -> list[str]:
        """The states that keys, refunds and holds are in, and kinds of findings and postings."""
        with connection.cursor() as cursor:
            cursor.execute(_OUTCOMES, {"orders": self.orders, "house": self.house.name})
            return [line for (line,) in cursor.fetchall()]

    def ledger(self) -> str:
        """The ledger, byte by byte."""
        with connection.cursor() as cursor:
            cursor.execute(_LEDGER_PRINT, [self.cases])
            return str(cursor.fetchone()[0])

    def room(self, order_no: str) -> int:
        """What the order could still pay, what is in flight deducted."""
        (row,) = _rows(_ORDERS, [[order_no]])
        return (
            int(row["paid"] - row["refunded"] - row["in_flight"] - row["outside"]) - row["excess"]
        )

    def check(self) -> None:
        """M1–M4, M7, M10, M11, M14 and M17 of everything there is."""
        orders = _rows(_ORDERS, [self.orders])
        holds = _rows(_HOLDS, [self.orders])
        parts = _rows(_PARTS, [self.orders])
        attempts = _rows(_ATTEMPTS, [self.orders])
        for order in orders:
            mine = [hold for hold in holds if hold["order_no"] == order["order_no"]]
            _check_order(order, mine)
        for hold in holds:
            _check_hold(hold)
        truth = _by_key(self.house.movements())
        _check_keys(attempts, truth)
        _check_proofs(parts, attempts, truth)
        self._check_truth(orders, attempts, parts, truth)
        self._check_ledger(parts, attempts)

    def _check_truth(self, orders: Any, attempts: Any, parts: Any, truth: Any) -> None:
        """M1 by the provider's own books: what left for an order is not above what was paid."""
        out: dict[str, int] = defaultdict(int)
        for attempt in attempts:
            if attempt["state"] != "abandoned":  # paid twice then is the price of giving up
                out[attempt["order_no"]] += sum(truth.get(attempt["provider_key"], ()))
        by_case = dict(_case_orders(self.cases))
        for part in parts:
            if part["state"] == "succeeded" and (part["paid_by"] or not part["provider"]):
                out[by_case[part["case_no"]]] += part["amount"]
        for order in orders:
            assert out[order["order_no"]] <= order["paid"], ("M1 truth", order, dict(out))

    def _check_ledger(self, parts: Any, attempts: Any) -> None:
        (ledger,) = _rows(_LEDGER, [f"provider:{self.house.name}", self.cases])
        assert ledger["unbalanced"] == 0, ("M14", ledger)
        paid = {part["id"]: part["amount"] for part in parts}
        succeeded = [paid[a["part_id"]] for a in attempts if a["state"] == "succeeded"]
        assert ledger["by_provider"] == -sum(succeeded), ("M14 provider", ledger, succeeded)

    def check_reconciled(self) -> None:
        """Every bill was compared: what left beside our books has lowered the ceilings."""
        attempts = _rows(_ATTEMPTS, [self.orders])
        ours = {a["provider_key"]: a["state"] for a in attempts}
        beside: dict[str, int] = defaultdict(int)
        for row in self.house.movements():
            if ours.get(row["key"], "abandoned") in ("abandoned", "closed"):
                beside[row["payment_ref"]] += row["amount"]
        for tender in _rows(_TENDERS, [self.orders]):
            found = tender["outside"] + tender["excess"]
            assert found >= beside[tender["payment_ref"]], ("M1 outside", tender, dict(beside))


_TENDERS = """
SELECT t.payment_ref, t.outside, t.excess FROM orders_tender t
JOIN orders_order o ON o.id = t.order_id WHERE o.order_no = ANY(%s)"""


def _check_order(order: dict[str, Any], holds: list[dict[str, Any]]) -> None:
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


def _check_hold(hold: dict[str, Any]) -> None:
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


def _check_keys(attempts: list[dict[str, Any]], truth: dict[str, list[int]]) -> None:
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


def _check_proofs(
    parts: list[dict[str, Any]], attempts: list[dict[str, Any]], truth: dict[str, list[int]]
) -> None:
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


def _by_key(movements: list[dict[str, Any]]) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = defaultdict(list)
    for row in movements:
        moved[row["key"]].append(row["amount"])
    return moved


def _case_orders(cases: list[str]) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_no, order_no FROM refunds_hold WHERE case_no = ANY(%s)", [cases]
        )
        return cursor.fetchall()


def _rows(sql: str, values: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
