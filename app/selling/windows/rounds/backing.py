"""A jackpot is owed whatever was sold, so a round opens only if the house could pay it from coins it has.

The house is one: the jackpots of all games count together. Every round that is not over, of every game, is read in one
statement, for each block asks: of its phase as well as of what is promised.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, literal, or_, select, union_all

from app.chain import maturity
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.database.session import db
from app.core.money import Sats
from app.record.ledger import queries as ledger
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.orders import refunds
from app.selling.windows.rules import Window

_NO_HEIGHT: Final = 2**31 - 2  # nothing opens later
_LIVING: Final = ("scheduled", "open", "unbacked", "closed", "sealed", "drawing", "halted")


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
    return sum(round_.jackpot_sats for round_ in living_rounds() if round_.is_promised)


class Backing:
    """What the house has, looked up once for all rounds that one block opens, and what it has promised."""

    def __init__(self, tip: int, rounds: Iterable[Living]) -> None:
        margin: Sats = current_settings().backing_margin_sats
        self._left = _free_coins(tip) - margin
        self._promised = {(round_.game, round_.number): round_.jackpot_sats for round_ in rounds if round_.is_promised}

    def carries(self, round_: Living) -> bool:
        """Whether the free coins cover every promised jackpot, this one's too, and a margin for fees.

        From then on the round's is promised if they do; if they do not, only if it has sold something.
        """
        place = round_.game, round_.number
        self._promised.pop(place, None)
        backed = self._left >= sum(self._promised.values()) + round_.jackpot_sats
        if backed or round_.sold:
            self._promised[place] = round_.jackpot_sats
        return backed


def _free_coins(tip: int) -> Sats:
    return ledger.standing().free - _immature_coins(tip)


def _immature_coins(tip: int) -> Sats:
    immature = maturity.immature_sats(tip)
    if not immature:  # hardly anybody has himself paid by the network, and what waits for a refund is part of it
        return 0
    return immature - sum(refunds.suspended_rewards(game, tip) for game in window_games())


class Living(NamedTuple):
    """A round as far as its phase and the house's backing ask. `sold`: whether somebody has bought of it."""

    game: str
    number: int
    status: str
    opens_at: int
    sales_end: int
    closing: int
    jackpot_sats: Sats
    sold: bool

    @property
    def window(self) -> Window:
        """Its heights as the rules want them."""
        return Window(self.opens_at, self.sales_end, self.closing)

    @property
    def is_promised(self) -> bool:
        """Whether it may still have to pay its jackpot: it sells, or it sold something and is not over."""
        return self.status == "open" or (self.sold and self.status in _LIVING)


def living_rounds(tip: int = _NO_HEIGHT) -> list[Living]:
    """Rounds that are not over, and all that open later than the block after `tip`; each game's by their numbers."""
    games = window_games()
    rows = db.session.execute(_of_all(games), {"next": tip + 1}) if games else ()
    return sorted(map(Living._make, rows), key=lambda row: row.number)


@lru_cache(maxsize=8)
def _of_all(games: tuple[AnyGame, ...]) -> CompoundSelect[str, int, str, int, int, int, Sats, bool]:
    """Written once."""
    return union_all(*map(_of, games))


def _of(game: AnyGame) -> Select[str, int, str, int, int, int, Sats, bool]:
    rounds = game.round
    heights = rounds.opens_at_height, rounds.sales_end_height, rounds.closing_height
    amounts = rounds.jackpot_sats, game.sale.has_sold()
    ahead = rounds.opens_at_height > bindparam("next", type_=Integer)
    wanted = or_(rounds.status.in_(_LIVING), ahead)
    return select(literal(game.name), rounds.round_number, rounds.status, *heights, *amounts).where(wanted)
