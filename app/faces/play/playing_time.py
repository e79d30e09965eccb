"""How long somebody has been playing, as his session keeps it, and when he is to be asked whether to go on.

It begins with the first page, and anew after half an hour without one. The pages on which one takes a break never wait
for an answer, nor do those that sign out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import request, session, url_for
from flask.sansio.app import App
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core import clock
from app.core.web.requests import wants_fragment
from app.core.web.surfaces import Surface, current_surface
from app.people.accounts.login.page_door import go
from app.people.accounts.tokens.service import IS_REGISTERED
from app.people.notices import queries
from app.people.players.queries import breaks_of

_BEGAN, _ASKED, _SEEN = "playing_began", "playing_asked", "playing_seen"
_GAP: Final = 30 * 60
_PRECISE: Final = 60
_FREE: Final = frozenset({"play_reality", "play_breaks"})
_COUNT: Final = "play_notices.count"
_LOBBY: Final = "/"
_OF_PLAYERS: Final = (Surface.WEBSITE, Surface.SHARED_WEBSITE)


def init_app(app: App) -> None:
    """Look at each page of players, and tell their heads what is new."""
    app.before_request(_look)
    app.context_processor(_told)


def begin() -> None:
    """From now on."""
    now = _now()
    session[_BEGAN] = session[_ASKED] = session[_SEEN] = now


def go_on() -> None:
    """He wants to go on: the time until the next question begins."""
    session[_ASKED] = session[_SEEN] = _now()


def since() -> datetime | None:
    """Since when he has been playing; None if he has not."""
    began = session.get(_BEGAN)
    return datetime.fromtimestamp(began, UTC) if isinstance(began, int) else None


def minutes_since(moment: datetime) -> int:
    """Whole minutes."""
    return max(int((clock.now() - moment).total_seconds()) // 60, 0)


def _look() -> Response | None:
    room = (request.blueprint or "").partition(".")[0]
    if request.method != "GET" or not room.startswith("play_") or not current_user.is_authenticated:
        return None
    if request.endpoint != _COUNT:
        _keep()
    if room in _FREE or not _is_due():
        return None
    wanted = request.path if wants_fragment() else request.full_path.rstrip("?")
    return go(url_for("play_reality.asked", next="/play" if request.endpoint == _COUNT else wanted))


def _keep() -> None:
    """That he is here. A page that is left open only counts what is new, and keeps nothing going."""
    now, seen = _now(), session.get(_SEEN)
    if not isinstance(seen, int) or now - seen > _GAP or _BEGAN not in session:
        begin()
    elif now - seen >= _PRECISE:
        session[_SEEN] = now


def _is_due() -> bool:
    asked, seen = session.get(_ASKED), session.get(_SEEN)
    if not isinstance(asked, int) or not isinstance(seen, int) or _now() - seen > _GAP:
        return False
    if _now() - asked < _PRECISE:
        return False
    minutes = queries.minutes_of(current_user.id)
    return minutes is not None and _now() - asked >= minutes * 60


def _told() -> dict[str, object]:
    """What the head of these pages shows; that of the website's others too, to whoever is registered to play. His own
    pages and the lobby say that he is on a break; those on which he took it say more."""
    if not request or wants_fragment() or not (_is_of_players() and current_user.is_authenticated):
        return {}
    room = (request.blueprint or "").partition(".")[0]
    is_known = room.startswith("play_") or IS_REGISTERED.get()(current_user.id)
    if not is_known:
        return {}
    tells_breaks = request.path == _LOBBY or (room.startswith("play_") and room not in _FREE)
    return {
        "unread_notices": queries.unread(current_user.id),
        "off": breaks_of(current_user.id) if tells_breaks else None,
    }


def _is_of_players() -> bool:
    """Whether the page at hand has the website's head. Partners' dashboards are for those who run a site."""
    return current_surface() in _OF_PLAYERS and not request.path.startswith("/partners")


def _now() -> int:
    return int(clock.now().timestamp())
