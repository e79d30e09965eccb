"""What can still be paid to an order, and what its page asks for. The number of tickets changes amount, link and
picture, and nothing of the order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flask import request
from flask_babel import ngettext

from app.catalogue.windows.checkout import Checkout, checkout
from app.core.config import current_settings
from app.core.money import MAX_SATS, Sats
from app.core.web.templating import sats
from app.core.wire.paging import number_of
from app.games.ticket_draw.models import Round
from app.games.ticket_draw.queries import OrderView
from app.games.ticket_draw.rules import Price, asked_for
from app.selling.windows.rules import blocks_to_pay

from .answers import payment_link

_TICKETS: Final = re.compile(r"[1-9][0-9]{0,8}")
_PAYABLE: Final = ("waiting", "seen", "partly_paid", "confirmed")
_ASKED: Final = ("waiting", "partly_paid")


def parse_tickets(text: str | None) -> int:
    """A number of tickets as a form sends it; anything else counts as one."""
    return int(text) if text is not None and _TICKETS.fullmatch(text) else 1


def is_plausible(text: str) -> bool:
    """Whether a round of the usual size could sell so many tickets, whatever is left of it; it asks no database."""
    return _TICKETS.fullmatch(text) is not None and int(text) <= 10 ** current_settings().ticket_digits


@dataclass(frozen=True, slots=True)
class Choice:
    """From how many to how many tickets a page offers; the least is what the smallest accepted payment buys."""

    least: int
    most: int

    def offers(self, given: str) -> bool:
        """Whether a form may ask for this; what is no whole number is none of them."""
        return _TICKETS.fullmatch(given) is not None and self.least <= int(given) <= self.most

    def nearest(self, wanted: int) -> int:
        return max(self.least, min(wanted, self.most))


def choice_of(round_: Round, price: Price) -> Choice:
    """The numbers of tickets that can be paid for at once; at least one, so that a late reader has a page too."""
    least = -(-price.minimum_payment // price.player)
    left = round_.ticket_supply - round_.sold_tickets
    return Choice(least, max(least, min(left, MAX_SATS // price.player)))


@dataclass(frozen=True, slots=True)
class Paying:
    """How an order's page asks for money. `checkout` is None where it does not; `is_adding`: beside tickets it has.

    `payments` are how many have come so far: whoever adds says it, so that the one that comes ends it. `rest` is what
    earlier ones left over, and `used` how much of it makes this one smaller.
    """

    is_payable: bool
    is_adding: bool
    payments: int
    tickets: int
    choice: Choice
    rest: Sats
    used: Sats
    checkout: Checkout | None


def paying(view: OrderView, tip: int) -> Paying:
    """What the request at hand is answered with: `?tickets=` how many, `?add=` to what so many payments bought."""
    order = view.order
    price = Price(order.base_ticket_price_sats, order.player_ticket_price_sats, order.min_payment_sats)
    choice = choice_of(view.round, price)
    tickets = choice.nearest(parse_tickets(request.args.get("tickets")))
    payments = sum(payment.status != "orphaned" for payment in view.payments)
    payable = _is_payable(view, tip)
    adding = (number_of(request.args.get("add")) or 0) >= max(payments, 1)
    if not (payable and (adding or view.state in _ASKED)):
        return Paying(payable, adding, payments, tickets, choice, 0, 0, None)
    rest = _rest(view)
    amount = asked_for(tickets, price, rest)
    what = ngettext("%(count)s ticket", "%(count)s tickets", tickets, count=sats(tickets))
    asked = checkout(view, amount, payment_link(view, amount), what, tip)
    return Paying(payable, adding, payments, tickets, choice, rest, tickets * price.player - amount, asked)


def _rest(view: OrderView) -> Sats:
    """What is left over and counts in the next payment: none of it while another payment, which it may count in, is on
    its way."""
    return 0 if view.slip is None or view.sats_in("seen") else view.remainder_sats


def _is_payable(view: OrderView, tip: int) -> bool:
    """Whether a payment sent now may still buy tickets; only whoever holds the receipt is asked for one."""
    return (
        view.is_private
        and view.state in _PAYABLE
        and blocks_to_pay(view.round.window, tip) > 0
        and not view.is_sold_out
    )
