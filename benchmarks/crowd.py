"""A crowd of orders, made in the database itself: watched scripts, and slips with their payments and ranges.

Order number n has ids and a script that follow from n, so a block can pay it without asking the database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

TICKETS = 3
BASE_SATS, PLAYER_SATS = 1_000, 1_100
PAID_SATS = TICKETS * PLAYER_SATS
_PAYMENTS_A_BLOCK = 2_000
# UUIDv7 in shape, so that they sort as they were made. The rest is the row's number.
_ORDER, _ADDRESS, _PAYMENT, _COIN = (f"01930000-000{kind}-7000-8000-" for kind in range(1, 5))
_TABLES = (
    "deposit_addresses",
    "ticket_orders",
    "payments",
    "coins",
    "order_payments",
    "ticket_slips",
    "slip_ranges",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the crowd buys."""

    site_id: UUID
    round_number: int
    internal_key: bytes
    ticket_supply: int
    payout_address: str


def script_of(number: int) -> bytes:
    """The watched script of order `number`, which counts from 1."""
    return b"\x51\x20" + hashlib.sha256(b"script-%d" % number).digest()


def order_id_of(number: int) -> UUID:
    """The id of order `number`, and of its slip."""
    return UUID(f"{_ORDER}{number:012x}")


def fill(connection: psycopg.Connection[Any], place: Place, orders: int, slips: int) -> None:
    """Make `orders` orders in an open round, the first `slips` of them paid. Meant for an empty database.

    The rows are those that orders and blocks would have made; only the checks and indexes are built at the end.
    """
    values = {
        "orders": orders,
        "slips": slips,
        "site": place.site_id,
        "round": place.round_number,
        "supply": place.ticket_supply,
        "key": place.internal_key,
        "key_hex": place.internal_key.hex(),
        "payout": place.payout_address,
    }
    with connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys hold by construction
        indexes = _drop_indexes(connection)
        for statement in (_ADDRESSES, _ORDERS, _PAYMENTS, _COINS, _ORDER_PAYMENTS, _SLIPS, _RANGES, _SOLD):
            connection.execute(_with_constants(statement), values)
        for index in indexes:
            connection.execute(index)
    for table in _TABLES:
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def _with_constants(statement: str) -> sql.SQL:
    for name, value in {
        "@order": _ORDER,
        "@address": _ADDRESS,
        "@payment": _PAYMENT,
        "@coin": _COIN,
        "@sats": str(PAID_SATS),
        "@tickets": str(TICKETS),
        "@base": str(BASE_SATS),
        "@player": str(PLAYER_SATS),
        "@block": str(_PAYMENTS_A_BLOCK),
    }.items():
        statement = statement.replace(name, value)
    return sql.SQL(statement)


def _drop_indexes(connection: psycopg.Connection[Any]) -> list[bytes]:
    """Drop all but the primary keys; the statements that make them again."""
    found = connection.execute(_INDEXES, [list(_TABLES)]).fetchall()
    for table, name, constraint, _ in found:
        drop = "ALTER TABLE {} DROP CONSTRAINT {}" if constraint else "DROP INDEX {1}"
        connection.execute(sql.SQL(drop).format(sql.Identifier(table), sql.Identifier(name)))
    return [definition.encode() for *_, definition in found]


_INDEXES = """
SELECT t.relname, i.relname, c.oid IS NOT NULL,
       CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.oid)
            ELSE format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', t.relname, c.conname, pg_get_constraintdef(c.oid)) END
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype = 'u'
WHERE t.relname = ANY(%s) AND NOT x.indisprimary
"""

_ADDRESSES = """
INSERT INTO deposit_addresses (id, branch, key_index, internal_key, terms, commitment, script_pubkey, address)
SELECT ('@address' || lpad(to_hex(n), 12, '0'))::uuid, 1, %(round)s, %(key)s,
       '{"baseTicketPriceSats":@base,"closingHeight":1163,"game":"rounds","houseEdgePercent":10,"internalKey":"'
       || %(key_hex)s || '","minPaymentSats":@player,"network":"regtest","orderId":"@order' || lpad(to_hex(n), 12, '0')
       || '","partnerName":"lucky-shop","payoutAddress":"' || %(payout)s || '","playerPublicIdentifier":"player-'
       || n %% 1000 || '","playerTicketPriceSats":@player,"roundNumber":' || %(round)s
       || ',"salesEndHeight":1145,"version":1}',
       sha256(convert_to('commitment-' || n, 'UTF8')), '\\x5120'::bytea || sha256(convert_to('script-' || n, 'UTF8')),
       'bcrt1p' || substr(encode(sha256(convert_to('address-' || n, 'UTF8')), 'hex'), 1, 58)
FROM generate_series(1, %(orders)s) AS n
"""

_ORDERS = """
INSERT INTO ticket_orders (id, partner_site_id, round_number, deposit_address_id, player_public_identifier,
                           player_private_identifier, base_ticket_price_sats, player_ticket_price_sats,
                           min_payment_sats, house_edge_percent, payout_address, receipt_secret_hash)
SELECT ('@order' || lpad(to_hex(n), 12, '0'))::uuid, %(site)s, %(round)s,
       ('@address' || lpad(to_hex(n), 12, '0'))::uuid, 'player-' || n %% 1000, 'private-' || n %% 1000,
       @base, @player, @player, 10, %(payout)s, sha256(convert_to('receipt-' || n, 'UTF8'))
FROM generate_series(1, %(orders)s) AS n
"""

_PAYMENTS = """
INSERT INTO payments (id, amount) SELECT ('@payment' || lpad(to_hex(n), 12, '0'))::uuid, @sats
FROM generate_series(1, %(slips)s) AS n
"""

_COINS = """
INSERT INTO coins (id, payment_id, txid, vout, tx_index, amount_sats, deposit_address_id, block_height, block_hash)
SELECT ('@coin' || lpad(to_hex(n), 12, '0'))::uuid, ('@payment' || lpad(to_hex(n), 12, '0'))::uuid,
       sha256(convert_to('tx-' || n, 'UTF8')), 0, n %% @block, @sats,
       ('@address' || lpad(to_hex(n), 12, '0'))::uuid, 1 + n / @block,
       sha256(convert_to('block-' || n / @block, 'UTF8'))
FROM generate_series(1, %(slips)s) AS n
"""

_ORDER_PAYMENTS = """
INSERT INTO order_payments (id, order_id, txid, vout, tx_index, amount_sats, block_height, block_hash, status,
                            credited_sats, refundable_sats, credited_round_number)
SELECT ('@payment' || lpad(to_hex(n), 12, '0'))::uuid, ('@order' || lpad(to_hex(n), 12, '0'))::uuid,
       encode(sha256(convert_to('tx-' || n, 'UTF8')), 'hex'), 0, n %% @block, @sats, 1 + n / @block,
       encode(sha256(convert_to('block-' || n / @block, 'UTF8')), 'hex'), 'credited', @sats, 0, %(round)s
FROM generate_series(1, %(slips)s) AS n
"""

_SLIPS = """
INSERT INTO ticket_slips (id, round_number, paid_sats, ticket_count, jackpot_contribution_sats, first_block_height,
                          first_block_hash)
SELECT ('@order' || lpad(to_hex(n), 12, '0'))::uuid, %(round)s, @sats, @tickets, @tickets * @base, 1 + n / @block,
       encode(sha256(convert_to('block-' || n / @block, 'UTF8')), 'hex')
FROM generate_series(1, %(slips)s) AS n
"""

_RANGES = """
INSERT INTO slip_ranges (round_number, first, after, ticket_supply, slip_id, payment_id)
SELECT %(round)s, (n - 1) * @tickets, n * @tickets, %(supply)s, ('@order' || lpad(to_hex(n), 12, '0'))::uuid,
       ('@payment' || lpad(to_hex(n), 12, '0'))::uuid
FROM generate_series(1, %(slips)s) AS n
"""

_SOLD = "UPDATE rounds SET sold_tickets = %(slips)s * @tickets WHERE round_number = %(round)s"
