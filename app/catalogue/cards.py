"""A ticket of bets by what of it somebody kept that does not open it: the link to its buyer's own page, its id, which
the public log says, the name of its receipt's file, or something like a code under which none was sold.

Whoever has a ticket's code sees it; its id leads nobody to the code, and to its buyer's page only who bought it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from flask_babel import LazyString, gettext
from flask_login import current_user

from app.core.database.session import db
from app.core.ids import parse_id
from app.record.log.receipts import queries as receipts
from app.selling.bets.games import GAMES, game_named
from app.selling.bets.models import BetTicket
from app.selling.bets.sale.leaves import subject_of_ticket

_FILE: Final = re.compile(r"tiraj-receipt-(?P<id>[0-9a-f-]{36})(?: ?\([0-9]+\))?(?:\.(?:json|pdf))?", re.ASCII)
_GROUPS: Final = re.compile(r"[0-9A-Z]{3,5}(?:(?:-[0-9A-Z]{3,5}){2}|(?: [0-9A-Z]{3,5}){2})", re.ASCII)
_TOGETHER: Final = re.compile(r"(?=[0-9A-Z]*[0-9])(?=[0-9A-Z]*[A-Z])[0-9A-Z]{12}", re.ASCII)
_LENGTHS: Final = range(11, 14)
"""Characters of what may be a code with a slip of the pen: one too few, or one too many."""


@dataclass(frozen=True, slots=True)
class Card:
    """A ticket that was sold. `page` is its buyer's, and opens for nobody else; `is_own`: who asks is the buyer."""

    id: str
    title: LazyString
    page: str | None
    is_own: bool


def card_named(text: str) -> Card | None:
    """By its id, or by its receipt's file, as it is called. None for any other text, and for one of which the public
    log says nothing, unless it is one's own."""
    found = _FILE.fullmatch(text.lower())
    identifier = parse_id(found["id"] if found else text.lower())
    ticket = db.session.get(BetTicket, identifier) if identifier is not None else None
    if ticket is None:
        return None
    is_own = bool(current_user.is_authenticated and current_user.id == ticket.user_id)
    if not is_own and not receipts.hashes_of(subject_of_ticket(ticket.id)):
        return None
    game = game_named(ticket.game)
    return Card(str(ticket.id), game.title, game.own_page(ticket.id), is_own)


def page_for(card: Card) -> str:
    """Where who asks sees it: its buyer's page, or what it is and who may open it."""
    return card.page if card.is_own and card.page is not None else f"/check?q={card.id}"


def linked(link: str) -> str | None:
    """The same for a link to its buyer's page, or to a file there: its path, with or without a query."""
    parts = urlsplit(link)
    named = [*parts.path.split("/"), *parse_qs(parts.query).get("card", ())]
    return next((page_for(card) for word in named if (card := card_named(word)) is not None), None)


def resembles_code(text: str) -> bool:
    """Whether somebody may have meant a ticket's code, alone or at the end of a link, where tickets are sold."""
    typed = re.split(r"[/=]", text.strip().upper())[-1]
    if not GAMES.get():
        return False
    if _TOGETHER.fullmatch(typed):
        return True
    letters = re.sub(r"[- ]", "", typed)
    # Words apart are a sentence, unless there is a digit among them.
    is_said = "-" in typed or any(one.isdigit() for one in letters)
    return _GROUPS.fullmatch(typed) is not None and len(letters) in _LENGTHS and is_said


def no_such_code() -> str:
    """Of what resembles one."""
    return str(
        gettext(
            "This looks like a card’s code, but no card was sold under it. A code is three groups of four letters and "
            "digits, and has no 0, 1, I, L or O: compare it with the card."
        )
    )
