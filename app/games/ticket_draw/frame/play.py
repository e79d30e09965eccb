"""The main game inside the frame: the round on sale, what its price is made of, and a player's tickets."""

from __future__ import annotations

from flask import Response, g, request
from flask_babel import lazy_gettext

from app.catalogue.frame import buying
from app.catalogue.frame.current import order_stop_blocks
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import EmbedGame, Place
from app.catalogue.frame.naming import BY_NAME, path_segment
from app.core.web.requests import render
from app.games.ticket_draw import queries
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.records.links import record_url
from app.games.ticket_draw.rules import GAME
from app.games.ticket_draw.service import quoted_price

from .order import choice_of, parse_tickets

ADDRESS_FORM = BY_NAME  # of a player's two names one is kept private
TEMPLATES = "games/ticket_draw/frame"


def menu(frame: Frame) -> list[Place]:
    """The main game's pages. My tickets are those of the round on sale; the other rounds are linked from there."""
    on_sale, own = g.get("round_on_sale"), frame.public_name(ADDRESS_FORM)
    return [
        Place(frame.game_url(GAME), lazy_gettext("Round")),
        *([Place(tickets_url(frame, own, on_sale), lazy_gettext("My tickets"))] if own and on_sale else []),
        Place(record_url("rounds"), lazy_gettext("All rounds")),
        Place("/verify", lazy_gettext("Verify"), is_outside=True),
    ]


def tickets_url(frame: Frame, player: str, number: int) -> str:
    """A player's tickets of a round."""
    return frame.url(f"/embed/players/{path_segment(player)}/rounds/{number}")


def round_on_sale() -> Round | None:
    """The round that an order made now would join; the menu remembers its number."""
    found = queries.round_for_orders(order_stop_blocks()) or queries.current_round()
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
        last_drawn=queries.last_settled(),
    )


def answer_house_edge(frame: Frame) -> Response:
    """What the price is made of, in sats and percent."""
    round_ = round_on_sale()
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_price(frame, round_, f"{TEMPLATES}/_house_edge.html", price=price)


def answer_player_round(frame: Frame, player: str, number: int) -> Response:
    """A player's paid orders at this partner in one round. Raises NotFound for a round that does not exist."""
    round_ = queries.round_of(number)
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


EMBED_GAME = EmbedGame(GAME, ROUNDS.title, ADDRESS_FORM, answer_entry, menu, answer_house_edge)
