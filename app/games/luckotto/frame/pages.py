"""Luckotto's routes of the frame. Every answer may be framed by the partner's origins alone; no cookie is set."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.frame import buying
from app.catalogue.frame.current import current_frame
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.games import require_offered, show
from app.catalogue.frame.naming import path_identifier
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.web.headers import no_store
from app.core.web.requests import wants_fragment
from app.games.luckotto import rules
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.records.answers import luckotto_url
from app.games.luckotto.records.pages import PAGES
from app.games.luckotto.records.paper import paper, receipt

from . import play

bp = Blueprint("embed_luckotto", __name__, url_prefix="/embed")

EMBED_ENDPOINTS = tuple(f"embed_luckotto.{name}" for name in ("quote", "create_order", "order_form", "player"))
SHARED_ENDPOINTS = tuple(f"embed_luckotto.{name}" for name in ("rounds", "round_", "order", "receipt", "paper"))

_QUOTES_LIMIT = "300 per minute"


@bp.before_request
def _find_frame() -> None:
    show(rules.GAME)
    current_frame()


@bp.get("/luckotto/quote")
@limiter.limit(_QUOTES_LIMIT)
def quote() -> Response:
    """What the numbers chosen so far cost, and whether they are still free."""
    no_store()
    return play.answer_quote(current_frame())


@bp.post("/luckotto/orders")
@buying.limits_orders
def create_order() -> AnyResponse:
    """Make the order that the form asks for, once however often it is sent, and go to its page.

    Without scripts the same form asks for a price or a quick pick (`do`), and gets its page again with the numbers.
    """
    buying.prepare_order()
    frame = current_frame()
    asked = request.form.get("do", "order")
    if asked in ("price", "pick"):
        return _choose(frame, asked)
    require_offered(frame, rules.GAME)
    player, nonce = buying.buyer(frame, play.ADDRESS_FORM)
    try:
        made = play.place(frame, player, play.chosen_numbers(request.form.getlist("numbers")), nonce)
    except DomainError as error:
        if error.field != "requestedNumbers":
            raise
        return _refuse(frame, error)
    return buying.go_to_order(frame, f"/embed/luckotto/orders/{made.name}", made)


@bp.get("/luckotto/orders")
def order_form() -> Response:
    """The form again, at the address that a refusal of it leaves in the browser."""
    no_store()
    return play.answer_entry(current_frame())


def _choose(frame: Frame, asked: str) -> AnyResponse:
    """The frame's first page with these numbers, at an address that can be loaded again."""
    numbers = request.form.getlist("numbers")
    round_ = buying.round_on_sale(LUCKOTTO)
    if asked == "pick" and round_ is not None:
        numbers = [str(one) for one in play.random_numbers(request.form.get("count", ""), round_.pool_size)]
    return redirect(frame.game_url(rules.GAME, numbers=".".join(numbers)) + "#choose", 303)


def _refuse(frame: Frame, error: DomainError) -> Response:
    """The form as it was sent, with what is wrong with it beside the grid; to htmx that alone."""
    chosen = _with_problem(error)
    if not wants_fragment():
        return play.show_entry(frame, chosen, error.status)
    response = play.show_quote(frame, chosen, error.status)
    response.headers["HX-Retarget"] = "#quote"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _with_problem(error: DomainError) -> play.Choice:
    """What was sent, as far as it can be read."""
    try:
        numbers = play.chosen_numbers(request.form.getlist("numbers"))
    except DomainError:
        numbers = []
    return play.Choice(tuple(numbers), problem=error)


@bp.get("/luckotto/players/<player>")
def player(player: str) -> Response:
    """A player's tickets at this partner."""
    frame = current_frame()
    return play.answer_player(frame, path_identifier(player, frame.public_name(play.ADDRESS_FORM)))


PAGES.serve(bp, "round_")
PAGES.serve_orders(bp)
bp.add_url_rule(luckotto_url.rule("receipt"), "receipt", receipt)
bp.add_url_rule(luckotto_url.rule("paper"), "paper", paper)
