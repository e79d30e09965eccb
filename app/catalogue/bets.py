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

_NAMED: Final = re.compile(
    r"(?P<words>(?:[^\s:,]{1,30}[\s:,]+){0,4})(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[-\s/#]{1,2}(?P<number>[0-9]{1,4})"
)
"""A draw's name: its day and the number of its slot, with the game and other words before it."""
_CODE: Final = re.compile(r"[0-9A-Z]{4}(?:[- ]?[0-9A-Z]{4}){2}", re.ASCII)
_BETWEEN: Final = re.compile(r"[\s:,]+")
_KINDS: Final = ("bet-draw", "result")
"""What the public log tells of a draw by."""
_MOST: Final = 5


def page_named(text: str) -> str | None:
    """By a draw's name, alone or with its game's before it, or a ticket's code. None for any other text."""
    game, name = next(_draws_named(text), (None, ""))
    if game is not None:
        return game_named(game).draw_page(name)
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
    return [one for game, name in _draws_named(text) for one in _subjects(game, name)]


def _draws_named(text: str) -> Iterator[tuple[str, str]]:
    """Draws that people may mean, each by its game and its name."""
    asked = text.strip().lower()
    found = _NAMED.fullmatch(asked)
    if found is None:
        return
    name = f"{found['day']}-{found['number']}"
    words = set(_BETWEEN.split(found["words"].strip(" \t:,"))) - {""}
    draws = db.session.scalars(select(BetDraw.game).where(BetDraw.name == name).order_by(BetDraw.game).limit(_MOST))
    yield from ((game, name) for game in draws if words <= _words(game))


def _words(game: str) -> set[str]:
    """What may stand before a draw's name: the log's words, and those of our pages."""
    ours = gettext("Draw %(name)s", name="").lower().split()
    return {*_KINDS, "draw", *ours, game, *str(game_named(game).title).lower().split()}


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
