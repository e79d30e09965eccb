"""Emptying the games' tables while developing. Never reachable in production."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.chain import postings
from app.chain.models import ChainCursor
from app.core.database.session import TO_CHANGE, Model, db
from app.record.audit import service as audit
from app.record.ledger import service as ledger
from app.selling.windows.games import window_games
from app.selling.windows.rounds import lifecycle

# Rows of these are only ever added; their triggers rest while the tables are emptied.
_APPEND_ONLY: Final = ("ledger_transfers", "events")
_EMPTIED: Final = (
    "draws",
    "payout_confirmations",
    "payout_inputs",
    "payout_outputs",
    "payouts",
    "obligations",
    "ledger_holds",
    "ledger_transfers",
    "ledger_accounts",
    "events",
    "alarms",
    "sightings",
    "idempotency_keys",
)
# Coins left are the reserve's, live and unspent: the house's capital, from which new rounds are backed.
_FORGET_COINS: Final = """
WITH spends AS (DELETE FROM coin_spends RETURNING coin_id, orphaned_at)
UPDATE coins SET orphaned_at = now() WHERE id IN (SELECT coin_id FROM spends WHERE orphaned_at IS NULL);
DELETE FROM coins WHERE reserve_key_index IS NULL OR orphaned_at IS NOT NULL;
UPDATE coins SET planned = false;
DELETE FROM payments;
DELETE FROM deposit_addresses
"""


def forget_the_game() -> None:
    """Empty rounds, orders, payments, ledger and events; keep people, sites, audit and the reserve's coins.

    The chain is followed from where it was; new rounds begin at the tip.
    """
    cursor = db.session.get(ChainCursor, 1, with_for_update=TO_CHANGE)  # the scanner waits
    guards = {table: f"{table}_append_only" for table in _APPEND_ONLY}
    guards |= {table: f"{table}_not_emptied" for table in (game.round.__tablename__ for game in window_games())}
    for table, guard in guards.items():
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {guard}"))
    emptied = (*tables_of_games(), *_EMPTIED)
    db.session.execute(text(f"TRUNCATE {', '.join(emptied)} CASCADE"))
    for table, guard in guards.items():
        db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {guard}"))
    _forget_coins()
    db.session.expire_all()
    audit.note("developer", "database.reset", "games")
    if cursor is not None:
        cursor.first_height = cursor.height + 1
        db.session.flush()
        lifecycle.follow_tip(cursor.height)


def tables_of_games() -> list[str]:
    """The tables of every game of windows: those of the models in its folder."""
    folders = tuple(game.round.__module__.rpartition(".")[0] + "." for game in window_games())
    models = [mapper.class_ for mapper in Model.registry.mappers]
    return sorted(model.__tablename__ for model in models if model.__module__.startswith(folders))


def _forget_coins() -> None:
    for statement in _FORGET_COINS.split(";"):
        db.session.execute(text(statement))
    left = db.session.execute(text("SELECT id, amount_sats FROM coins ORDER BY id"))
    ledger.post([postings.reserve_deposit(str(row.id), row.amount_sats) for row in left])
