"""One order of a site, in whichever game, with its payments and its win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.catalogue.games import catalogue
from app.catalogue.records import GameRecords, Narrowing, OrderLine, OrderPlace, PaymentLine, WinLine
from app.core.errors import NotFound
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.selling.windows.models import PassedOn

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """What its page says. `payments` are those in blocks, the oldest first; `win` is None where it won nothing."""

    records: GameRecords
    line: OrderLine
    place: OrderPlace
    payments: Sequence[PaymentLine]
    win: WinLine | None

    @property
    def waiting_sats(self) -> Sats:
        """What of it bought nothing, and one of us is to decide about."""
        return sum(one.refundable_sats for one in self.payments if one.waits_for_refund)

    @property
    def sats_to_pass_on(self) -> Sats:
        """What of it bought nothing, came to the site, and is not noted as passed on."""
        return sum(one.refundable_sats for one in self.payments if one.is_refunded and not one.passed_on)

    @property
    def notes(self) -> list[PassedOn | None]:
        """Of what was passed on of it."""
        return [*(one.passed_on for one in self.payments), self.win.passed_on if self.win else None]


def shown_order(site: PartnerSite, identifier: str) -> ShownOrder:
    """Raises NotFound: the site has no such order in any game."""
    for records in catalogue().records:
        orders = records.orders
        view = orders.one(site, identifier) if orders is not None and orders.place is not None else None
        if view is not None and orders is not None and orders.place is not None:
            line = orders.line(view)
            return ShownOrder(
                records, line, orders.place(view), _payments(site, records, line), _win(site, records, line)
            )
    raise NotFound("order_not_found")


def _payments(site: PartnerSite, records: GameRecords, order: OrderLine) -> list[PaymentLine]:
    listing = records.payments
    if listing is None:
        return []
    return [listing.line(row) for row in reversed(listing.page(site, Narrowing(order_id=order.id), None, _MOST))]


def _win(site: PartnerSite, records: GameRecords, order: OrderLine) -> WinLine | None:
    listing = records.wins
    rows = listing.page(site, Narrowing(record_id=order.id), None, 1) if listing is not None else ()
    return listing.line(rows[0]) if listing is not None and rows else None
