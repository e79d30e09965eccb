"""Where a draw of bets or a ticket of some is seen, by whatever of it somebody kept, whichever game's it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext
from sqlalchemy import select

from app.core.database.session import db
from app.selling.bets.games import game_named
from app.selling.bets.models import BetDraw, BetTicket
from app.selling.bets.sale.ticket import read_code

_DRAW: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{1,4}", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]{4}(?:-?[0-9A-Z]{4}){2}", re.ASCII)
_MOST: Final = 5


def page_named(text: str) -> str | None:
    """By a draw's name or a ticket's code. None for any other text."""
    if _DRAW.fullmatch(text):
        game = db.session.scalar(select(BetDraw.game).where(BetDraw.name == text).order_by(BetDraw.game).limit(1))
        return game_named(game).draw_page(text) if game is not None else None
    if _CODE.fullmatch(text.upper()):
        code = read_code(text)
        game = db.session.scalar(select(BetTicket.game).where(BetTicket.code == code))
        return game_named(game).ticket_page(code) if game is not None else None
    return None


def page_linked(link: str) -> str | None:
    """By a path of ours, with or without a query: that of a page, of a file, or of the form that asks for a code."""
    parts = urlsplit(link)
    asked = [*parts.path.split("/"), *parse_qs(parts.query).get("code", ())]
    return next((page for word in asked if (page := page_named(word)) is not None), None)


def hashed(asked: bytes) -> Iterator[tuple[str, str | None]]:
    """The draws that promised or sealed so: what it is, and the draw's page."""
    for column, words in (
        (BetDraw.promise_hash, gettext("The promise of")),
        (BetDraw.seal_root, gettext("The seal of")),
    ):
        rows = select(BetDraw.game, BetDraw.name).where(column == asked).order_by(BetDraw.draws_at.desc()).limit(_MOST)
        for game_name, name in db.session.execute(rows):
            game = game_named(game_name)
            yield f"{words} {game.title} {name}", game.draw_page(name)
