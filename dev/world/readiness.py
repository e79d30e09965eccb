"""What the platform has still to do before the chain may go on: what a partner could ask, read from its records.

A seal that comes after its closing block voids a round, and rightly so. On a chain of the demo's own nobody else finds
that block, so that a slow machine need not bring it about: the block waits.
"""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.chain import queries as chain
from app.chain.node.blocks import display
from app.core.database.session import db, transaction
from app.record.audit import switches
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.rules import is_buried

from .wallet import Wallet

_UNSEALED = ("scheduled", "open", "unbacked", "closed")
_UNDRAWN = ("sealed", "drawing")
_DEPTHS_A_DRAW_MAY_TAKE = 2
"""Later than that operators get the alarm that a settlement is overdue."""


class Readiness:
    """Asks how far the platform is."""

    def __init__(self, app: Flask, wallet: Wallet) -> None:
        self._app, self._wallet = app, wallet

    def missing(self, tip: int, tip_hash: str) -> str | None:
        """The first thing that the block after `tip` has to wait for, in words; None: it may come."""
        is_asleep = self._wallet.is_asleep()
        with self._app.app_context(), transaction():
            behind = None if is_asleep else self._scanner(tip, tip_hash)
            return behind or self._seals(tip) or self._draws(tip)

    def _scanner(self, tip: int, tip_hash: str) -> str | None:
        cursor = chain.cursor()
        if cursor is None or (cursor.height, display(cursor.hash)) == (tip, tip_hash):
            return None
        return f"the scanner, which is at block {cursor.height} of {tip}"

    def _seals(self, tip: int) -> str | None:
        """Rounds that the next block would close."""
        for game in window_games():
            rounds = game.round
            closing = select(rounds).where(rounds.closing_height == tip + 1, rounds.status.in_(_UNSEALED))
            for round_ in db.session.scalars(closing):
                if is_buried(round_.sales_end_height - 1, tip, round_.settlement_depth):
                    return f"the seal of {_named(game, round_.round_number)}"
        return None

    def _draws(self, tip: int) -> str | None:
        """Rounds whose draw the next block would make overdue."""
        if switches.is_stopped("settlement"):
            return None
        for game in window_games():
            rounds = game.round
            overdue = select(rounds.round_number).where(
                rounds.status.in_(_UNDRAWN),
                rounds.closing_height + _DEPTHS_A_DRAW_MAY_TAKE * rounds.settlement_depth <= tip,
            )
            number = db.session.scalars(overdue.order_by(rounds.round_number).limit(1)).first()
            if number is not None:
                return f"the draw of {_named(game, number)}"
        return None


def _named(game: AnyGame, number: int) -> str:
    return f"round {number} ({game.name})"
