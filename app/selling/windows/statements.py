"""The set-wise SQL that every game's tables are written with: one statement per table and block.

The names of tables come from the models, never from outside.
"""

from __future__ import annotations

from app.record.log.receipts.statements import keep

from .orders.leaves import PAID, UNPAID
from .tables import AnyTables

# The leaves as `leaves.all_paid` makes them, a line each, and their salts one after the other: arrays of as many values
# would cost more than all that is done with them.
_PAID = """
    SELECT 'order:' || order_id AS subject, CAST(payment_id AS text) AS fact, data, place,
           substr(CAST(:salts AS bytea), 32 * CAST(place AS integer) - 31, 32) AS salt
    FROM unnest(CAST(:orders AS uuid[]), CAST(:ids AS uuid[]), string_to_array(CAST(:leaves AS text), chr(10)))
        WITH ORDINALITY AS leaf (order_id, payment_id, data, place)
"""

_INSERT_PAYMENTS = f"""
WITH paid AS MATERIALIZED ({_PAID}), {keep(PAID, "paid", salt="salt", order="place")}
INSERT INTO {{payments}} (id, order_id, txid, vout, tx_index, amount_sats, status, credited_sats, refundable_sats,
                        credited_round_number, block_height, block_hash)
SELECT t.*, :height, :hash
FROM unnest(CAST(:ids AS uuid[]), CAST(:orders AS uuid[]), CAST(:txids AS text[]), CAST(:vouts AS bigint[]),
            CAST(:indexes AS integer[]), CAST(:amounts AS bigint[]), CAST(:statuses AS text[]),
            CAST(:credited AS bigint[]), CAST(:refundable AS bigint[]), CAST(:rounds AS integer[])) AS t
"""

# As `leaves.unpaid` writes it.
_UNPAID = """
    SELECT 'order:' || order_id AS subject, CAST(id AS text) AS fact,
           '{{"cause":"' || status || '","creditedSats":' || credited_sats || ',"game":"{game}","payment":"' || id
           || '","subject":"order:' || order_id || '","type":"order.unpaid"}}' AS data
    FROM undone
"""
_TOLD = keep(UNPAID, "unpaid")

# What was credited in a settled round stays in its row: the round's seal covers it.
_ORPHAN_PAYMENTS = f"""
WITH undone AS (
UPDATE {{payments}} p
SET status = 'orphaned', orphaned_at = clock_timestamp(), refundable_sats = 0,
    credited_sats = CASE r.status WHEN 'settled' THEN p.credited_sats ELSE 0 END,
    credited_round_number = CASE r.status WHEN 'settled' THEN p.credited_round_number END
FROM {{orders}} o JOIN {{rounds}} r USING (round_number)
WHERE o.id = p.order_id AND p.id = ANY(CAST(:ids AS uuid[])) AND p.orphaned_at IS NULL
RETURNING p.id, p.order_id, p.txid, p.vout, o.round_number, o.partner_site_id, r.status AS round_status,
          p.status, p.credited_sats
), unpaid AS ({_UNPAID}), {_TOLD}
SELECT id, order_id, txid, vout, round_number, partner_site_id, round_status FROM undone
"""

_VOID_PAYMENTS = f"""
WITH undone AS (
    UPDATE {{payments}} SET status = :fate, refundable_sats = amount_sats, credited_sats = 0
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'credited'
    RETURNING id, order_id, status, credited_sats
), unpaid AS ({_UNPAID}), {_TOLD}
SELECT count(*) FROM undone
"""


def insert_payments(game: AnyTables) -> str:
    """A block's payments, each with its fate and its leaf."""
    return for_tables_of(game, _INSERT_PAYMENTS)


def orphan_payments(game: AnyTables) -> str:
    """Payments whose block left the chain, each told to have; what they were is returned."""
    return for_tables_of(game, _ORPHAN_PAYMENTS)


def void_payments(game: AnyTables) -> str:
    """Credited payments that are credited no more, each told to be so."""
    return for_tables_of(game, _VOID_PAYMENTS)


def for_tables_of(game: AnyTables, statement: str) -> str:
    """A statement about {rounds}, {orders} and {payments} of a {game}, with its tables and name in their places."""
    return statement.format(
        game=game.name,
        rounds=game.round.__tablename__,
        orders=game.order.__tablename__,
        payments=game.payment.__tablename__,
    )
