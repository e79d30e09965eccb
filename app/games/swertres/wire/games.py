"""JSON of draws, for everybody: which there are, how they stand, what they came to, and by what that is checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response

from app.core.limits.limiter import limiter
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_query
from app.games.swertres.game import SWERTRES, ZONE
from app.games.swertres.reads import draws
from app.people.players.queries import read_now
from app.selling.bets.proof import api as proof
from app.selling.bets.proof.schemas import DrawBundle

from .records import game_record
from .schemas import GameRecord, GameResults, Games, ScheduleParameters

bp: Final = Blueprint("swertres_games_api", __name__, url_prefix="/api/swertres/games")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("upcoming", "schedule", "one", "results", "bundle"))
_LIMIT: Final = "120 per minute"
_PLACE: Final = bp.url_prefix or ""


@bp.get("")
@limiter.limit(_LIMIT)
def upcoming() -> Response:
    """What is to come, skipped draws among it, the next first."""
    return json_response(Games(items=[game_record(one) for one in draws.upcoming()], next=None))


@bp.get("/schedule")
@limiter.limit(_LIMIT)
def schedule() -> Response:
    """All draws of the next days, today's that are over among them."""
    days = int(read_query(ScheduleParameters).days)
    today = read_now().astimezone(ZONE).date()
    found = draws.between(today, today + timedelta(days=days - 1))
    return json_response(Games(items=[game_record(one) for one in found], next=None))


@bp.get("/<game_id>")
@limiter.limit(_LIMIT)
def one(game_id: str) -> Response:
    """A draw."""
    return json_response(game_record(draws.named(game_id)))


@bp.get("/<game_id>/results")
@limiter.limit(_LIMIT)
def results(game_id: str) -> Response:
    """What it came to."""
    game = draws.named(game_id)
    told = GameResults(
        game_id=game.id,
        winning_number=game.number,
        resulted_at=game.resulted_at,
        final_at=game.final_at,
        sales_count=game.sales,
        staked_centavos=game.sold,
        winning_bets_count=draws.winners(game),
        won_centavos=game.won,
    )
    return json_response(told)


@bp.get("/<game_id>/bundle")
@limiter.limit(_LIMIT)
def bundle(game_id: str) -> Response:
    """By what it is checked."""
    return proof.answer(SWERTRES.name, draws.named(game_id).id)


_NONE: Final = {404: "game_not_found"}
_OF: Final = "Swertres"
DESCRIBED: Final = (
    Described(f"{bp.name}.upcoming", "GET", _PLACE, _OF, "Draws to come, the next first", Games),
    Described(
        f"{bp.name}.schedule",
        "GET",
        f"{_PLACE}/schedule",
        _OF,
        "All draws of the next days",
        Games,
        query=ScheduleParameters,
        refusals={422: "input_string_pattern_mismatch"},
    ),
    Described(f"{bp.name}.one", "GET", f"{_PLACE}/{{game_id}}", _OF, "A draw", GameRecord, refusals=_NONE),
    Described(
        f"{bp.name}.results",
        "GET",
        f"{_PLACE}/{{game_id}}/results",
        _OF,
        "What a draw came to: counts and sums",
        GameResults,
        refusals=_NONE,
    ),
    Described(
        f"{bp.name}.bundle",
        "GET",
        f"{_PLACE}/{{game_id}}/bundle",
        _OF,
        "The proof bundle of a draw",
        DrawBundle,
        refusals=_NONE,
    ),
)
