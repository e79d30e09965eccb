"""A judge of a batch of tickets: what draws would cost is read once for all of them, as far as it is asked for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from app.selling.bets import exposure
from app.selling.bets.games import game_named
from app.selling.bets.sale.draws import Draw
from app.selling.bets.sale.ticket import Bet

from .counted import Counted
from .judge import Judge
from .numbers import Numbers
from .standing import OfOneMark, Standing


def judge_of(
    found: Mapping[UUID, Draw],
    tickets: Sequence[Sequence[Bet]],
    now: datetime,
    widen: Callable[[UUID, int], int],
    left: Callable[[UUID], int],
    most: Mapping[str, int | None],
) -> Judge:
    """Of these tickets, in the order in which they will be judged. `most`: what may be staked on one number of a draw,
    by its game."""
    coming: dict[UUID, deque[Sequence[Bet]]] = {draw_id: deque() for draw_id in found}
    marks: dict[UUID, set[int]] = {}
    for bets in tickets:
        for draw_id, own in _by_draw(bets).items():
            coming[draw_id].append(own)
            if read := _asked_for(found[draw_id].game, own, most):
                marks.setdefault(draw_id, set()).update(read)
    costs = exposure.at(marks) if marks else {}

    def standing(draw: Draw) -> Standing:
        as_it_is = (draw.state, draw.opens_at, draw.closes_at, draw.allotted, draw.worst)
        asked = partial(widen, draw.id), partial(left, draw.id)
        game = game_named(draw.game)
        if game.shows_one:
            return OfOneMark(*as_it_is, *asked, Counter(costs.get(draw.id, {})))
        return Counted(*as_it_is, *asked, partial(exposure.costs, game, draw.id, draw.terms), coming[draw.id])

    return Judge(
        now,
        {one.id: standing(one) for one in found.values()},
        {
            one.id: Numbers(so_much, Counter(costs.get(one.id, {})))
            for one in found.values()
            if (so_much := most.get(one.game)) is not None
        },
    )


def _asked_for(game: str, bets: Sequence[Bet], most: Mapping[str, int | None]) -> set[int]:
    """Of which of their marks it is read what they would cost."""
    if game_named(game).shows_one:
        return {mark for bet in bets for mark in bet.marks}
    return set() if most.get(game) is None else {bet.marks[0] for bet in bets}


def _by_draw(bets: Sequence[Bet]) -> dict[UUID, list[Bet]]:
    found: dict[UUID, list[Bet]] = {}
    for bet in bets:
        found.setdefault(bet.line.draw_id, []).append(bet)
    return found
