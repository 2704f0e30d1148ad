"""The auditor's own statements: plain SQL on our tables, prepared once a connection.

What they must say stands in `auditing`.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import dict_row

ORDERS = """
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
WHERE o.order_no = ANY(%(orders)s)"""

HOLDS = """
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
WHERE h.order_no = ANY(%(orders)s)"""

PARTS = """
SELECT p.id, p.amount, p.state, p.provider, p.payment_ref, r.case_no, r.refund_no, p.position,
    h.order_no AS held_of, o.paid_by, o.confirmed_by,
    (SELECT count(*) FILTER (WHERE kind = 'settlement') - count(*) FILTER (WHERE kind = 'reversal')
        FROM refunds_ledgertransaction WHERE case_no = r.case_no
        AND posting_key LIKE r.refund_no || ':' || p.position || ':%%') AS posted
FROM refunds_refundpart p JOIN refunds_refundorder r ON r.id = p.refund_id
JOIN refunds_hold h ON h.id = r.hold_id
LEFT JOIN refunds_offlinepayment o ON o.id = p.offline_id
WHERE r.order_no = ANY(%(orders)s)"""

ATTEMPTS = """
SELECT a.provider_key, a.state, a.part_id, a.proof, a.proof_digest, a.number, p.amount,
    p.payment_ref, r.order_no
FROM refunds_refundattempt a JOIN refunds_refundpart p ON p.id = a.part_id
JOIN refunds_refundorder r ON r.id = p.refund_id WHERE r.order_no = ANY(%(orders)s)"""

LEDGER = """
SELECT count(*) FILTER (WHERE total <> 0 OR sides < 2 OR currencies <> 1) AS unbalanced,
    coalesce(sum(ours), 0)::bigint AS by_provider
FROM (SELECT sum(e.amount) AS total, count(*) AS sides, count(DISTINCT e.currency) AS currencies,
        sum(e.amount) FILTER (WHERE e.account = %(account)s) AS ours
    FROM refunds_ledgertransaction t JOIN refunds_ledgerentry e ON e.transaction_id = t.id
    WHERE t.case_no = ANY(%(cases)s) GROUP BY t.id) one"""

TENDERS = """
SELECT t.payment_ref, t.outside, t.excess FROM orders_tender t
JOIN orders_order o ON o.id = t.order_id WHERE o.order_no = ANY(%(orders)s)"""

SECOND_TRANSFERS = """
SELECT provider_key FROM refunds_reconciliationrow
WHERE provider = %(house)s AND provider_key LIKE 'bank:%%'"""

FINGERPRINT = """
SELECT md5(string_agg(line, '|' ORDER BY line)) AS print FROM (
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

OUTCOMES = """
SELECT 'hold ' || state AS outcome FROM refunds_hold WHERE order_no = ANY(%(orders)s)
UNION ALL SELECT 'refund ' || state FROM refunds_refundorder WHERE order_no = ANY(%(orders)s)
UNION ALL SELECT 'key ' || a.state || ' ' || proof FROM refunds_refundattempt a
    JOIN refunds_refundpart p ON p.id = a.part_id WHERE p.provider = %(house)s
UNION ALL SELECT kind FROM refunds_ledgertransaction WHERE order_no = ANY(%(orders)s)
UNION ALL SELECT finding FROM refunds_reconciliationrow WHERE provider = %(house)s
UNION ALL SELECT 'excess' FROM orders_order WHERE excess > 0 AND order_no = ANY(%(orders)s)"""

LEDGER_PRINT = """
SELECT md5(string_agg(to_jsonb(t)::text || to_jsonb(e)::text, '|' ORDER BY e.id)) AS print
FROM refunds_ledgertransaction t JOIN refunds_ledgerentry e ON e.transaction_id = t.id
WHERE t.case_no = ANY(%(cases)s)"""

BESIDE_THE_BOOKS = (ATTEMPTS, TENDERS, SECOND_TRANSFERS)
EVERYTHING = (ORDERS, HOLDS, PARTS, ATTEMPTS, LEDGER)


def asked(*statements: tuple[str, dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """What the database answers to each, all of them sent at once."""
    connection.ensure_connection()
    wire: psycopg.Connection[Any] = connection.connection
    with wire.pipeline():
        cursors = [
            psycopg.Cursor(wire, row_factory=dict_row).execute(sql, values, prepare=True)
            for sql, values in statements
        ]
    return [cursor.fetchall() for cursor in cursors]
