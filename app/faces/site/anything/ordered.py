"""What became of an order that somebody kept: what was paid, what it holds, and what it won. All of it is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString

from app.catalogue.games import catalogue
from app.catalogue.parts import GameParts
from app.catalogue.records import Narrowing, OrderLine, PaymentLine
from app.core.ids import parse_id
from app.money.payouts.sent.debts import Debt
from app.people.partners.models import PartnerSite
from app.selling.windows.lists.transactions import site_of

from .compared import Differing, differing
from .kept import Receipt

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order with its payments, the first first. `numbers`: those that it holds, in words of the game; None before
    it has any. `win` is what is owed for it; `differs` where the file says otherwise."""

    game: GameParts
    line: OrderLine
    bought: LazyString
    numbers: str | None
    payments: Sequence[PaymentLine]
    win: Debt | None
    differs: Sequence[Differing]


def ordered(receipt: Receipt) -> Ordered | None:
    """None where nobody here has the order at that address, or no block has a payment to it."""
    order_id = parse_id(receipt.order_id or "")
    if order_id is None:
        return None
    for game in catalogue().games:
        site = site_of(game.windows, order_id) if game.windows is not None else None
        if site is not None:
            return _ordered(game, site, str(order_id), receipt)
    return None


def _ordered(game: GameParts, site: PartnerSite, identifier: str, receipt: Receipt) -> Ordered | None:
    records = game.records
    orders = records.orders if records is not None else None
    view = orders.one(site, identifier) if orders is not None else None
    if records is None or orders is None or view is None or view.address.address != receipt.address:
        return None
    line = orders.line(view)
    payments = _payments(game, site, line)
    if not payments:
        return None
    numbers = orders.numbers(view) if orders.numbers is not None else None
    differs = differing(receipt.said, orders.record(view).model_dump(mode="json", by_alias=True), line.state)
    return Ordered(game, line, orders.bought.title, numbers or None, payments, view.win, differs)


def _payments(game: GameParts, site: PartnerSite, line: OrderLine) -> list[PaymentLine]:
    payments = game.records.payments if game.records is not None else None
    if payments is None:
        return []
    rows = payments.page(site, Narrowing(order_id=line.id), None, _MOST)
    return [payments.line(row) for row in reversed(rows)]
