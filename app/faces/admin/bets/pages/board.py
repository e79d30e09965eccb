"""How a game that sells bets stands today: its bankroll and what its draws could cost it, bets, revenue and payouts."""

from __future__ import annotations

from typing import Final

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.faces.admin.bets import standing
from app.selling.bets.games import GAMES, game_named
from app.selling.bets.operating import figures

from .place import below_each_game, bp, page, place_of

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("first", "board", "withdrawals", "results"))


@bp.get("/bets")
def first() -> ResponseReturnValue:
    """To the first of the games."""
    found = next(iter(GAMES.get().values()), None)
    if found is None:
        raise NotFound("game_not_found")
    return redirect(place_of(found), 303)


@below_each_game("")
def board(game: str) -> Response:
    """One of them."""
    one = game_named(game)
    today = figures.day_now(one)
    lines = standing.near(one)
    return page(
        "board",
        one,
        part="_board",
        standing=figures.standing(one),
        now=figures.today(one),
        todays=[line for line in lines if line.draw.day == today],
        others=[line for line in lines if line.draw.day != today],
        today=today,
    )


@below_each_game("/withdrawals")
def withdrawals(game: str) -> ResponseReturnValue:
    """To those of its currency that wait: they leave wallets, which all games fill."""
    return redirect(f"/admin/money/withdrawals?state=open&currency={game_named(game).currency}&of={game}", 303)


@below_each_game("/results")
def results(game: str) -> ResponseReturnValue:
    """To what official sources said, which is asked for all games."""
    return redirect(f"/admin/results?show=all&of={game_named(game).name}", 303)
