"""What a partner sees of all games together: how far it has come, what it will earn, what waits for a refund."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select

from app.core.database.session import db
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.people.partners.site.first_steps import Milestone
from app.selling.windows.games import window_games
from app.selling.windows.tables import AnyTables


@dataclass(frozen=True, slots=True)
class Suspended:
    """Money of a site's players that bought nothing in one game, for one reason."""

    game: str
    reason: str
    sats: Sats


def milestone(game: AnyTables, site: PartnerSite) -> Milestone:
    """How far a game has come at a new site: `paid` with the first money that counts."""
    order, payment = game.order, game.payment
    first = select(order.id).where(order.partner_site_id == site.id).limit(1)
    if db.session.scalar(first) is None:
        return "nothing"
    credited = first.join(payment, payment.order_id == order.id).where(payment.credited_sats > 0)
    return "paid" if db.session.scalar(credited) else "ordered"


def unsettled_sats(site: PartnerSite) -> Sats:
    """Edges and remainders of the site in rounds that are not drawn: its own once they are settled."""
    return sum(game.crediting.unsettled_sats(site.id) for game in window_games())


def suspended(site: PartnerSite) -> list[Suspended]:
    """What the site's players paid that bought nothing and waits for its refund, the largest first."""
    found = [one for game in window_games() for one in _suspended_of(game, site)]
    return sorted(found, key=lambda one: one.sats, reverse=True)


def _suspended_of(game: AnyTables, site: PartnerSite) -> list[Suspended]:
    order, payment = game.order, game.payment
    reason = case((payment.status == "credited", "sold_out"), else_=payment.status)
    rows = db.session.execute(
        select(reason, func.sum(payment.refundable_sats))
        .join(order, order.id == payment.order_id)
        .where(
            order.partner_site_id == site.id,
            payment.refundable_sats > 0,
            payment.refunded_at.is_(None),
            payment.orphaned_at.is_(None),
        )
        .group_by(reason)
    )
    return [Suspended(game.name, row[0], int(row[1])) for row in rows]
