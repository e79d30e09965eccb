"""Where a draw of bets or a ticket of some is seen, by whatever of it somebody kept, whichever game's it is; and what
the public log calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from flask_babel import gettext
from sqlalchemy import or_, select

from app.core.database.session import db
from app.selling.bets.games import GAMES, game_named
from app.selling.bets.models import BetDraw, BetTicket
from app.selling.bets.sale.leaves import subject_of_ticket
from app.selling.bets.sale.ticket import read_code

_DRAW: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{1,4}", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]{4}(?:-?[0-9A-Z]{4}){2}", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s:,]+")
_KINDS: Final = ("bet-draw", "result")
"""What the public log tells of a draw by."""
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


def told_of(subject: str) -> tuple[str, str | None] | None:
    """What the log calls so, if it is a draw of bets, its result or a game: what people call it, and its page."""
    kind, _, of = subject.partition(":")
    name, _, draw = of.partition(":")
    game = GAMES.get().get(name)
    if game is None or kind not in (*_KINDS, "bet-game"):
        return None
    if not draw:
        return str(game.title), None
    return gettext("%(game)s, draw %(name)s", game=game.title, name=draw), game.draw_page(draw)


def subjects_named(text: str) -> list[str]:
    """What the log calls a draw, by its name alone or with its game's before it: the draw, and its result."""
    *words, name = _BETWEEN.split(text.strip().lower())
    if not _DRAW.fullmatch(name):
        return []
    draws = db.session.scalars(select(BetDraw.game).where(BetDraw.name == name).order_by(BetDraw.game).limit(_MOST))
    return [one for game in draws if set(words) <= _words(game) for one in _subjects(game, name)]


def _words(game: str) -> set[str]:
    """What may stand before a draw's name."""
    return {*_KINDS, "draw", game, *str(game_named(game).title).lower().split()}


def subjects_hashed(asked: bytes) -> list[str]:
    """The same of draws that promised or sealed so."""
    rows = select(BetDraw.game, BetDraw.name).where(or_(BetDraw.promise_hash == asked, BetDraw.seal_root == asked))
    return [one for game, name in db.session.execute(rows.limit(_MOST)) for one in _subjects(game, name)]


def _subjects(game: str, name: str) -> tuple[str, ...]:
    return tuple(f"{kind}:{game}:{name}" for kind in _KINDS)


def ticket_named(text: str) -> str | None:
    """What the log calls a ticket, by its code, which is all that one needs to see it."""
    if not _CODE.fullmatch(text.upper()):
        return None
    found = db.session.scalar(select(BetTicket.id).where(BetTicket.code == read_code(text)))
    return subject_of_ticket(found) if found is not None else None


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
