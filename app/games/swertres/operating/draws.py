"""JSON of operators: how draws stand, and what is done about them. Each deed is one person's act, with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from flask import Blueprint, Response
from pydantic import BaseModel

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.wire.described import Described
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.paging import cut
from app.games.swertres.game import SWERTRES
from app.games.swertres.reads import cards, draws
from app.games.swertres.reads.draws import Game
from app.games.swertres.rules import Configuration
from app.games.swertres.wire.records import game_record
from app.games.swertres.wire.schemas import GameRecord
from app.selling.bets.calendar import service as calendar
from app.selling.bets.operating import figures, recounting

from . import schemas
from .configuring import CONFIGURED
from .door import actor, privileged

bp: Final = Blueprint("swertres_admin_api", __name__, url_prefix="/api/swertres/admin")
_NAMES: Final = (
    *("dashboard", "games", "exposed", "bets", "create", "skip", "unskip"),
    *("open_betting", "close_betting", "config", "recalculate"),
)
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _NAMES)
_PAGE: Final = 50
_FIELDS: Final = {
    "slots": "slots",
    "payout_multiplier": "multiple",
    "min_bet_centavos": "least_stake",
    "max_bet_centavos": "most_stake",
    "max_card_centavos": "most_total",
    "max_bets_per_card": "most_lines",
    "betting_cutoff_minutes": "cutoff_minutes",
    "max_games_ahead_days": "days_ahead",
}
"""Members of the configuration by their names in JSON."""


@bp.get("/dashboard")
@privileged("rounds")
def dashboard() -> Response:
    """Today's draws, the bankroll, and what the day brought."""
    day, money = figures.day_now(SWERTRES), figures.standing(SWERTRES)
    now = figures.today(SWERTRES)
    told = schemas.Dashboard(
        todays_games=_standings(draws.between(day, day)),
        owner=schemas.OwnerBalance(
            balance_centavos=money.bankroll, worst_case_centavos=money.worst, available_centavos=money.available
        ),
        active_bets_count=now.bets,
        active_bets_centavos=now.staked,
        revenue_today_centavos=now.revenue,
        payouts_today_centavos=now.payouts,
    )
    return json_response(told)


@bp.get("/games")
@privileged("rounds")
def games() -> Response:
    """All draws with what they sold, the last one first."""
    found = draws.before(read_query(schemas.GamesAsked).before, _PAGE + 1)
    page, more = cut(found, _PAGE, lambda one: one.id)
    return json_response(schemas.GameStandings(items=_standings(list(page)), next=more))


@bp.get("/games/<game_id>/exposure", endpoint="exposed")
@privileged("rounds")
def exposed(game_id: str) -> Response:
    """What each number would cost."""
    game = draws.named(game_id)
    found = figures.exposure(game.key)
    most = found[0].cost if found else 0
    items = [
        schemas.ExposedNumber(
            number=SWERTRES.told(one.mark),
            bets_count=one.bets,
            staked_centavos=one.staked,
            potential_payout_centavos=one.cost,
            percent_of_max=one.cost * 1000 // most / 10,
        )
        for one in found
    ]
    return json_response(schemas.Exposures(game_id=game.id, worst_case_centavos=most, items=items))


@bp.get("/games/<game_id>/bets")
@privileged("rounds")
def bets(game_id: str) -> Response:
    """All bets on a draw, and whose they are."""
    asked = read_query(schemas.BetsAsked)
    found = cards.bets_on(draws.named(game_id), asked.after, _PAGE + 1)
    page, more = cut(found, _PAGE, lambda one: one[0].id)
    items = [
        schemas.OperatorsBet(
            id=bet.id,
            user_id=str(user_id),
            number=bet.number,
            is_rumble=bet.is_rumble,
            amount_centavos=bet.stake,
            potential_payout_centavos=bet.wins,
            status=bet.status,
        )
        for bet, user_id in page
    ]
    return json_response(schemas.OperatorsBets(items=items, next=more))


@bp.post("/games/create")
@privileged("rounds")
def create() -> Response:
    """Make what is missing of these days; they sell once they are near."""
    wanted = read_json(schemas.Days)
    first, last = _day(wanted.start_date, "startDate"), _day(wanted.end_date, "endDate")
    with transaction():
        made = calendar.make(SWERTRES, first, last, actor=actor())
    return json_response(schemas.Made(made=made), 201)


@bp.post("/games/<game_id>/skip")
@privileged("rounds")
def skip(game_id: str) -> Response:
    """Do not hold a draw, or none of its day. What was staked goes back."""
    wanted, game = read_json(schemas.Skip), draws.named(game_id)
    with transaction():
        if wanted.whole_day:
            calendar.skip_day(SWERTRES.name, game.day, wanted.reason, actor=actor())
        else:
            calendar.skip(game.key, wanted.reason, actor=actor())
    return json_response(game_record(draws.named(game_id)))


@bp.delete("/games/skips/<game_id>")
@privileged("rounds")
def unskip(game_id: str) -> Response:
    """Hold a skipped draw after all."""
    game = draws.named(game_id)
    with transaction():
        calendar.unskip(game.key, "skip removed", actor=actor())
    return json_response(game_record(draws.named(game_id)))


@bp.post("/games/<game_id>/open-betting", endpoint="open_betting")
@bp.post("/games/<game_id>/close-betting", endpoint="close_betting")
@privileged("rounds")
def by_hand(game_id: str) -> Response:
    """Nobody opens or closes a draw: its promise says when. Who must stop one, skips it."""
    draws.named(game_id)
    raise DomainError("clock_decides", status=409)


@bp.post("/config")
@privileged("system")
def config() -> Response:
    """Change what the body names, for draws and cards to come; what takes two people is proposed."""
    wanted = read_json(schemas.ConfigChanges)
    names = wanted.model_fields_set - {"reason"}
    changes = {_FIELDS[name]: getattr(wanted, name) for name in names}
    with transaction():
        made = CONFIGURED.propose(changes, wanted.reason, actor=actor())
        proposed = str(made.id) if made is not None else None
        return json_response(config_record(CONFIGURED.now(), proposed))


@bp.post("/recalculate-exposure/<game_id>")
@privileged("rounds")
def recalculate(game_id: str) -> Response:
    """Count anew what a draw could cost at worst, from what its numbers weigh."""
    game = draws.named(game_id)
    with transaction():
        worst = recounting.recount(game.key, actor=actor())
    return json_response(schemas.Recalculated(game_id=game.id, worst_case_centavos=worst))


def config_record(now: Configuration, proposed: str | None) -> schemas.ConfigRecord:
    """A configuration as its JSON has it, with the proposal of another one, if that was made."""
    values = {name: getattr(now, member) for name, member in _FIELDS.items()}
    return schemas.ConfigRecord(**values, approval_id=proposed)


def _standings(found: list[Game]) -> list[schemas.GameStanding]:
    return [
        schemas.GameStanding(
            game=game_record(game),
            sales_count=game.sales,
            staked_centavos=game.sold,
            worst_case_centavos=game.worst,
            won_centavos=game.won,
        )
        for game in found
    ]


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DomainError("days_invalid", field=field, most=calendar.MOST_DAYS) from None


_UNKNOWN: Final = {401: "operator_unknown", 403: "operator_not_privileged"}
_ONE: Final = {**_UNKNOWN, 404: "game_not_found"}
_PLACE: Final = bp.url_prefix or ""


def _described(
    name: str, method: str, path: str, summary: str, answer: type[BaseModel] | None, **more: Any
) -> Described:
    given = {"refusals": _ONE if "{" in path else _UNKNOWN, **more}
    return Described(
        f"{bp.name}.{name}",
        method,
        f"{_PLACE}{path}",
        "Swertres",
        summary,
        answer,
        by_operator=True,
        **given,
    )


DESCRIBED: Final = (
    _described("dashboard", "GET", "/dashboard", "Today's draws, the bankroll, the day's figures", schemas.Dashboard),
    _described(
        "games", "GET", "/games", "All draws, the last one first", schemas.GameStandings, query=schemas.GamesAsked
    ),
    _described("exposed", "GET", "/games/{game_id}/exposure", "What each number would cost", schemas.Exposures),
    _described(
        "bets", "GET", "/games/{game_id}/bets", "All bets on a draw", schemas.OperatorsBets, query=schemas.BetsAsked
    ),
    _described(
        "create",
        "POST",
        "/games/create",
        "Make what is missing of some days",
        schemas.Made,
        body=schemas.Days,
        status=201,
        refusals={**_UNKNOWN, 422: "days_invalid"},
    ),
    _described(
        "skip",
        "POST",
        "/games/{game_id}/skip",
        "Do not hold a draw, or a day's",
        GameRecord,
        body=schemas.Skip,
        refusals={**_ONE, 409: "draw_not_selling"},
    ),
    _described(
        "unskip",
        "DELETE",
        "/games/skips/{game_id}",
        "Hold a skipped draw after all",
        GameRecord,
        refusals={**_ONE, 409: "draw_not_skipped, betting_closed, draw_gives_back"},
    ),
    _described(
        "open_betting",
        "POST",
        "/games/{game_id}/open-betting",
        "Refused: a draw's promise says when it opens",
        None,
        refusals={**_ONE, 409: "clock_decides"},
    ),
    _described(
        "close_betting",
        "POST",
        "/games/{game_id}/close-betting",
        "Refused: a draw's promise says when it closes",
        None,
        refusals={**_ONE, 409: "clock_decides"},
    ),
    _described(
        "config",
        "POST",
        "/config",
        "Change by what new draws and cards go",
        schemas.ConfigRecord,
        body=schemas.ConfigChanges,
        refusals={**_UNKNOWN, 409: "approval_waits", 422: "config_invalid"},
    ),
    _described(
        "recalculate",
        "POST",
        "/recalculate-exposure/{game_id}",
        "Count anew what a draw could cost at worst",
        schemas.Recalculated,
        refusals={**_ONE, 409: "draw_is_over"},
    ),
)
