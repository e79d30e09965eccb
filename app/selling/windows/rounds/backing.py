"""A jackpot is owed whatever was sold, so a round opens only if the house could pay it from coins it has.

The house is one: the jackpots of all games count together.
"""

from __future__ import annotations

from sqlalchemy import func, or_, select

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
    return ledger.standing().free - immature_coins()


def immature_coins() -> Sats:
    """Miners' rewards that cannot be spent yet: a jackpot drawn meanwhile could not be paid out of them.

    What of them waits for a refund is left out, for it is a claim already and counts once: or whoever mines could keep
    rounds from opening with money that comes back to him.
    """
    tip = chain.tip_height()
    return maturity.immature_sats(tip) - sum(refunds.suspended_rewards(game, tip) for game in window_games())


def promised_jackpots() -> Sats:
    """Jackpots of all rounds that may still have to pay one: those that sell, and undrawn ones that sold something."""
    return sum(_promised(game) for game in window_games())


def _promised(game: AnyGame, besides: int | None = None) -> Sats:
    rounds = game.round
    sold = rounds.status.in_(_UNFINISHED) & game.sale.has_sold()
    query = select(func.coalesce(func.sum(rounds.jackpot_sats), 0)).where(or_(rounds.status == "open", sold))
    if besides is not None:
        query = query.where(rounds.round_number != besides)
    return int(db.session.scalar(query) or 0)


def is_backed(game: AnyGame, round_: WindowRound, free: Sats) -> bool:
    """Whether the free coins cover every promised jackpot, this one's too, and a margin for fees."""
    margin: Sats = current_settings().backing_margin_sats
    promised = sum(_promised(other, round_.round_number if other is game else None) for other in window_games())
    return free >= promised + round_.jackpot_sats + margin
