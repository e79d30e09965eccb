"""An order inside the frame: made once, paid, and followed to the end of its round."""

from __future__ import annotations

from flask import Response

from app.catalogue.frame import buying
from app.catalogue.frame.current import order_stop_blocks
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.naming import Player
from app.catalogue.windows import checkout, contexts
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.ids import created_at
from app.core.web.requests import render, unchanged
from app.games.ticket_draw import queries, service
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.records.answers import record_url
from app.games.ticket_draw.records.paying import paying
from app.games.ticket_draw.spent import left_over
from app.games.ticket_draw.wording import added, order_words, payment_words
from app.selling.windows import queries as windows
from app.selling.windows.orders.limits import Origin
from app.selling.windows.proof.receipts import leaves_of


def place(frame: Frame, player: Player, nonce: str) -> buying.Placed:
    """Make the order of a form, or find it again. Raises as `service.create_order` and `buying.place`."""

    def make(tip: int, origin: Origin) -> buying.Placed:
        made = service.create_order(frame.site, player.public, player.private, tip, origin=origin, form_token=nonce)
        return buying.Placed(made.receipt_secret, made.order.round_number)

    return buying.place(make)


def receipt_in(frame: Frame, secret: str) -> OrderView:
    """The order of a receipt, within its own partner's frame only.

    Raises:
        NotFound: unknown, malformed or another partner's: all look the same.
    """
    view = queries.receipt_of(secret)
    if view.site.id != frame.site.id:
        raise NotFound("slip_not_found")
    return view


def answer(frame: Frame, secret: str) -> Response:
    """The order's page; to htmx its changing part, with 286 once nothing will change any more."""
    view = receipt_in(frame, secret)
    said = contexts.said(view)
    if (same := unchanged(said)) is not None:
        return same
    draw = windows.draw_of(ROUNDS, view.round)
    watched = ALGORITHMS.of_round(view.round).view(view.round, draw) if draw else None
    tip = chain.tip_height()
    asked = paying(view, tip)
    over = contexts.is_over(view)
    return render(
        "games/ticket_draw/frame/order.html",
        "games/ticket_draw/frame/_order.html",
        status=contexts.status_of_order(over),
        said=said,
        embed=frame,
        view=view,
        secret=secret,
        private_url=f"{current_settings().base_url}/slips/{secret}",
        asked=asked,
        order_url=frame.url(f"/embed/slips/{secret}"),
        kept=frame.query,
        draw=watched,
        progress=checkout.progress(tip),
        checkout=asked.checkout,
        payable=asked.is_payable,
        instead=buying.shown_before(view.order.round_number),
        over=over,
        stop_blocks=order_stop_blocks(),
        logged=leaves_of(view.order.id),
        made_at=created_at(view.order.id),
        payment_words=payment_words,
        words=order_words(view),
        added=added(view),
        left_over=left_over,
        rounds_url=record_url("rounds"),
        base_url=current_settings().base_url,
        network=current_settings().bitcoin_network,
    )
