"""What a game offers inside a frame. The table of games is in `wiring`; a game there needs no change here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, current_app
from flask_babel import LazyString

from app.core.errors import NotFound

from .frame import Frame


@dataclass(frozen=True, slots=True)
class EmbedGame:
    """A game's place in the frame. `entry` answers the frame's first page with that game."""

    name: str
    title: LazyString
    entry: Callable[[Frame], Response]


def games() -> tuple[EmbedGame, ...]:
    """Every game that has a place in the frame, the main one first."""
    found: tuple[EmbedGame, ...] = current_app.extensions["embed_games"]
    return found


def game_called(name: str | None) -> EmbedGame:
    """The game `name`, or the main one where none is named.

    Raises:
        NotFound: no such game.
    """
    if name is None:
        return games()[0]
    game = next((game for game in games() if game.name == name), None)
    if game is None:
        raise NotFound
    return game
