"""The web application, except that a ticket is sold in a transaction of its own whether there is an acceptor or not."""

from __future__ import annotations

from app.core.database.session import transaction
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, RefusedSale, Wanted
from app.selling.bets.sale.waiting import asking
from wsgi import app

__all__ = ("app",)


def _sell(wanted: Wanted) -> Accepted | RefusedSale:
    with transaction():
        (answer,) = service.accept([wanted])
    return answer


asking.sell = _sell
