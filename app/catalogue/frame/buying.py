"""Buying inside a frame, the same in every game: the page that sells, why it may not, and an order made once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from app.chain import queries as chain
from app.chain.node import client as node
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter, orders_limit
from app.core.web.headers import no_store
from app.core.web.origin import require_same_origin
from app.core.web.requests import render, wants_fragment
from app.core.wire.paging import number_of
from app.record.audit import switches
from app.selling.windows import queries
from app.selling.windows.games import WindowGame
from app.selling.windows.models import WindowRound
from app.selling.windows.orders.limits import Origin, Way, by_request
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.rounds import pace
from app.selling.windows.rounds.progress import time_left
from app.selling.windows.tables import OrderT, PaymentT, RoundT

from .current import order_stop_blocks
from .forms import issue_token, nonce_of
from .frame import Frame
from .naming import AddressForm, Player

limits_orders = limiter.shared_limit(orders_limit, scope="orders")
"""Decorates every route that makes an order: together they have one limit."""


def answer_entry(
    frame: Frame,
    form: AddressForm,
    round_: WindowRound | None,
    terms: object,
    templates: str,
    status: int = 200,
    **context: Any,
) -> Response:
    """A game's first page, `round.html` of its templates, with the round on sale; to htmx the figures that change.

    `terms`: what a buyer is promised beside the round, so that a page that shows other ones is loaded again.
    """
    refusal, tip = why_not(frame, form, round_), chain.tip_height()
    shown = f"{round_.round_number if round_ else 0}-{terms}-{refusal or 'open'}"
    player = frame.player(form)
    response = render(
        f"{templates}/round.html",
        f"{templates}/_round.html",
        status,
        embed=frame,
        round=round_,
        player=player,
        refusal=refusal,
        shown=shown,
        tip=tip,
        left=round_ and time_left(round_, tip, order_stop_blocks()),
        seconds_per_block=pace.seconds_per_block(),
        ended=shown_before(round_.round_number, "ended") if round_ else None,
        form_token=issue_token(frame, player) if player and refusal is None else None,
        **context,
    )
    if wants_fragment() and request.args.get("shown", shown) != shown:
        response.headers["HX-Refresh"] = "true"  # another round, price or rule: the whole page has to say so
        before = number_of(request.args["shown"].partition("-")[0])
        if round_ is not None and before and before < round_.round_number:
            response.headers["HX-Trigger"] = json.dumps({"tiraj:ended": {"round": before}})
    return response


def why_not(frame: Frame, form: AddressForm, round_: WindowRound | None) -> str | None:
    """Why nothing can be bought here, the most lasting reason first; None if it can."""
    if frame.is_preview:
        return "draft"
    if frame.site.status != "live":
        return "paused"
    if frame.player(form) is None:
        return "identifier_invalid" if frame.identifiers_refused else "identifiers_missing"
    if round_ is None:
        return "no_round"
    if any(switch.name in ("sales", "writes") for switch in switches.stopped()):
        return "stopped"
    return "unbacked" if round_.status == "unbacked" else None


def buyer(frame: Frame, form: AddressForm) -> tuple[Player, str]:
    """Who the order of the form at hand is for, and the form's one-time number.

    Raises:
        DomainError: 409 `site_not_live` in a preview, 422 `player_identifier_invalid` where an identifier is missing
            or cannot be one, 400 `form_expired`.
    """
    if frame.is_preview:
        raise DomainError("site_not_live", status=409)
    player = frame.player(form)
    if player is None:
        first, second = frame.form.player
        raise DomainError("player_identifier_invalid", field=first if frame.given[0] is None else second)
    return player, nonce_of(request.form.get("form_token", ""), frame, player)


def prepare_order() -> None:
    """What every post of an order begins with.

    Raises:
        DomainError: 403 `origin_refused`, or `origin_hidden` for a frame whose sandbox takes its origin away.
    """
    if request.headers.get("Origin") == "null":
        raise DomainError("origin_hidden", status=403)
    require_same_origin()
    no_store()


@dataclass(frozen=True, slots=True)
class Placed:
    """An order that exists and whose terms are on two disks. `name` is what its page's address calls it."""

    name: str
    round_number: int


def place(make: Callable[[int, Origin], Placed]) -> Placed:
    """Make an order in one transaction, or find it again; `make` gets the node's tip and whose budget of unpaid orders
    it uses, and knows the order by its form.

    Raises:
        DomainError, NotFound, Unavailable: as `make`, `chain.node.require_synced` and `chain.deposits.write_journal`,
            which has the terms on another disk when this returns.
    """
    tip, origin = node.require_synced(), by_request(Way.FRAME)
    try:
        return _in_transaction(make, tip, origin)
    except IntegrityError:  # the same form was sent twice at once, and the other one was first
        return _in_transaction(make, tip, origin)


def _in_transaction(make: Callable[[int, Origin], Placed], tip: int, origin: Origin) -> Placed:
    with transaction():
        return make(tip, origin)


def go_to_order(frame: Frame, path: str, made: Placed, **query: object) -> AnyResponse:
    """To the page of an order that was made; it says so if the order's round is not the one that the form showed."""
    shown = request.form.get("round", "")
    moved = shown if shown.isascii() and shown.isdigit() and shown != str(made.round_number) else None
    where = frame.url(path, **query, instead=moved)
    if wants_fragment():  # the script follows by itself, so that a lost connection leaves the form where it is
        return make_response("", 204, {"HX-Redirect": where})
    return redirect(where, 303)


def shown_before(round_number: int, name: str = "instead") -> int | None:
    """The earlier round that an address names: `instead`, the one that the form of this order showed, see
    `go_to_order`; `ended`, the one that the page showed until it took no more orders."""
    shown = number_of(request.args.get(name))
    return shown if shown and shown < round_number else None


def round_on_sale(game: WindowGame[RoundT, OrderT, PaymentT, ResultT]) -> RoundT | None:
    """The round that an order made now would join; else the next one to be seen."""
    return queries.round_for_orders(game, order_stop_blocks()) or queries.current_round(game)


def answer_price(frame: Frame, round_: WindowRound | None, part: str, **context: Any) -> Response:
    """What the price is made of: the page that every game has, with the game's own part in it."""
    left = round_ and time_left(round_, chain.tip_height(), order_stop_blocks())
    return render(
        "catalogue/frame/house_edge.html", part, embed=frame, round=round_, left=left, game_part=part, **context
    )
