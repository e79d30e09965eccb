"""What `flask audit` asks of payouts."""

from __future__ import annotations

from typing import Final

from app.core.checks import Breach, disagreements

from .sent.checks import payouts_are_said

_QUERIES = {
    "reserved": """
        SELECT r.id AS what, coalesce(a.balance, 0) AS found, coalesce((
            SELECT sum(o.sats) FROM payouts p
            JOIN payout_outputs o ON o.payout_id = p.id AND o.kind IN ('obligation', 'balance')
            WHERE p.root_id = r.id AND p.live AND NOT EXISTS (
                SELECT FROM payout_confirmations c WHERE c.payout_id = p.id AND c.orphaned_at IS NULL)), 0) AS expected
        FROM payouts r LEFT JOIN ledger_accounts a ON a.kind = 'payout' AND a.owner = r.id::text
        WHERE r.root_id = r.id
    """,
    "debts": """
        SELECT o.source || '-' || o.source_id AS what, coalesce(max(a.balance), 0) AS found,
               sum(CASE WHEN EXISTS (SELECT FROM payout_outputs p WHERE p.obligation_id = o.id AND p.live)
                   THEN 0 ELSE o.amount_sats END) AS expected
        FROM obligations o
        LEFT JOIN ledger_accounts a ON a.kind = 'jackpot' AND a.owner = o.source || '-' || o.source_id
        GROUP BY 1
    """,
    "fee": """
        SELECT p.id AS what, p.fee_sats AS found,
               (SELECT sum(i.sats) FROM payout_inputs i WHERE i.payout_id = p.id)
               - (SELECT sum(o.sats) FROM payout_outputs o WHERE o.payout_id = p.id) AS expected
        FROM payouts p
    """,
    "intent": """
        SELECT o.id AS what, p.sats AS found, o.amount_sats AS expected
        FROM payout_outputs p JOIN obligations o ON o.id = p.obligation_id
    """,
    "W one living payout a debt": """
        SELECT obligation_id AS what, count(*) AS found, 1 AS expected FROM payout_outputs
        WHERE live AND obligation_id IS NOT NULL GROUP BY 1
    """,
    "W one living payout a coin": """
        SELECT encode(txid, 'hex') || ':' || vout AS what, count(*) AS found, 1 AS expected FROM payout_inputs
        WHERE live GROUP BY txid, vout
    """,
    "W one version counts": """
        SELECT p.root_id AS what, count(*) AS found, 1 AS expected
        FROM payouts p JOIN payout_confirmations c ON c.payout_id = p.id AND c.orphaned_at IS NULL GROUP BY 1
    """,
    "one anchor": """
        SELECT p.id AS what, count(i.*) FILTER (WHERE i.anchor) AS found, 1 AS expected
        FROM payouts p LEFT JOIN payout_inputs i ON i.payout_id = p.id GROUP BY p.id
    """,
    "every input is spent by its payout": """
        SELECT p.id AS what, count(s.id) AS found, count(*) AS expected
        FROM payouts p
        JOIN payout_confirmations f ON f.payout_id = p.id AND f.orphaned_at IS NULL
        JOIN payout_inputs i ON i.payout_id = p.id
        LEFT JOIN coins c ON c.txid = i.txid AND c.vout = i.vout AND c.orphaned_at IS NULL
        LEFT JOIN coin_spends s ON s.coin_id = c.id AND s.orphaned_at IS NULL AND s.planned
                                AND s.spending_txid = p.txid
        GROUP BY p.id
    """,
    "every planned spend is a payout's": """
        SELECT s.id AS what, count(f.id) AS found, 1 AS expected
        FROM coin_spends s LEFT JOIN payouts p ON p.txid = s.spending_txid
        LEFT JOIN payout_confirmations f ON f.payout_id = p.id AND f.orphaned_at IS NULL
        WHERE s.planned AND s.orphaned_at IS NULL GROUP BY s.id
    """,
    "a root in a block is an anchor": """
        SELECT p.id AS what, count(a.id) AS found, count(f.id) AS expected
        FROM payouts p JOIN payout_outputs o ON o.payout_id = p.id AND o.kind = 'root'
        LEFT JOIN payout_confirmations f ON f.payout_id = p.id AND f.orphaned_at IS NULL
        LEFT JOIN log_anchors a ON a.txid = p.txid AND a.orphaned_at IS NULL AND a.block_hash = f.block_hash
            AND a.vout = o.vout AND a.root = substr(o.script, 3) AND a.size = p.log_size
        GROUP BY p.id
    """,
    "confirmed in a block": """
        SELECT p.id AS what, count(b.hash) AS found, 1 AS expected
        FROM payouts p LEFT JOIN payout_confirmations c ON c.payout_id = p.id AND c.orphaned_at IS NULL
        LEFT JOIN chain_blocks b ON b.height = c.block_height AND b.hash = c.block_hash
        WHERE p.state = 'confirmed' GROUP BY p.id
    """,
}


def numbers_agree() -> list[Breach]:
    """What is reserved, owed and spent is what payouts say; nothing is paid by two."""
    return disagreements("payouts", _QUERIES)


CHECKS: Final = (numbers_agree, payouts_are_said)
