"""The orders that a transaction on the chain paid to. They are public: a block had a payment to each. Whose one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.people.partners.models import PartnerSite
from app.selling.windows.games import AnyGame

_MOST = 100


def paid_in(game: AnyGame, txid: str) -> Sequence[tuple[Any, Any, PartnerSite]]:
    """Payment, order and site for each output of it that is a game's, in the transaction's order; the newest fate alone
    of one that a block had twice. `txid` as explorers print it."""
    payment, order = game.payment, game.order
    rows = db.session.execute(
        select(payment, order, PartnerSite)
        .join(order, order.id == payment.order_id)
        .join(PartnerSite, PartnerSite.id == order.partner_site_id)
        .where(payment.txid == txid)
        .order_by(payment.vout, payment.id)
        .limit(_MOST)
    )
    return list({row[0].vout: (row[0], row[1], row[2]) for row in rows}.values())


def site_of(game: AnyGame, order_id: UUID) -> PartnerSite | None:
    """Whose order of a game that is; None where the game has none of that id."""
    order = game.order
    found = select(PartnerSite).join(order, order.partner_site_id == PartnerSite.id).where(order.id == order_id)
    return db.session.scalars(found).one_or_none()
