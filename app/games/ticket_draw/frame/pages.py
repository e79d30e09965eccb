"""The main game's routes of the frame. Every answer may be framed by the partner's origins alone; no cookie is set."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.frame import buying
from app.catalogue.frame.current import current_frame
from app.catalogue.frame.games import require_offered, show
from app.catalogue.frame.naming import path_identifier
from app.core.ids import parse_id
from app.core.web.headers import no_store
from app.games.ticket_draw.records import pages as records
from app.games.ticket_draw.rules import GAME

from . import order as orders
from . import play

bp = Blueprint("embed_rounds", __name__, url_prefix="/embed")

EMBED_ENDPOINTS = ("embed_rounds.create_order", "embed_rounds.player_round")
SHARED_ENDPOINTS = tuple(f"embed_rounds.{name}" for name in ("rounds", "round_", "slip", "receipt"))


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
    player, nonce = buying.buyer(frame, play.ADDRESS_FORM)
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
    """A player's tickets of one round: public records of this partner only."""
    frame = current_frame()
    return play.answer_player_round(frame, path_identifier(player, frame.public_name(play.ADDRESS_FORM)), number)


records.PAGES.serve(bp, "round_")
