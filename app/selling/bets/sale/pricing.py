"""What lines cost and could win by the promises of their draws, and what is wrong with them whoever asks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from app.core.money import MOST_MINOR
from app.selling.bets.games import BetGame, Limits, NoSuchSelection
from app.selling.bets.rules import MOST_LINES

from .draws import Draw
from .ticket import Bet, Line, Refusal, Wanted

_LONGEST: Final = 60
"""Characters of a selection, whatever a game makes of it."""


def priced(
    game: BetGame, limits: Limits, wanted: Wanted, draws: Mapping[UUID, Draw]
) -> tuple[list[Bet | None], list[Refusal]]:
    """Each line as it would be sold, None where it could not be, and why not. `draws`: those of them that the game
    has."""
    refusals = list(_of_ticket(limits, wanted))
    if len(wanted.lines) > MOST_LINES:
        return [None] * len(wanted.lines), refusals
    bets: list[Bet | None] = []
    for place, line in enumerate(wanted.lines):
        found = _bet(game, limits, line, draws)
        if isinstance(found, Refusal):
            refusals.append(found._replace(bet=place))
        bets.append(None if isinstance(found, Refusal) else found)
    return bets, refusals


def _of_ticket(limits: Limits, wanted: Wanted) -> Iterator[Refusal]:
    if not limits.is_selling:
        yield Refusal("sales_inactive")
    if not wanted.lines:
        yield Refusal("no_bets")
    most_lines = min(limits.most_lines, MOST_LINES)
    if len(wanted.lines) > most_lines:
        yield Refusal("too_many_bets", remaining=most_lines)
    most = MOST_MINOR if limits.most_total is None else min(limits.most_total, MOST_MINOR)
    if wanted.total > most:
        yield Refusal("card_limit", remaining=most)


def _bet(game: BetGame, limits: Limits, line: Line, draws: Mapping[UUID, Draw]) -> Bet | Refusal:
    if line.draw_id not in draws:
        return Refusal("game_not_found")
    if line.stake < max(1, limits.least_stake):
        return Refusal("stake_too_small", remaining=limits.least_stake)
    if line.stake > limits.most_stake:
        return Refusal("stake_too_large", remaining=limits.most_stake)
    if len(line.selection) > _LONGEST:
        return Refusal("number_not_a_number")
    try:
        return promised(game, line, draws[line.draw_id])
    except NoSuchSelection as error:
        return Refusal(str(error))
    except ValueError:  # no ledger could write what it would win
        return Refusal("stake_too_large")


def promised(game: BetGame, line: Line, draw: Draw) -> Bet:
    """A line by what its draw has promised. Raises NoSuchSelection; ValueError, if it would win too much."""
    one = game.price(draw.terms, line.kind, line.selection)
    by_mark = tuple(odds.pays(line.stake) for odds in one.odds_by_mark)
    return Bet(line, one.odds, one.marks, one.odds.pays(line.stake), one.odds_by_mark, by_mark)
