"""What the game's pages have in common: their door, and what their templates are given."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.web.headers import no_store
from app.core.web.requests import render
from app.games.swertres.game import SWERTRES
from app.games.swertres.wording import manila, peso, reason, standing
from app.people.accounts.login.page_door import PLAYERS_DOOR, go
from app.people.accounts.rules import local_path
from app.people.players.queries import read_now
from app.selling.bets.sealing.wording import why

P = ParamSpec("P")


def show(page: str, part: str, status: int = 200, **context: Any) -> Response:
    """A page of the game, or its part."""
    given = {
        "peso": peso,
        "manila": manila,
        "reason": reason,
        "told": SWERTRES.told,
        "why": why,
        "standing": standing,
        "now": read_now(),
        **context,
    }
    return render(f"games/swertres/{page}.html", f"games/swertres/{part}.html", status, **given)


def signed_in(view: Callable[P, Response]) -> Callable[P, Response]:
    """The door of players: nobody is sent to sign in, which leads back. Answers are never stored."""

    @wraps(view)
    def door(*args: P.args, **kwargs: P.kwargs) -> Response:
        no_store()
        return view(*args, **kwargs) if current_user.is_authenticated else go(sign_in_page())

    return door


def sign_in_page(back: str | None = None) -> str:
    """Where a player signs in, and comes back from: to that page, or the one at hand."""
    wanted = back or (local_path(request.full_path.rstrip("?")) if request.method == "GET" else None)
    return url_for(PLAYERS_DOOR.get()[1], next=wanted or url_for("swertres.home"))
