"""Games that sell bets, in the console: the draws of these days, the bankroll, and what these could cost it."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask, Response, make_response, redirect, url_for
from flask.sansio.blueprints import BlueprintSetupState

from app.core.errors import NotFound
from app.core.text.amounts import written
from app.core.web.requests import render
from app.faces.admin.door import page_blueprint
from app.selling.bets.games import GAMES, BetGame, game_named

from . import figures

bp: Final = page_blueprint("bets")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("first", "game", "by_name"))


@bp.get("/bets", endpoint="first")
def first() -> Response:
    """The first of them."""
    found = next(iter(GAMES.get().values()), None)
    if found is None:
        raise NotFound("game_not_found")
    return _page(found)


@bp.get("/bets/<game>", endpoint="game")
def one_game(game: str) -> Response:
    """One of them."""
    return _page(game_named(game))


def _of_its_name(game: str) -> Response:
    return make_response(redirect(url_for(f"{bp.name}.game", game=game), 308))


@bp.record
def _by_their_names(state: BlueprintSetupState) -> None:
    """Each game's name leads to its page, and no other word does."""
    for name in GAMES.get(cast(Flask, state.app)):
        state.add_url_rule(f"/{name}", "by_name", _of_its_name, defaults={"game": name}, methods=("GET",))


def _page(game: BetGame) -> Response:
    return render(
        "faces/admin/bets/game.html",
        "faces/admin/bets/_game.html",
        game=game,
        games=tuple(GAMES.get().values()),
        standing=figures.standing(game),
        lines=figures.lines(game),
        written=written,
    )
