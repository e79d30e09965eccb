"""What a block costs follows the block: scripts and outpoints are looked up by index, however many are watched."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.chain.node.blocks import parse_block
from app.chain.scan import matching
from app.core.database.session import db, transaction
from tests.chain.raw_blocks import random_block

WATCHED = 50_000


@pytest.fixture
def watched(committed_db: Flask) -> Flask:
    """A database that watches many scripts and holds as many coins."""
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO deposit_addresses (id, branch, key_index, internal_key, terms, commitment, script_pubkey, "
                "address) SELECT gen_random_uuid(), 1, n, sha256(int4send(n)), '', sha256(int4send(-n)), "
                "'\\x5120'::bytea || sha256(int4send(n)), 'address ' || n FROM generate_series(1, :n) AS n"
            ),
            {"n": WATCHED},
        )
        session.execute(
            text("INSERT INTO reserve_addresses (key_index, script_pubkey, address) VALUES (0, sha256('r'), 'r')")
        )
        session.execute(
            text(
                "INSERT INTO coins (id, txid, vout, tx_index, amount_sats, block_height, block_hash, reserve_key_index)"
                "SELECT gen_random_uuid(), sha256(int4send(n)), 0, 1, 1, 1, sha256('b'), 0 FROM generate_series(1, :n)"
                " AS n"
            ),
            {"n": WATCHED},
        )
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE deposit_addresses, coins"))
    return committed_db


def plans(work: Callable[[], object]) -> list[dict[str, Any]]:
    """How Postgres would run each query of `work`."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    found = []
    for statement, parameters in statements:
        connection = db.session.connection()
        row = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        found.append((json.loads(row) if isinstance(row, str) else row)[0]["Plan"])
    return found


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


@pytest.mark.parametrize(
    ("match", "table"), [(matching.match_outputs, "deposit_addresses"), (matching.match_spends, "coins")]
)
def test_a_block_much_smaller_than_what_is_watched_is_matched_by_index(
    watched: Flask, match: Callable[[Any], Any], table: str
) -> None:
    block = parse_block(random_block(20)[0])
    (plan,) = plans(lambda: match(block))
    touching = [node for node in nodes(plan) if node.get("Relation Name") == table]
    assert touching
    assert {node["Node Type"] for node in touching} <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}


def test_outputs_come_in_chain_order_and_nothing_else_comes(watched: Flask) -> None:
    ours = [bytes(row[0]) for row in db.session.execute(text("SELECT script_pubkey FROM deposit_addresses LIMIT 3"))]
    outputs = [
        matching.OutputAt(b"t" * 32, 0, 1, 500, ours[2]),
        matching.OutputAt(b"t" * 32, 1, 1, 600, b"\x51\x20" + b"x" * 32),
        matching.OutputAt(b"u" * 32, 0, 2, 700, ours[0]),
        matching.OutputAt(b"u" * 32, 1, 2, 800, ours[2]),
    ]
    assert [(found.vout, found.amount_sats) for found in matching.match(outputs)] == [(0, 500), (0, 700), (1, 800)]
    assert matching.match([]) == []
