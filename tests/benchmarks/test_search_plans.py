"""The console's search among twenty thousand orders of each game: no table that grows is read whole.

The more rows there are, the dearer that would be.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, Select, event, literal_column, select, text
from sqlalchemy.orm import Session, scoped_session

from app.core.database.session import db, transaction
from app.faces.admin import pasted
from app.faces.admin.watch import everywhere, searching
from app.faces.admin.watch.searching import Filters
from app.games.luckotto.models import LuckottoRound
from app.games.ticket_draw.models import Round
from app.people.operators.rules import MODULES
from app.selling.windows.models import COMMITMENT, WindowRound
from tests.factories.partners import make_site

ORDERS: Final = 20_000
GROWING: Final = {"ticket_orders", "luckotto_orders", "deposit_addresses", "coins"}

_ADDRESSES = """
INSERT INTO deposit_addresses (id, branch, key_index, internal_key, terms, commitment, script_pubkey, address)
SELECT md5(:game || n)::uuid, 1, n, sha256(convert_to(:game || n, 'UTF8')), '', sha256(convert_to(:game || n, 'UTF8')),
    '\\x5120'::bytea || sha256(convert_to(:game || n, 'UTF8')), 'bcrt1' || md5(:game || n)
FROM generate_series(1, :n) AS n
"""
_TICKETS = """
INSERT INTO ticket_orders (id, partner_site_id, round_number, deposit_address_id, player_public_identifier,
    player_private_identifier, base_ticket_price_sats, player_ticket_price_sats, min_payment_sats, house_edge_percent,
    payout_address, receipt_secret_hash)
SELECT md5('order' || n)::uuid, :site, 1, md5('rounds' || n)::uuid, 'player ' || n / 3, '', 1, 1, 1, 1, 'a',
    sha256(int4send(n)) FROM generate_series(1, :n) AS n
"""
_LUCKOTTO = """
INSERT INTO luckotto_orders (id, partner_site_id, round_number, deposit_address_id, player_uname, player_identifier,
    requested, base_sats, fee_sats, min_payment_sats, house_edge_percent, payout_address)
SELECT md5('lucky' || n)::uuid, :site, 1, md5('luckotto' || n)::uuid, 'P', 'player ' || n / 3, 63, 1, 1, 1, 1, 'a'
FROM generate_series(1, :n) AS n
"""
_COINS = """
INSERT INTO coins (id, txid, vout, tx_index, amount_sats, block_height, block_hash, deposit_address_id, payment_id,
    orphaned_at)
SELECT gen_random_uuid(), sha256(int4send(n)), 0, 1, 1, 1, sha256('b'), md5('rounds' || n)::uuid,
    md5('payment' || n)::uuid, CASE WHEN n % 10 = 0 THEN now() END
FROM generate_series(1, :n) AS n
"""


@pytest.fixture
def crowded(committed_db: Flask) -> Flask:
    """What a search looks into; references are not looked up while it is filled."""
    with transaction() as session:
        values = {"n": ORDERS, "site": make_site().id}
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for game in ("rounds", "luckotto"):
            session.execute(text(_ADDRESSES), {"n": ORDERS, "game": game})
        for statement in (_TICKETS, _LUCKOTTO):
            session.execute(text(statement), values)
        session.execute(text(_COINS), {"n": ORDERS})
    with db.engine.begin() as connection:
        connection.execute(text(f"ANALYZE {', '.join(sorted(GROWING))}"))
    return committed_db


def read_whole(work: Callable[[], object]) -> list[str]:
    """The growing tables that a query of `work` would read from end to end."""
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
        if statement.lstrip().upper().startswith("SELECT"):
            row = db.session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            plan = row.scalar_one()
            found += _whole((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return found


def _whole(plan: dict[str, Any]) -> list[str]:
    """Tables under a sequential scan, and orders under an index that is walked with a filter until enough are found."""
    table, condition = plan.get("Relation Name", ""), plan.get("Index Cond")
    is_walked = plan["Node Type"] == "Seq Scan" or ("Index" in plan["Node Type"] and condition is None)
    own = [table] if table in GROWING and is_walked and plan["Node Type"] != "Bitmap Heap Scan" else []
    return own + [name for child in plan.get("Plans", []) for name in _whole(child)]


WANTED: Final = (
    ("player 7", everywhere.MOST),
    ("player 77", everywhere.MOST),
    ("PLAYER 1666", 6),
    ("nobody of that name", 0),
    ("p", everywhere.MOST),
    ("bcrt1{address}", 1),
    ("bcrt1{address:.8}", 1),
    ("bcrt1{address:.1}…{address_end}", 1),
    ("{txid}", 1),
    ("{lost}", 1),
    ("{txid:.10}", 1),
    ("{txid:.4}…{txid_end}", 1),
    ("{order}", 1),
    ("{order:.13}", 1),
    ("{order:.8}…{order_end}", 1),
    ("f" * 64, 0),
)


def test_no_growing_table_is_read_whole(crowded: Flask) -> None:
    names = text(
        "SELECT md5('rounds77') AS address, md5('order77')::uuid AS order, "
        "encode(sha256(int4send(77)), 'hex') AS txid, encode(sha256(int4send(70)), 'hex') AS lost"
    )
    asked = {name: str(value) for name, value in db.session.execute(names).one()._mapping.items()}
    asked |= {name: bytes.fromhex(asked[name])[::-1].hex() for name in ("txid", "lost")}
    asked |= {f"{name}_end": whole[-6:] for name, whole in asked.items()}
    with crowded.test_request_context("/admin/search"):
        for pattern, hits in WANTED:
            words = pattern.format(**asked)
            assert len([hit for hit in everywhere.find(words, MODULES) if hit.kind == "order"]) == hits, words
            assert read_whole(lambda words=words: everywhere.find(words, MODULES)) == [], words  # type: ignore[misc]
        assert read_whole(lambda: searching.orders("player 7", Filters(), 51)) == []

        db.session.execute(text("DROP INDEX ticket_orders_named_idx, ticket_orders_player_idx"))  # the negative control
        assert "ticket_orders" in read_whole(lambda: searching.orders("player 7", Filters(), 51))


def plan_of(session: scoped_session[Session], query: Select[Any]) -> str:
    compiled = query.compile(session.connection())
    return " ".join(session.connection().exec_driver_sql(f"EXPLAIN {compiled}", compiled.params).scalars())


@pytest.mark.parametrize("table", [LuckottoRound, Round])
def test_hashes_of_rounds_have_their_indexes(session: scoped_session[Session], table: type[WindowRound]) -> None:
    session.execute(text("SET LOCAL enable_seqscan = off"))
    name = table.__tablename__
    for column, index in (
        (table.seal_root, f"{name}_seal_idx"),
        (table.closing_block_hash, f"{name}_closing_idx"),
        (literal_column(COMMITMENT, LargeBinary), f"{name}_commitment_idx"),
    ):
        condition = pasted.read("ab" * 32).digest(column)
        assert condition is not None
        assert index in plan_of(session, select(table.round_number).where(condition))
    shortened = pasted.read("0000…ab12cd34").digest(table.closing_block_hash)
    assert shortened is not None
    plan = plan_of(session, select(table.round_number).where(shortened))
    assert f"{name}_closing_ends_idx" in plan, "blocks' hashes begin alike"


def test_payouts_to_an_address_have_an_index(session: scoped_session[Session]) -> None:
    """There are none here, so Postgres is kept from reading an empty table; without an index it would have to."""
    session.execute(text("SET LOCAL enable_seqscan = off"))
    query = text("EXPLAIN SELECT payout_id FROM payout_outputs WHERE address = 'bcrt1'")
    plan = " ".join(session.scalars(query))
    assert "payout_outputs_address_idx" in plan
