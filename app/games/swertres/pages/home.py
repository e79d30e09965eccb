"""What everybody sees: the next draw and a quick bet, the calendar, one draw with all that it promised."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Final

from flask import Blueprint, redirect, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.catalogue.fronts import GameFront, Live, parts_in
from app.core.web.requests import status_of
from app.games.swertres.game import SWERTRES, ZONE
from app.games.swertres.operating.configuring import CONFIGURED
from app.games.swertres.reads import draws
from app.games.swertres.reads.draws import Game
from app.outcomes.results import queries as results
from app.people.players.queries import read_now
from app.selling.bets.proof import scripts

from .showing import show, sign_in_page

bp: Final = Blueprint("swertres", __name__, url_prefix="/swertres")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("home", "games", "game", "elsewhere"))
_NEWEST: Final = 6


@bp.get("")
def home() -> Response:
    """The next draw, how long it takes bets, and what was drawn last."""
    is_open = draws.open_now()
    following = is_open[0] if is_open else next(iter(draws.upcoming(1)), None)
    now = CONFIGURED.now().multiple
    multiple = following.multiple if following is not None else now
    return show(
        "home",
        "_home",
        next=following,
        open=is_open[:3],
        awaited=draws.awaited(),
        results=draws.results(limit=_NEWEST),
        multiple=multiple,
        differ={multiple, now, *(one.multiple for one in is_open)} != {multiple},
        returns=SWERTRES.return_percent({"multiple": multiple}),
    )


@bp.get("/games")
def games() -> Response:
    """The calendar of the days that are sold, from today on."""
    today = read_now().astimezone(ZONE).date()
    found = draws.between(today, today + timedelta(days=CONFIGURED.now().days_ahead))
    days = [(day, list(of_day)) for day, of_day in groupby(found, key=lambda one: one.day)]
    return show("games", "_games", days=days)


@bp.get("/games/<game_id>")
@bp.get("/results/<game_id>")
def game(game_id: str) -> Response:
    """A draw: how it stands, what was sold, what it promised, what it came to."""
    found = draws.named(game_id)
    context = {
        "game": found,
        "promise": draws.promise_of(game_id),
        "winners": draws.winners(found),
        "is_by_hand": _is_by_hand(found),
        "command": scripts.of_fetched(SWERTRES, found.id),
        "verifier": url_for("bets_verifier.draw", game=SWERTRES.name, name=found.id),
    }
    return show("game", "_game", status_of(_is_over(found)), is_over=_is_over(found), **context)


@bp.get("/<any(login, register, wallet):where>")
@bp.get("/<any(wallet):where>/withdraw")
def elsewhere(where: str) -> Response:
    """What players have for all games stands with their account."""
    if where != "wallet":
        return redirect(sign_in_page(url_for(".home")), 303)
    return redirect("/play/wallet/draw?currency=PHP" if request.path.endswith("withdraw") else "/play/wallet", 303)


def _is_over(game: Game) -> bool:
    return game.status == "cancelled" or game.settled_at is not None


def _is_by_hand(game: Game) -> bool:
    """Whether two operators said what the official lottery drew, not its sources."""
    result = results.of(SWERTRES.name, game.id) if game.is_official and game.number else None
    return result is not None and result.outcome is not None and result.outcome.how != "consensus"


def _live() -> Live:
    """What the first page of the website says of it."""
    return Live.of("games/swertres/_live.html", None, None, next=next(iter(draws.open_now()), None), now=read_now())


def _examples() -> dict[str, object]:
    """For the documentation: how its last draw is checked, if that has a seal to check."""
    last = next((one for one in draws.results(limit=1) if one.seal_root is not None), None)
    return {
        "swertres_last": last,
        "swertres_command": scripts.of_fetched(SWERTRES, last.id if last is not None else "DAY-SLOT"),
    }


FRONT: Final = GameFront(
    SWERTRES.title,
    SWERTRES.title,
    bp.url_prefix or "",
    _live,
    _examples,
    _l("Choose three digits. A straight bet wins on that number alone, a rumble in any order of its digits."),
    play=bp.url_prefix,
    docs=parts_in("games/swertres/docs", "docs", "faq", "technical", "utilities/verify_swertres.py"),
)
