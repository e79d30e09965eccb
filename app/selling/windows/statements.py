"""The set-wise SQL that every game's tables are written with: one statement per table and block.

The names of tables come from the models, never from outside.
"""

from __future__ import annotations

from .tables import AnyTables

_INSERT_PAYMENTS = """
INSERT INTO {payments} (id, order_id, txid, vout, tx_index, amount_sats, status, credited_sats, refundable_sats,
                        credited_round_number, block_height, block_hash)
SELECT t.*, :height, :hash
FROM unnest(CAST(:ids AS uuid[]), CAST(:orders AS uuid[]), CAST(:txids AS text[]), CAST(:vouts AS bigint[]),
            CAST(:indexes AS integer[]), CAST(:amounts AS bigint[]), CAST(:statuses AS text[]),
            CAST(:credited AS bigint[]), CAST(:refundable AS bigint[]), CAST(:rounds AS integer[])) AS t
"""

# What was credited in a settled round stays in its row: the round's seal covers it.
_ORPHAN_PAYMENTS = """
UPDATE {payments} p
SET status = 'orphaned', orphaned_at = clock_timestamp(), refundable_sats = 0,
    credited_sats = CASE r.status WHEN 'settled' THEN p.credited_sats ELSE 0 END,
    credited_round_number = CASE r.status WHEN 'settled' THEN p.credited_round_number END
FROM {orders} o JOIN {rounds} r USING (round_number)
WHERE o.id = p.order_id AND p.id = ANY(CAST(:ids AS uuid[])) AND p.orphaned_at IS NULL
RETURNING p.id, p.order_id, p.txid, p.vout, o.round_number, o.partner_site_id, r.status AS round_status
"""

_VOID_PAYMENTS = """
UPDATE {payments} SET status = :fate, refundable_sats = amount_sats, credited_sats = 0
WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'credited'
"""


def insert_payments(game: AnyTables) -> str:
    """A block's payments, each with its fate."""
    return for_tables_of(game, _INSERT_PAYMENTS)


def orphan_payments(game: AnyTables) -> str:
    """Payments whose block left the chain; what they were is returned."""
    return for_tables_of(game, _ORPHAN_PAYMENTS)


def void_payments(game: AnyTables) -> str:
    """Credited payments that are credited no more."""
    return for_tables_of(game, _VOID_PAYMENTS)


def for_tables_of(game: AnyTables, statement: str) -> str:
    """A statement about {rounds}, {orders} and {payments}, with the game's tables in their places."""
    return statement.format(
        rounds=game.round.__tablename__, orders=game.order.__tablename__, payments=game.payment.__tablename__
    )
