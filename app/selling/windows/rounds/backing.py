"""A jackpot is owed whatever was sold, so a round opens only if the house could pay it from coins it has.

The house is one: the jackpots of all games count together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, literal, or_, select, union_all

from app.chain import maturity
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.database.session import db
from app.core.money import Sats
from app.record.ledger import queries as ledger
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.models import WindowRound
from app.selling.windows.orders import refunds

_UNFINISHED = ("scheduled", "unbacked", "closed", "sealed", "drawing", "halted")


def free_coins() -> Sats:
    """Confirmed coins that can be spent and that nobody has a claim on, except for the pools of undrawn rounds."""
    return _free_coins(chain.tip_height())


def immature_coins() -> Sats:
    """Miners' rewards that cannot be spent yet: a jackpot drawn meanwhile could not be paid out of them.

    What of them waits for a refund is left out, for it is a claim already and counts once: or whoever mines could keep
    rounds from opening with money that comes back to him.
    """
    return _immature_coins(chain.tip_height())


def promised_jackpots() -> Sats:
    """Jackpots of all rounds that may still have to pay one: those that sell, and undrawn ones that sold something."""
    return sum(promise.jackpot_sats for promise in _promises())


class Backing:
    """What the house has and what it has promised, looked up once for all rounds that one block opens."""

    def __init__(self, tip: int) -> None:
        margin: Sats = current_settings().backing_margin_sats
        self._left = _free_coins(tip) - margin
        self._promised = {(promise.game, promise.number): promise for promise in _promises()}

    def carries(self, game: AnyGame, round_: WindowRound) -> bool:
        """Whether the free coins cover every promised jackpot, this one's too, and a margin for fees.

        From then on the round's is promised if they do; if they do not, only if it has sold something.
        """
        place = game.name, round_.round_number
        before = self._promised.pop(place, None)
        sold = before is not None and before.sold
        backed = self._left >= sum(promise.jackpot_sats for promise in self._promised.values()) + round_.jackpot_sats
        if backed or sold:
            self._promised[place] = _Promise(*place, round_.jackpot_sats, sold)
        return backed


def _free_coins(tip: int) -> Sats:
    return ledger.standing().free - _immature_coins(tip)


def _immature_coins(tip: int) -> Sats:
    immature = maturity.immature_sats(tip)
    if not immature:  # hardly anybody has himself paid by the network, and what waits for a refund is part of it
        return 0
    return immature - sum(refunds.suspended_rewards(game, tip) for game in window_games())


class _Promise(NamedTuple):
    """A jackpot that may have to be paid. `sold`: whether it must be even if its round stops selling."""

    game: str
    number: int
    jackpot_sats: Sats
    sold: bool


def _promises() -> list[_Promise]:
    return [_Promise._make(row) for row in db.session.execute(_all_promises(window_games()))]


@lru_cache(maxsize=8)
def _all_promises(games: tuple[AnyGame, ...]) -> CompoundSelect[str, int, Sats, bool]:
    """Of every game in one statement, which is written once: each block asks."""
    return union_all(*(_promises_of(game) for game in games))


def _promises_of(game: AnyGame) -> Select[str, int, Sats, bool]:
    rounds, sold = game.round, game.sale.has_sold()
    promised = or_(rounds.status == "open", and_(rounds.status.in_(_UNFINISHED), sold))
    return select(literal(game.name), rounds.round_number, rounds.jackpot_sats, sold).where(promised)
