"""Emptying the games' tables while developing. Never reachable in production."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import text

from app.catalogue.games import catalogue
from app.chain import postings
from app.chain.models import ChainCursor
from app.core.database.session import TO_CHANGE, Model, db
from app.record.audit import service as audit
from app.record.audit.acts import Act
from app.record.ledger import service as ledger
from app.record.log import service as public_log
from app.selling.windows.games import window_games
from app.selling.windows.rounds import lifecycle

_EMPTIED: Final = (
    "draws",
    "bet_winnings",
    "bet_settlements",
    "bet_results",
    "bet_lines",
    "bet_entries",
    "bet_tickets",
    "bet_exposures",
    "bet_draws",
    "bet_capacities",
    "result_papers",
    "result_outcomes",
    "result_observations",
    "result_asks",
    "awaited_results",
    "payout_confirmations",
    "payout_inputs",
    "payout_outputs",
    "payouts",
    "obligations",
    "wallet_drawn_origins",
    "wallet_withdrawals",
    "wallet_destinations",
    "wallet_origins",
    "wallet_topups",
    "wallet_quotes",
    "ledger_holds",
    "ledger_transfers",
    "ledger_accounts",
    "events",
    "alarms",
    "sightings",
    "idempotency_keys",
    "log_receipts",
)
_DELETED_FROM: Final = ("payments", "deposit_addresses")
# Coins left are the reserve's, live and unspent: the house's capital, from which new rounds are backed.
_FORGET_COINS: Final = """
WITH spends AS (DELETE FROM coin_spends RETURNING coin_id, orphaned_at)
UPDATE coins SET orphaned_at = now() WHERE id IN (SELECT coin_id FROM spends WHERE orphaned_at IS NULL);
DELETE FROM coins WHERE reserve_key_index IS NULL OR orphaned_at IS NOT NULL;
UPDATE coins SET planned = false;
DELETE FROM payments;
DELETE FROM deposit_addresses
"""


ACTS: Final = (Act("database.reset", "emptied the games' tables"),)


def forget_the_game() -> None:
    """Empty rounds, orders, payments, ledger and events; keep people, sites, audit and the reserve's coins.

    The chain is followed from where it was; new rounds begin at the tip.
    """
    cursor = db.session.get(ChainCursor, 1, with_for_update=TO_CHANGE)  # the scanner waits
    public_log.begin_anew()
    emptied = (*tables_of_games(), *_EMPTIED)
    with _unguarded((*emptied, *_DELETED_FROM)):
        db.session.execute(text(f"TRUNCATE {', '.join(emptied)} CASCADE"))
        _forget_coins()
    _count_what_is_left()
    db.session.expire_all()
    audit.note("developer", "database.reset", "games")
    if cursor is not None:
        cursor.first_height = cursor.height + 1
        db.session.flush()
        lifecycle.follow_tip(cursor.height)


@contextmanager
def _unguarded(tables: Sequence[str]) -> Iterator[None]:
    """Rows of these are only ever added, or stay; their triggers rest while the tables are emptied."""
    for table in tables:
        db.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    yield
    for table in tables:
        db.session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def tables_of_games() -> list[str]:
    """The tables of every game: what it names, and those of the models in the folder of a game of windows."""
    folders = tuple(game.round.__module__.rpartition(".")[0] + "." for game in window_games())
    models = [mapper.class_ for mapper in Model.registry.mappers]
    of_windows = {model.__tablename__ for model in models if model.__module__.startswith(folders)}
    return sorted({*of_windows, *catalogue().all_of(lambda one: one.tables)})


def _forget_coins() -> None:
    for statement in _FORGET_COINS.split(";"):
        db.session.execute(text(statement))


def _count_what_is_left() -> None:
    left = db.session.execute(text("SELECT id, amount_sats FROM coins ORDER BY id"))
    ledger.post([postings.reserve_deposit(str(row.id), row.amount_sats) for row in left])
