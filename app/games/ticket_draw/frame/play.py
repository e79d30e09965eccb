"""The main game inside the frame: the round on sale, what its price is made of, and a player's tickets."""

from __future__ import annotations

from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.catalogue.frame import buying
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import places
from app.catalogue.frame.naming import BY_NAME, path_segment
from app.catalogue.frame.place import EmbedGame, Place
from app.core.database.session import end_reading
from app.core.web.requests import render
from app.games.ticket_draw import queries
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.records.answers import record_url
from app.games.ticket_draw.rules import GAME
from app.games.ticket_draw.service import quoted_price
from app.selling.windows import queries as windows

from .order import choice_of, parse_tickets

ADDRESS_FORM = BY_NAME  # of a player's two names one is kept private
TEMPLATES = "games/ticket_draw/frame"


def menu(frame: Frame) -> list[Place]:
    """The main game's pages. My tickets are those of the round on sale; the other rounds are linked from there."""
    own = frame.public_name(ADDRESS_FORM)
    on_sale = _number_on_sale() if own else None
    return places(
        frame, GAME, tickets_url(frame, own, on_sale) if own and on_sale else None, record_url("rounds"), "/verify"
    )


def _number_on_sale() -> int | None:
    """None, too, where the database gives no answer: the menu is a part of error pages, which must not fail in turn."""
    if "round_on_sale" not in g:
        try:
            round_on_sale()
        except SQLAlchemyError:
            end_reading()
            g.round_on_sale = None
    number: int | None = g.round_on_sale
    return number


def tickets_url(frame: Frame, player: str, number: int) -> str:
    """A player's tickets of a round."""
    return frame.url(f"/embed/players/{path_segment(player)}/rounds/{number}")


def round_on_sale() -> Round | None:
    """The round that an order made now would join; the menu remembers its number."""
    found = buying.round_on_sale(ROUNDS)
    g.round_on_sale = found.round_number if found else None
    return found


def answer_entry(frame: Frame) -> Response:
    """The round on sale with its form; to htmx the figures that change."""
    round_ = round_on_sale()
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_entry(
        frame,
        ADDRESS_FORM,
        round_,
        price.player if price else 0,
        TEMPLATES,
        price=price,
        choice=choice_of(round_, price) if round_ and price else None,
        tickets=parse_tickets(request.args.get("tickets")),
        last_drawn=windows.last_settled(ROUNDS),
    )


def answer_house_edge(frame: Frame) -> Response:
    """What the price is made of, in sats and percent."""
    round_ = round_on_sale()
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_price(frame, round_, f"{TEMPLATES}/_house_edge.html", price=price)


def answer_player_round(frame: Frame, player: str, number: int) -> Response:
    """A player's paid orders at this partner in one round. Raises NotFound for a round that does not exist."""
    round_ = windows.round_of(ROUNDS, number)
    everything = queries.player_orders(frame.site, player)
    others = sorted({view.round.round_number for view in everything} - {number}, reverse=True)
    return render(
        f"{TEMPLATES}/tickets.html",
        f"{TEMPLATES}/_tickets.html",
        embed=frame,
        player=player,
        is_own=player == frame.public_name(ADDRESS_FORM),
        round=round_,
        orders=queries.player_orders(frame.site, player, number),
        others=[(other, tickets_url(frame, player, other)) for other in others],
    )


EMBED_GAME = EmbedGame(GAME, ROUNDS.title, ADDRESS_FORM, answer_entry, menu, answer_house_edge, begins=True)
