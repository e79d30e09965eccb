"""The games that a frame offers; one more needs no change here."""

from __future__ import annotations

from flask import g
from flask_babel import LazyString, lazy_gettext

from app.catalogue.games import catalogue
from app.core.errors import DomainError, NotFound

from .frame import Frame
from .naming import AddressForm
from .place import EmbedGame, Place


def places(frame: Frame, name: str, own_tickets: str | None, rounds: str, verify: str) -> list[Place]:
    """A game's menu, where it has the places that all have: addresses of the player's own tickets, if somebody plays,
    of all rounds and of the page that checks them."""
    return [
        Place(frame.game_url(name), lazy_gettext("Round")),
        *([Place(own_tickets, lazy_gettext("My tickets"))] if own_tickets else []),
        Place(rounds, lazy_gettext("All rounds")),
        Place(verify, lazy_gettext("Verify"), is_outside=True),
    ]


def games() -> tuple[EmbedGame, ...]:
    """Every game that has a place in the frame."""
    return catalogue().in_frame


def home_of(form: AddressForm) -> str:
    """The game that a frame begins with whose address has that form; the leading game, if none says so."""
    return next((game.name for game in games() if game.form == form and game.begins), catalogue().leading)


def offered(frame: Frame) -> tuple[EmbedGame, ...]:
    """The games of the partner's choice; all, where none was made."""
    chosen = frame.chosen_games
    return tuple(game for game in games() if chosen is None or game.name in chosen) or games()


def require_offered(frame: Frame, name: str) -> None:
    """Raises DomainError 409 `game_not_offered` unless the partner's frame sells the game. Orders that exist are shown
    either way."""
    if not any(game.name == name for game in offered(frame)):
        raise DomainError("game_not_offered", status=409)


def asked_for(name: str | None, frame: Frame) -> EmbedGame:
    """The game `name`, or the one that the address form belongs to; the first offered where the partner has not got it.

    Raises:
        NotFound: no such game.
    """
    if name is not None and not any(game.name == name for game in games()):
        raise NotFound
    wanted = name or frame.home
    found = offered(frame)
    return next((game for game in found if game.name == wanted), found[0])


def show(game: str) -> None:
    """Say whose pages the answer at hand belongs to."""
    g.embed_game = game


def menu(frame: Frame) -> list[Place]:
    """The pages of the game that is shown."""
    shown = _shown(frame)
    return next(game.menu(frame) for game in games() if game.name == shown)


def switch(frame: Frame) -> list[tuple[str, LazyString, bool]]:
    """Address, title and "is shown" of the games to choose from; empty where there is no choice."""
    found, shown = offered(frame), _shown(frame)
    return [(frame.game_url(game.name), game.title, game.name == shown) for game in found] if len(found) > 1 else []


def _shown(frame: Frame) -> str:
    """The game of the answer at hand; that of the frame's first page where nobody said, as on an error's."""
    shown: str = g.get("embed_game") or asked_for(None, frame).name
    return shown
