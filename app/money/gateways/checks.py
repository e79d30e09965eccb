"""What `flask audit` asks of gateways."""

from __future__ import annotations

from typing import Final

from app.core.checks import Breach, disagreements

_REFUNDED = "(SELECT coalesce(sum(r.amount_minor), 0) FROM gateway_refunds r WHERE r.payment_id = p.id AND r.state {})"
_QUERIES: Final = {
    "state": f"""
        SELECT p.id AS what, p.state AS found, CASE
            WHEN p.paid_at IS NULL THEN CASE WHEN p.state IN ('initiated', 'pending', 'unknown', 'failed', 'expired',
                'canceled') THEN p.state ELSE 'nothing came in' END
            WHEN EXISTS (SELECT FROM gateway_disputes d WHERE d.payment_id = p.id AND d.state = 'open') THEN 'disputed'
            WHEN {_REFUNDED.format("IN ('requested', 'asked', 'pending')")} > 0 THEN 'refunding'
            WHEN EXISTS (SELECT FROM gateway_disputes d WHERE d.payment_id = p.id AND d.state = 'lost')
                THEN 'dispute_lost'
            WHEN {_REFUNDED.format("= 'succeeded'")} >= p.received_minor THEN 'refunded'
            WHEN {_REFUNDED.format("= 'succeeded'")} > 0 THEN 'partly_refunded'
            WHEN EXISTS (SELECT FROM gateway_refunds r WHERE r.payment_id = p.id) THEN 'refund_failed'
            WHEN EXISTS (SELECT FROM gateway_disputes d WHERE d.payment_id = p.id) THEN 'dispute_won'
            ELSE 'succeeded' END AS expected
        FROM gateway_payments p
    """,
    "clearing": """
        SELECT p.id AS what, coalesce((
            SELECT sum(CASE WHEN d.kind = 'clearing' THEN t.amount ELSE -t.amount END)
            FROM ledger_transfers t
            JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
            WHERE (t.source = 'gateway_payment' AND t.kind IN ('paid', 'not_taken') OR t.source = p.purchase_kind)
              AND t.source_id IN (p.id::text, p.purchase_id::text) AND 'clearing' IN (d.kind, c.kind)), 0) AS found,
            p.received_minor AS expected
        FROM gateway_payments p
    """,
    "on its way back": f"""
        SELECT p.id AS what, coalesce(a.balance, 0) AS found,
               CASE WHEN p.is_taken THEN {_REFUNDED.format("IN ('requested', 'asked', 'pending')")}
               ELSE p.received_minor - {_REFUNDED.format("= 'succeeded'")} END AS expected
        FROM gateway_payments p LEFT JOIN ledger_accounts a ON a.kind = 'refund' AND a.owner = p.id::text
        WHERE NOT EXISTS (SELECT FROM gateway_disputes d WHERE d.payment_id = p.id AND NOT p.is_taken)
    """,
    "refunds": """
        SELECT p.id AS what, 'more than came in' AS found, 'no more' AS expected FROM gateway_payments p
        WHERE (SELECT sum(r.amount_minor) FROM gateway_refunds r WHERE r.payment_id = p.id AND r.state <> 'failed')
              > p.received_minor
    """,
    "what is wished back is held": """
        SELECT a.id AS what, coalesce((
            SELECT sum(amount) FROM ledger_holds
            WHERE source = 'refund_wish' AND source_id = a.payload ->> 'holdKey' AND state = 'reserved'), 0) AS found,
            CASE WHEN a.state = 'open' THEN (a.payload ->> 'amountMinor')::bigint ELSE 0 END AS expected
        FROM approvals a WHERE a.kind = 'gateway.refund_wished'
    """,
    "fee": """
        SELECT p.id AS what, coalesce((
            SELECT sum(amount) FROM ledger_transfers
            WHERE source = 'gateway_payment' AND source_id = p.id::text AND kind = 'fee'), 0) AS found,
            p.fee_minor AS expected
        FROM gateway_payments p
    """,
    "a refund is in the book": """
        SELECT r.id AS what, coalesce((
            SELECT sum(CASE kind WHEN 'came_back' THEN -amount ELSE amount END) FROM ledger_transfers
            WHERE source = CASE WHEN r.is_unasked THEN 'gateway_unasked' ELSE 'gateway_refund' END
              AND source_id = CASE WHEN r.is_unasked THEN r.provider_id ELSE r.id::text END
              AND kind IN ('returned', 'came_back', 'refund')), 0) AS found,
            CASE WHEN r.state = 'succeeded' THEN r.amount_minor ELSE 0 END AS expected
        FROM gateway_refunds r
    """,
    "a refund that nobody asked for is borne": """
        SELECT r.id AS what, coalesce((
            SELECT sum(amount) FROM ledger_transfers
            WHERE source = 'gateway_unasked' AND source_id = r.provider_id AND kind IN ('taken', 'borne')), 0) AS found,
            CASE WHEN r.borne_by = '' THEN 0 ELSE r.amount_minor END AS expected
        FROM gateway_refunds r WHERE r.is_unasked
    """,
    "a dispute is in the book": """
        SELECT d.id AS what, coalesce((
            SELECT string_agg(kind || ' ' || amount, ', ' ORDER BY kind) FROM ledger_transfers
            WHERE source = 'gateway_dispute' AND source_id = d.id::text AND kind IN ('opened', 'won')), '') AS found,
            'opened ' || d.amount_minor || CASE WHEN d.state = 'won' THEN ', won ' || d.amount_minor ELSE '' END
            AS expected
        FROM gateway_disputes d
    """,
    "disputed": """
        SELECT 'all of ' || currency AS what, coalesce(max(disputed), 0) AS found, coalesce(max(open), 0) AS expected
        FROM (
            SELECT currency, sum(balance) AS disputed, NULL AS open FROM ledger_accounts WHERE kind = 'disputed'
            GROUP BY currency
            UNION ALL
            SELECT p.currency, NULL, sum(d.amount_minor) FROM gateway_disputes d
            JOIN gateway_payments p ON p.id = d.payment_id WHERE d.state = 'open' GROUP BY p.currency
        ) AS each GROUP BY currency
    """,
}


def payments_agree() -> list[Breach]:
    """States follow from what came in, refunds and disputes; and so do the accounts."""
    return disagreements("gateways", _QUERIES)


CHECKS: Final = (payments_agree,)
