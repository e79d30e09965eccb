"""The main game inside the frame: the round on sale, orders, a player's tickets. Every answer may be framed by the
partner's origins alone; no cookie is set.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.frame import buying
from app.catalogue.frame.current import current_frame
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import places, require_offered, show
from app.catalogue.frame.naming import BY_NAME, path_identifier, path_segment
from app.catalogue.frame.place import EmbedGame, Place, PlayerOrders
from app.catalogue.windows import tickets
from app.core.ids import parse_id
from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.web.requests import render, wants_fragment
from app.games.ticket_draw import queries
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.records import pages as records
from app.games.ticket_draw.records import paying
from app.games.ticket_draw.records.answers import record_url
from app.games.ticket_draw.records.receipts import RECEIPTS_LIMIT, receipt_file, receipt_paper
from app.games.ticket_draw.rules import GAME
from app.games.ticket_draw.service import quoted_price
from app.selling.windows import queries as windows

from . import order as orders

bp = Blueprint("embed_rounds", __name__, url_prefix="/embed")

EMBED_ENDPOINTS = tuple(f"embed_rounds.{name}" for name in ("create_order", "order_form", "player", "player_round"))
SHARED_ENDPOINTS = tuple(f"embed_rounds.{name}" for name in ("rounds", "round_", "slip", "receipt", "paper"))

ADDRESS_FORM = BY_NAME  # of a player's two names one is kept private
TEMPLATES = "games/ticket_draw/frame"
_STEPPER = f"{TEMPLATES}/_stepper.html"


@bp.before_request
def _find_frame() -> None:
    show(GAME)
    current_frame()


@bp.post("/orders")
@buying.limits_orders
def create_order() -> AnyResponse:
    """Make the order that the form asks for, once however often it is sent, and go to its page.

    Without scripts the same form asks for a price (`do`), and gets its page again with the number.
    """
    buying.prepare_order()
    frame = current_frame()
    if request.form.get("do") == "price":
        return _priced(frame, request.form.get("tickets"))
    require_offered(frame, GAME)
    player, nonce = buying.buyer(frame, ADDRESS_FORM)
    wanted = request.form.get("tickets")
    if (refused := _refused(frame, wanted)) is not None:
        return refused
    made = orders.place(frame, player, nonce)
    return buying.go_to_order(frame, f"/embed/slips/{made.name}", made, tickets=paying.parse_tickets(wanted))


@bp.get("/orders")
def order_form() -> Response:
    """The form again, at the address that a refusal of it leaves in the browser."""
    no_store()
    return _answer_entry(current_frame())


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
    return receipt_file(secret)


@bp.get("/slips/<secret>/receipt.pdf")
@limiter.limit(RECEIPTS_LIMIT)
def paper(secret: str) -> AnyResponse:
    """The receipt as a document, with that file inside."""
    no_store()
    orders.receipt_in(current_frame(), secret)
    return receipt_paper(secret)


@bp.get("/players/<player>")
def player(player: str) -> Response:
    """A player's paid orders at this partner, with those of other games: public records."""
    frame = current_frame()
    name = path_identifier(player, frame.public_name(ADDRESS_FORM))
    return tickets.answer(frame, ADDRESS_FORM, name, _tickets_path(name))


@bp.get("/players/<player>/rounds/<round_number:number>")
def player_round(player: str, number: int) -> Response:
    """Those of one round of this game. Raises NotFound where there is no round."""
    windows.round_of(ROUNDS, number)
    frame = current_frame()
    name = path_identifier(player, frame.public_name(ADDRESS_FORM))
    before = parse_id(request.args.get("before", ""))
    return tickets.answer_round(
        frame,
        ADDRESS_FORM,
        name,
        f"{_tickets_path(name)}/rounds/{number}",
        EMBED_GAME,
        queries.player_orders(frame.site, name, before, tickets.TICKETS_A_PAGE + 1, number),
        only=number,
        only_url=record_url("round", number),
        all_url=frame.url(_tickets_path(name)),
    )


def _tickets_path(player: str) -> str:
    return f"/embed/players/{path_segment(player)}"


records.PAGES.serve(bp, "round_")


def _menu(frame: Frame) -> list[Place]:
    """The main game's pages."""
    own = frame.public_name(ADDRESS_FORM)
    return places(frame, GAME, frame.url(_tickets_path(own)) if own else None, record_url("rounds"), "/verify")


def _refused(frame: Frame, wanted: str | None) -> Response | None:
    """The form as it was sent, if no round sells so many tickets; to htmx their field alone. Nothing is ordered."""
    if wanted is None or paying.is_plausible(wanted):  # the order's page has the nearest number that is still left
        return None
    round_ = buying.round_on_sale(ROUNDS)
    if round_ is None:
        return None
    price = quoted_price(round_, frame.site)
    choice = paying.choice_of(round_, price)
    if choice.offers(wanted):
        return None
    if not wants_fragment():
        return _answer_entry(frame, wanted, 422)
    shown = {"unit": price.player, "least_sats": price.minimum_payment, "choice": choice, "wanted": wanted}
    part = render(_STEPPER, _STEPPER, 422, value=choice.nearest(paying.parse_tickets(wanted)), **shown)
    part.headers["HX-Retarget"], part.headers["HX-Reswap"] = "#stepper", "outerHTML"
    return part


def _priced(frame: Frame, wanted: str | None) -> AnyResponse:
    """The frame's first page with this number and its price, at an address that can be loaded again."""
    return _refused(frame, wanted) or redirect(frame.game_url(GAME, tickets=wanted) + "#buy-title", 303)


def _answer_entry(frame: Frame, wanted: str | None = None, status: int = 200) -> Response:
    """The round on sale with its form; to htmx the figures that change. `wanted`: a number of tickets was refused."""
    round_ = buying.round_on_sale(ROUNDS)
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_entry(
        frame,
        ADDRESS_FORM,
        round_,
        price.player if price else 0,
        TEMPLATES,
        status,
        price=price,
        choice=paying.choice_of(round_, price) if round_ and price else None,
        tickets=paying.parse_tickets(request.args.get("tickets") if wanted is None else wanted),
        wanted=wanted,
        last_drawn=windows.last_settled(ROUNDS),
    )


def _answer_house_edge(frame: Frame) -> Response:
    """What the price is made of, in sats and percent."""
    round_ = buying.round_on_sale(ROUNDS)
    price = quoted_price(round_, frame.site) if round_ else None
    return buying.answer_price(frame, round_, f"{TEMPLATES}/_house_edge.html", price=price)


def _order_url(view: OrderView) -> str | None:
    """Its public record; None before a block has a payment to it."""
    is_public = any(payment.status != "seen" for payment in view.payments)
    return record_url("slip", view.order.id) if is_public else None


_TICKETS = PlayerOrders(
    queries.player_orders,
    f"{TEMPLATES}/_ticket.html",
    _order_url,
)
EMBED_GAME = EmbedGame(
    GAME, ROUNDS.title, ADDRESS_FORM, _answer_entry, _menu, _answer_house_edge, _TICKETS, begins=True
)
