"""The main game inside the frame: the round on sale, orders, a player's tickets. Every answer may be framed by the
partner's origins alone; no cookie is set.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.frame import buying
from app.catalogue.frame.current import current_frame
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import places, require_offered, show
from app.catalogue.frame.naming import BY_NAME, path_identifier, path_segment
from app.catalogue.frame.place import EmbedGame, Place
from app.core.database.session import end_reading
from app.core.ids import parse_id
from app.core.web.headers import no_store
from app.core.web.requests import render
from app.games.ticket_draw import queries
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.records import pages as records
from app.games.ticket_draw.records.answers import record_url
from app.games.ticket_draw.rules import GAME
from app.games.ticket_draw.service import quoted_price
from app.selling.windows import queries as windows

from . import order as orders

bp = Blueprint("embed_rounds", __name__, url_prefix="/embed")

EMBED_ENDPOINTS = ("embed_rounds.create_order", "embed_rounds.player_round")
SHARED_ENDPOINTS = tuple(f"embed_rounds.{name}" for name in ("rounds", "round_", "slip", "receipt"))

ADDRESS_FORM = BY_NAME  # of a player's two names one is kept private
TEMPLATES = "games/ticket_draw/frame"


@bp.before_request
def _find_frame() -> None:
    show(GAME)
    current_frame()


@bp.post("/orders")
@buying.limits_orders
def create_order() -> AnyResponse:
    """Make the order that the form asks for, once however often it is sent, and go to its page."""
    buying.prepare_order()
    frame = current_frame()
    require_offered(frame, GAME)
    player, nonce = buying.buyer(frame, ADDRESS_FORM)
    made = orders.place(frame, player, nonce)
    tickets = orders.parse_tickets(request.form.get("tickets"))
    return buying.go_to_order(frame, f"/embed/slips/{made.name}", made, tickets=tickets)


@bp.get("/slips/<identifier>")
def slip(identifier: str) -> Response:
    """A public record by its id; by its receipt's secret the order's own page."""
    frame = current_frame()
    if parse_id(identifier) is not None:
        return records.PAGES.answer_order(identifier)
    no_store()
    return orders.answer(frame, identifier)


@bp.get("/slips/<secret>/receipt.json")
def receipt(secret: str) -> AnyResponse:
    """The order's terms as a file, with which its address can be found and spent again."""
    no_store()
    orders.receipt_in(current_frame(), secret)
    return records.receipt_file(secret)


@bp.get("/players/<player>/rounds/<round_number:number>")
def player_round(player: str, number: int) -> Response:
    """A player's paid orders at this partner in one round: public records. Raises NotFound where there is no round."""
    frame = current_frame()
    own = frame.public_name(ADDRESS_FORM)
    player = path_identifier(player, own)
    round_ = windows.round_of(ROUNDS, number)
    everything = queries.player_orders(frame.site, player)
    others = sorted({view.round.round_number for view in everything} - {number}, reverse=True)
    return render(
        f"{TEMPLATES}/tickets.html",
        f"{TEMPLATES}/_tickets.html",
        embed=frame,
        player=player,
        is_own=player == own,
        round=round_,
        orders=queries.player_orders(frame.site, player, number),
        others=[(other, _tickets_url(frame, player, other)) for other in others],
    )


records.PAGES.serve(bp, "round_")


def _menu(frame: Frame) -> list[Place]:
    """The main game's pages. My tickets are those of the round on sale; the other rounds are linked from there."""
    own = frame.public_name(ADDRESS_FORM)
    on_sale = _number_on_sale() if own else None
    return places(
        frame, GAME, _tickets_url(frame, own, on_sale) if own and on_sale else None, record_url("rounds"), "/verify"
    )


def _number_on_sale() -> int | None:
    """None, too, where the database gives no answer: the menu is a part of error pages, which must not fail in turn."""
    if "round_on_sale" not in g:
        try:
            _round_on_sale()
        except SQLAlchemyError:
            end_reading()
            g.round_on_sale = None
    number: int | None = g.round_on_sale
    return number


def _tickets_url(frame: Frame, player: str, number: int) -> str:
    """A player's tickets of a round."""
    return frame.url(f"/embed/players/{path_segment(player)}/rounds/{number}")


def _round_on_sale() -> Round | None:
    """The round that an order made now would join; the menu remembers its number."""
    found = buying.round_on_sale(ROUNDS)
    g.round_on_sale = found.round_number if found else None
    return found


def _answer_entry(frame: Frame) -> Response:
    """The round on sale with its form; to htmx the figures that change."""
    round_ = _round_on_sale()
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_entry(
        frame,
        ADDRESS_FORM,
        round_,
        price.player if price else 0,
        TEMPLATES,
        price=price,
        choice=orders.choice_of(round_, price) if round_ and price else None,
        tickets=orders.parse_tickets(request.args.get("tickets")),
        last_drawn=windows.last_settled(ROUNDS),
    )


def _answer_house_edge(frame: Frame) -> Response:
    """What the price is made of, in sats and percent."""
    round_ = _round_on_sale()
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_price(frame, round_, f"{TEMPLATES}/_house_edge.html", price=price)


EMBED_GAME = EmbedGame(GAME, ROUNDS.title, ADDRESS_FORM, _answer_entry, _menu, _answer_house_edge, begins=True)
