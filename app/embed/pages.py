"""The frame's routes. Each address names its partner; every answer may be framed by that partner's origins alone."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, make_response, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from app.core.error_messages import add_messages
from app.core.errors import DomainError, NotFound
from app.core.headers import no_store
from app.core.ids import parse_id
from app.core.limits import limiter, orders_limit
from app.core.origin import require_same_origin
from app.core.templating import accent_ink
from app.core.web import wants_fragment
from app.rounds import queries, records
from app.rounds.messages import MESSAGES

from . import order_page, round_page
from .forms import nonce_of
from .frame import current_frame, known_frame, order_stop_blocks, path_identifier
from .games import game_called, is_offered, menu, show, switch

bp = Blueprint("embed", __name__)

_ACCENT = re.compile(r"[0-9a-f]{6}")


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.before_request
def _find_frame() -> None:
    if request.endpoint != "embed.theme":  # the same colours for whoever asks
        current_frame()
        on_sale = queries.round_for_orders(order_stop_blocks()) or queries.current_round()
        g.round_on_sale = on_sale.round_number if on_sale else None


@bp.app_context_processor
def _embed_context() -> dict[str, object]:
    """Error pages have the partner's title, colour and menu too."""
    frame = known_frame()
    return {"embed": frame, "embed_menu": menu(frame), "embed_switch": switch(frame)} if frame else {}


@bp.get("/embed")
def entry() -> Response:
    """The game a player sees first."""
    no_store()  # it carries a form token
    frame = current_frame()
    game = game_called(request.args.get("game"), frame)
    show(game.name)
    return game.entry(frame)


@bp.get("/embed/theme/<accent>.css")
def theme(accent: str) -> Response:
    """A partner's colour, and what is legible on it."""
    if not _ACCENT.fullmatch(accent):
        raise NotFound
    response = make_response(f":root{{--accent:#{accent};--accent-ink:{accent_ink(accent)}}}\n")
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/embed/house-edge")
def house_edge() -> Response:
    """What the price is made of."""
    frame = current_frame()
    game = game_called(request.args.get("game"), frame)
    show(game.name)
    return game.price(frame)


@bp.post("/embed/orders")
@limiter.shared_limit(orders_limit, scope="orders")
def create_order() -> AnyResponse:
    """Make the order that the form asks for, once however often it is sent, and go to its page."""
    require_same_origin()
    no_store()
    frame = current_frame()
    if not is_offered(frame, "rounds"):
        raise DomainError("game_not_offered", status=409)
    player = order_page.player_who_buys(frame)
    nonce = nonce_of(request.form.get("form_token", ""), frame, player)
    made = order_page.place(frame, player, nonce)
    shown = request.form.get("round", "")
    tickets = order_page.parse_tickets(request.form.get("tickets"))
    moved = shown if shown.isascii() and shown.isdigit() and shown != str(made.round_number) else None
    place = frame.url(f"/embed/slips/{made.receipt_secret}", tickets=tickets, instead=moved)
    if wants_fragment():  # the script follows by itself, so that a lost connection leaves the form where it is
        return make_response("", 204, {"HX-Redirect": place})
    return redirect(place, 303)


@bp.get("/embed/slips/<identifier>")
def slip(identifier: str) -> Response:
    """A public record by its id; by its receipt's secret the order's own page."""
    frame = current_frame()
    if parse_id(identifier) is not None:
        return records.answer_slip(identifier, embed=frame)
    no_store()
    return order_page.answer(frame, identifier)


@bp.get("/embed/slips/<secret>/receipt.json")
def receipt(secret: str) -> AnyResponse:
    """The order's terms as a file, with which its address can be found and spent again."""
    no_store()
    order_page.receipt_in(current_frame(), secret)
    return records.receipt_file(secret)


@bp.get("/embed/rounds")
def rounds() -> Response:
    """Every round, the newest first."""
    return records.answer_rounds(embed=current_frame())


@bp.get("/embed/rounds/<round_number:number>")
def round_(number: int) -> Response:
    """One round's record."""
    return records.answer_round(number, embed=current_frame())


@bp.get("/embed/players/<player>/rounds/<round_number:number>")
def player_round(player: str, number: int) -> Response:
    """A player's tickets of one round: public records of this partner only."""
    frame = current_frame()
    return round_page.answer_player_round(frame, path_identifier(player, frame.public), number)
