"""The least that could be done for a block: the rows it leaves behind, copied into tables without any rule or index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

_COMMON = {
    "payments": "SELECT p.* FROM payments p JOIN coins c ON c.payment_id = p.id WHERE c.block_height = %s",
    "coins": "SELECT * FROM coins WHERE block_height = %s",
    "ledger_transfers": "SELECT t.* FROM ledger_transfers t JOIN coins c ON c.payment_id::text = t.source_id "
    "WHERE t.source = 'payment' AND c.block_height = %s",
}
ROWS = {
    **_COMMON,
    "order_payments": "SELECT * FROM order_payments WHERE block_height = %s",
    "ticket_slips": "SELECT * FROM ticket_slips WHERE first_block_height = %s",
    "slip_ranges": "SELECT r.* FROM slip_ranges r JOIN order_payments p ON p.id = r.payment_id "
    "WHERE p.block_height = %s",
    "events": "SELECT e.* FROM events e JOIN (SELECT DISTINCT order_id FROM order_payments WHERE block_height = %s) p "
    "ON e.subject = 'order:' || p.order_id",
}
LUCKOTTO_ROWS = {
    **_COMMON,
    "luckotto_payments": "SELECT * FROM luckotto_payments WHERE block_height = %s AND orphaned_at IS NULL",
    "luckotto_tickets": "SELECT t.* FROM luckotto_tickets t JOIN luckotto_payments p ON p.id = t.payment_id "
    "WHERE p.block_height = %s",
    "luckotto_combinations": "SELECT c.* FROM luckotto_combinations c JOIN luckotto_tickets t USING (round_number, "
    "sequence) JOIN luckotto_payments p ON p.id = t.payment_id WHERE p.block_height = %s",
    "events": "SELECT e.* FROM events e JOIN (SELECT DISTINCT order_id FROM luckotto_payments "
    "WHERE block_height = %s AND orphaned_at IS NULL) p ON e.subject = 'order:' || p.order_id",
}

Rows = dict[str, list[bytes]]


def rows_of_block(connection: psycopg.Connection[Any], height: int, queries: Mapping[str, str] = ROWS) -> Rows:
    """What the block at `height` left in each table, in COPY's own form; makes the bare tables where missing."""
    found: Rows = {}
    for table, query in queries.items():
        connection.execute(
            sql.SQL("CREATE TABLE IF NOT EXISTS {} AS SELECT * FROM {} WITH NO DATA").format(
                sql.Identifier(f"bare_{table}"), sql.Identifier(table)
            )
        )
        statement = sql.SQL(query.replace("%s", "{}")).format(sql.Literal(height))
        with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY ({}) TO STDOUT").format(statement)) as copy:
            found[table] = [bytes(part) for part in copy]
    return found


def copy_rows(connection: psycopg.Connection[Any], rows: Rows) -> None:
    """Write them in one durable transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        for table, parts in rows.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(f"bare_{table}"))) as copy:
                for part in parts:
                    copy.write(part)
