"""What an auditor asks of the books of money, in SQL of its own: nothing here trusts a counter,
a trigger or a constraint. Reads all, changes nothing, locks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something in the books that contradicts something else."""

    about: str
    """A case, an order or a posting."""
    sentence: str


_ORDER = """
SELECT o.order_no FROM orders_order o,
LATERAL (SELECT coalesce(sum(paid), 0) AS paid, coalesce(sum(refunded), 0) AS refunded,
        coalesce(sum(in_flight), 0) AS in_flight
    FROM orders_orderline WHERE order_id = o.id) l,
LATERAL (SELECT coalesce(sum(paid), 0) AS paid, coalesce(sum(refunded), 0) AS refunded,
        coalesce(sum(in_flight), 0) AS in_flight, coalesce(sum(outside), 0) AS outside
    FROM orders_tender WHERE order_id = o.id) t,
LATERAL (SELECT coalesce(sum(h.amount), 0) AS held FROM refunds_hold h
    WHERE h.order_no = o.order_no AND h.state <> 'released') h,
LATERAL (SELECT coalesce(sum(p.amount), 0) AS paid FROM refunds_refundpart p
    JOIN refunds_refundorder r ON r.id = p.refund_id
    WHERE r.order_no = o.order_no AND p.state = 'succeeded') p
WHERE o.refunded + o.in_flight + o.outside > o.paid
    OR (o.paid, o.refunded, o.in_flight) <> (l.paid + o.shipping_paid,
        l.refunded + o.shipping_refunded, l.in_flight + o.shipping_in_flight)
    OR (o.paid, o.refunded, o.in_flight, o.outside)
        <> (t.paid, t.refunded, t.in_flight, t.outside)
    OR (o.refunded, o.refunded + o.in_flight) <> (p.paid, h.held)"""

_OUTSIDE = """
SELECT o.order_no FROM orders_order o
WHERE o.outside + o.excess <> (SELECT coalesce(sum(f.beside - f.returned), 0)
    FROM refunds_reconciliationrow f
    LEFT JOIN refunds_refundorder r ON r.refund_no = f.refund_no
    LEFT JOIN orders_tender t ON t.provider = f.provider AND t.payment_ref = f.payment_ref
        AND r.id IS NULL
    WHERE r.order_no = o.order_no OR t.order_id = o.id)"""

_CLOSED = """
SELECT f.provider_key FROM refunds_reconciliationrow f
JOIN refunds_proposal p ON p.finding_id = f.id
WHERE p.agreed AND (p.answered_by = p.by OR f.closed_at IS NULL)"""

_LINE = """
SELECT o.order_no FROM orders_order o
JOIN (SELECT order_id, line_no, refunded + in_flight AS taken FROM orders_orderline
    UNION ALL SELECT id, '', shipping_refunded + shipping_in_flight FROM orders_order
) l ON l.order_id = o.id
WHERE l.taken <> (SELECT coalesce(sum(hl.amount), 0) FROM refunds_holdline hl
    JOIN refunds_hold h ON h.id = hl.hold_id
    WHERE h.order_no = o.order_no AND hl.line_no = l.line_no AND h.state <> 'released')"""

_TENDER = """
SELECT o.order_no FROM orders_order o JOIN orders_tender t ON t.order_id = o.id
WHERE t.refunded + t.in_flight <> (SELECT coalesce(sum(ht.amount), 0) FROM refunds_holdtender ht
        JOIN refunds_hold h ON h.id = ht.hold_id
        WHERE h.order_no = o.order_no AND ht.tender_no = t.tender_no AND h.state <> 'released')
    OR t.refunded <> (SELECT coalesce(sum(p.amount), 0) FROM refunds_refundpart p
        JOIN refunds_refundorder r ON r.id = p.refund_id
        WHERE r.order_no = o.order_no AND p.tender_no = t.tender_no AND p.state = 'succeeded')"""

_REFUND = """
SELECT r.case_no FROM refunds_refundorder r
JOIN refunds_hold h ON h.id = r.hold_id JOIN refunds_authorisation a ON a.id = r.authorisation_id,
LATERAL (SELECT sum(amount) AS amount, sum(amount) FILTER (WHERE p.state = 'succeeded') AS paid
    FROM refunds_refundpart p WHERE p.refund_id = r.id) p
WHERE a.hold_id <> r.hold_id OR a.superseded_at IS NOT NULL
    OR (r.case_no, r.order_no, r.currency) <> (h.case_no, h.order_no, h.currency)
    OR (r.amount, r.currency) <> (a.amount, a.currency)
    OR (h.amount, p.amount) IS DISTINCT FROM (r.amount, r.amount)
    OR (h.state = 'settled') <> (coalesce(p.paid, 0) = r.amount)
    OR (h.state = 'settled') <> (r.state = 'succeeded')
    OR h.state = 'open' OR (h.state = 'released' AND coalesce(p.paid, 0) > 0)"""

_EYES = """
SELECT a.case_no FROM refunds_authorisation a JOIN refunds_hold h ON h.id = a.hold_id
JOIN orders_order o ON o.order_no = h.order_no
WHERE a.superseded_at IS NULL AND (o.buyer IN (a.first_approver, a.second_approver)
    OR (a.second_approver <> '' AND a.second_approver = a.first_approver)
    OR (a.basis NOT IN ('auto', 'silence', 'default') AND (a.first_approver = ''
        OR (a.amount + a.granted_alone > a.four_eyes_above AND a.second_approver = ''))))"""

_PROOF = """
SELECT r.case_no FROM refunds_refundpart p JOIN refunds_refundorder r ON r.id = p.refund_id
JOIN orders_order o ON o.order_no = r.order_no
LEFT JOIN refunds_offlinepayment b ON b.id = p.offline_id,
LATERAL (SELECT count(*) AS keys FROM refunds_refundattempt a
    WHERE a.part_id = p.id AND a.state = 'succeeded' AND a.proof_digest <> '' AND (
        (a.proof = 'callback' AND EXISTS (SELECT 1 FROM refunds_providerinbox i
            WHERE i.provider_key = a.provider_key AND i.provider = p.provider AND i.applied))
        OR (a.proof IN ('reply', 'query') AND EXISTS (SELECT 1 FROM refunds_adapterlog g
            WHERE g.provider_key = a.provider_key AND g.provider = p.provider))
        OR a.proof = 'people')) k
WHERE (p.state = 'succeeded') <> (k.keys = 1 OR b.id IS NOT NULL OR
        (p.provider = '' AND p.state = 'succeeded'))
    OR (k.keys > 0 AND b.id IS NOT NULL)
    OR (b.id IS NOT NULL AND (b.refund_id <> r.id OR b.paid_by = b.confirmed_by
        OR o.buyer IN (b.paid_by, b.confirmed_by)
        OR b.amount <> (SELECT sum(q.amount) FROM refunds_refundpart q WHERE q.offline_id = b.id)))
    OR (p.state = 'succeeded')::int <> (SELECT count(*) FILTER (WHERE t.kind = 'settlement')
        - count(*) FILTER (WHERE t.kind = 'reversal') FROM refunds_ledgertransaction t
        WHERE t.refund_no = r.refund_no
        AND t.posting_key LIKE r.refund_no || ':' || p.position || ':%%')"""

_LEDGER = """
SELECT t.posting_key FROM refunds_ledgertransaction t
LEFT JOIN refunds_ledgerentry e ON e.transaction_id = t.id
JOIN orders_order o ON o.order_no = t.order_no
GROUP BY t.id, t.posting_key, o.currency
HAVING count(e.id) <> 2 OR sum(e.amount) <> 0 OR bool_or(e.currency <> o.currency)"""

_OWED = """
SELECT h.case_no FROM refunds_hold h,
LATERAL (SELECT coalesce(sum(amount), 0) AS balance FROM refunds_ledgerentry
    WHERE account = 'clearing:' || h.case_no) c,
LATERAL (SELECT coalesce(sum(p.amount), 0) AS paid FROM refunds_refundpart p
    JOIN refunds_refundorder r ON r.id = p.refund_id
    WHERE r.hold_id = h.id AND p.state = 'succeeded') p
WHERE c.balance <> CASE WHEN h.state = 'committed' THEN p.paid - h.amount ELSE 0 END"""

QUESTIONS = {
    _ORDER: "The order's counters are not what its lines, tenders, holds and refunds add up to",
    _OUTSIDE: "What left beside the books is not what the findings about the order say",
    _CLOSED: "Two people agreed on a difference that is open, or one person did alone",
    _LINE: "What is taken of a line is not what its cases hold and have paid",
    _TENDER: "What is taken of a tender is not what its cases hold and have paid",
    _REFUND: "The refund is not of what was authorised, held and paid",
    _EYES: "The refund was not authorised by those who must",
    _PROOF: "What is paid is not proven and posted exactly once",
    _LEDGER: "The posting does not balance in the order's currency",
    _OWED: "The ledger owes the buyer something else than the refund does",
}


def audit() -> Iterator[Fault]:
    """Every contradiction in the books; nothing when they are right."""
    for question, sentence in QUESTIONS.items():
        with connection.cursor() as cursor:
            cursor.execute(question, [])
            yield from (Fault(about=about, sentence=sentence) for (about,) in cursor.fetchall())
