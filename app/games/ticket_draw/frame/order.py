"""An order inside the frame: made once, paid, and followed to the end of its round."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Response, request

from app.catalogue.frame import buying
from app.catalogue.frame.current import order_stop_blocks
from app.catalogue.frame.frame import Frame
from app.catalogue.frame.naming import Player
from app.catalogue.windows import contexts
from app.chain import queries as chain
from app.core.config import current_settings
from app.core.errors import NotFound
from app.core.money import MAX_SATS, Sats
from app.core.web.requests import render
from app.games.ticket_draw import queries, service
from app.games.ticket_draw.draw.algorithms import DrawView
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.game import ROUNDS
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.records.answers import payment_link
from app.games.ticket_draw.rules import Price
from app.selling.windows import queries as windows
from app.selling.windows.orders.limits import Origin
from app.selling.windows.rounds import pace

_TICKETS = re.compile(r"[1-9][0-9]{0,8}")
_PAYABLE = ("waiting", "seen", "partly_paid", "confirmed")


def place(frame: Frame, player: Player, nonce: str) -> buying.Placed:
    """Make the order of a form, or find it again. Raises as `service.create_order` and `buying.place`."""

    def make(tip: int, origin: Origin) -> buying.Placed:
        made = service.create_order(frame.site, player.public, player.private, tip, origin=origin, form_token=nonce)
        return buying.Placed(made.receipt_secret, made.order.round_number)

    return buying.place(make)


def parse_tickets(text: str | None) -> int:
    """A number of tickets as a form sends it; anything else counts as one."""
    return int(text) if text is not None and _TICKETS.fullmatch(text) else 1


@dataclass(frozen=True, slots=True)
class Choice:
    """From how many to how many tickets a page offers; the least is what the smallest accepted payment buys."""

    least: int
    most: int

    def nearest(self, wanted: int) -> int:
        return max(self.least, min(wanted, self.most))


def choice_of(round_: Round, price: Price) -> Choice:
    """The numbers of tickets that can be paid for at once; at least one, so that a late reader has a page too."""
    least = -(-price.minimum_payment // price.player)
    left = round_.ticket_supply - round_.sold_tickets
    return Choice(least, max(least, min(left, MAX_SATS // price.player)))


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What the page asks for. Only link and picture depend on the number of tickets; the order does not."""

    tickets: int
    choice: Choice
    amount_sats: Sats
    link: str


def payment_request(view: OrderView, wanted: int) -> PaymentRequest:
    """The amount and BIP 21 link for so many tickets, or as many as can still be had."""
    order = view.order
    price = Price(order.base_ticket_price_sats, order.player_ticket_price_sats, order.min_payment_sats)
    choice = choice_of(view.round, price)
    tickets = choice.nearest(wanted)
    amount = tickets * price.player
    return PaymentRequest(tickets, choice, amount, payment_link(view.address.address, amount, view.order.round_number))


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an order's round stands on the chain."""

    tip: int
    seconds_per_block: int
    draw: DrawView | None

    def blocks_until_sales_end(self, view: OrderView) -> int:
        """Blocks that can still carry a payment in time."""
        return max(0, view.round.sales_end_height - 1 - self.tip)

    def blocks_until_closing(self, view: OrderView) -> int:
        return max(0, view.round.closing_height - self.tip)

    def blocks_until_draw(self, view: OrderView) -> int:
        """Blocks until the closing block is as deep as settlement asks for."""
        return max(0, view.round.closing_height + view.round.settlement_depth - self.tip)


def is_payable(view: OrderView, progress: Progress) -> bool:
    """Whether a payment sent now may still buy tickets."""
    return (
        view.state in _PAYABLE
        and progress.blocks_until_sales_end(view) > 0
        and view.round.sold_tickets < view.round.ticket_supply
    )


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
    asked = payment_request(view, parse_tickets(request.args.get("tickets")))
    draw = windows.draw_of(ROUNDS, view.round)
    watched = ALGORITHMS.of_round(view.round).view(view.round, draw) if draw else None
    progress = Progress(chain.tip_height(), pace.seconds_per_block(), watched)
    over = contexts.is_over(view)
    return render(
        "games/ticket_draw/frame/order.html",
        "games/ticket_draw/frame/_order.html",
        status=contexts.status_of(over),
        embed=frame,
        view=view,
        secret=secret,
        private_url=f"{current_settings().base_url}/slips/{secret}",
        asked=asked,
        progress=progress,
        payable=is_payable(view, progress),
        is_adding="add" in request.args,
        instead=buying.shown_before(view.order.round_number),
        over=over,
        stop_blocks=order_stop_blocks(),
    )
