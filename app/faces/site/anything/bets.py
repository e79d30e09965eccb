"""What can be said of a draw of bets that somebody kept, or of a receipt of some: what both are, and how they are
checked. The draw's claims nobody here judges for him.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString

from app.core.errors import NotFound
from app.selling.bets.games import BetGame, game_named
from app.selling.bets.proof import receipts, scripts

from .kept import BetDraw, BetTicket

_DRAW: Final = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
"""What a draw may be called in a line that is pasted into a shell."""


@dataclass(frozen=True, slots=True)
class DrawTold:
    """A draw: its game, its page and the line that checks the file; each None where nobody here knows it."""

    title: LazyString | None = None
    page: str | None = None
    command: str | None = None


@dataclass(frozen=True, slots=True)
class TicketTold:
    """A ticket: its game, its page, and by draw the lines that check the file. `is_known`: we know of such a ticket;
    `strange`: the file has an entry that is none of those that we have of it; `lacks`: it has not all of them."""

    title: LazyString | None = None
    page: str | None = None
    commands: Sequence[tuple[str, str]] = ()
    is_known: bool = False
    strange: bool = False
    lacks: bool = False


def draw_told(kept: BetDraw, file: str) -> DrawTold:
    """By its game and its name alone; `file`: what it is called in the line that checks it."""
    game = _game(kept.game)
    if game is None or not _DRAW.fullmatch(kept.name):
        return DrawTold()
    return DrawTold(game.title, game.draw_page(kept.name), scripts.of_draw(game, shlex.quote(file)))


def ticket_told(kept: BetTicket, file: str) -> TicketTold:
    """Beside the entries that we have of it, which everybody may see who has its code; `file` as above."""
    game = _game(kept.game)
    if game is None:
        return TicketTold()
    own = shlex.quote(file)
    named = [(name, scripts.of_ticket(game, name, own)) for name in kept.draws if _DRAW.fullmatch(name)]
    commands = [(name, command) for name, command in named if command is not None]
    try:
        ours = {one.leaf for one in receipts.by_code(kept.code[:40]).leaves}
    except NotFound:
        return TicketTold(game.title, None, commands)
    theirs = set(kept.leaves)
    page = game.ticket_page(kept.code)
    return TicketTold(game.title, page, commands, True, bool(theirs - ours), bool(ours - theirs))


def _game(name: str) -> BetGame | None:
    try:
        return game_named(name)
    except NotFound:
        return None
