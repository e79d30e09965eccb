"""Where the pages of a game that sells bets are in the console: below its name, such as `/admin/NAME/finance`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar, cast

from flask import Flask, Response, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.errors import NotFound
from app.core.text.amounts import written
from app.core.web.requests import render
from app.faces.admin.door import modules_open, page_blueprint
from app.faces.admin.modules import OF_PAGES_OF_BETS
from app.selling.bets.games import GAMES, BetGame

bp: Final = page_blueprint("bets")
View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
_TITLES: Final = {
    "": _l("Today"),
    "games": _l("Draws"),
    "schedule": _l("Calendar"),
    "exposure": _l("Exposure"),
    "finance": _l("Finance"),
    "bettors": _l("Bettors"),
    "withdrawals": _l("Withdrawals"),
    "results": _l("Results"),
    "config": _l("Configuration"),
}


class Tab(NamedTuple):
    """A page of the game that who is in may open."""

    href: str
    text: LazyString
    is_current: bool


class Beside(NamedTuple):
    """A game that a page is read for, with the ways to its others."""

    game: BetGame
    tabs: list[Tab]


def below_each_game(path: str, *, method: str = "GET") -> Callable[[View], View]:
    """A page of every game, below its name; no other word leads to it."""

    def wrap(view: View) -> View:
        def add(state: BlueprintSetupState) -> None:
            if names := ",".join(GAMES.get(cast(Flask, state.app))):
                rule = f"/<any({names}):game>{path}"
                state.add_url_rule(rule, view.__name__, view, methods=(method,))

        bp.record(add)
        return view

    return wrap


def place_of(game: BetGame, path: str = "") -> str:
    """The address of a game's page."""
    return f"/admin/{game.name}{path}"


def page(name: str, game: BetGame, /, *, part: str = "", status: int = 200, **context: Any) -> Response:
    """A game's page, with the ways to its others; `part` is what htmx asks for of it."""
    own = f"faces/admin/bets/{name}.html"
    return render(
        own,
        f"faces/admin/bets/{part}.html" if part else own,
        status,
        game=game,
        place=place_of(game),
        tabs=tabs(game),
        written=written,
        **context,
    )


def beside(page: str) -> Beside | None:
    """For a page of all games that one comes to from one game (`?of=`), as its `page`: that game, with its tabs."""
    game = GAMES.get().get(request.args.get("of", ""))
    return Beside(game, tabs(game, page)) if game is not None else None


def tabs(game: BetGame, here: str | None = None) -> list[Tab]:
    """The pages of a game that who is in may open; `here` is the one at hand."""
    offered = [name for name, module in OF_PAGES_OF_BETS.items() if module in modules_open()]
    if here is None:
        here = request.path.removeprefix(place_of(game)).strip("/").partition("/")[0]
    return [Tab(place_of(game, f"/{name}").rstrip("/"), _TITLES[name], name == here) for name in offered]


def day_of(text: str) -> date | None:
    """The day that is written so, 2026-11-30."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text and _FIRST <= found <= _LAST else None


_FIRST: Final = date(2000, 1, 1)
_LAST: Final = date(2999, 12, 31)


def day_in(text: str) -> date:
    """A day of an address. Raises NotFound."""
    found = day_of(text)
    if found is None:
        raise NotFound
    return found


def month_in(text: str) -> date:
    """The first day of a month of an address, 2026-11. Raises NotFound."""
    return day_in(f"{text}-01")
