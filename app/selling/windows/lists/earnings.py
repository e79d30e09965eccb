"""What a partner sees of all games together: how far it has come, what it will earn, what waits for a refund."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import LazyString
from sqlalchemy import case, func, select

from app.core.database.session import db
from app.core.money import Sats
from app.people.partners.models import PartnerSite
from app.people.partners.site.first_steps import Milestone
from app.selling.windows.games import window_games
from app.selling.windows.models import PassedOn, WindowOrder, WindowPayment
from app.selling.windows.orders.limits import Way
from app.selling.windows.orders.passing import is_suspended, is_with_partner
from app.selling.windows.tables import AnyTables


@dataclass(frozen=True, slots=True)
class Suspended:
    """Money of a site's players that bought nothing in one game, for one reason; `title` is what people call it."""

    game: str
    title: LazyString
    reason: str
    sats: Sats


def milestone(game: AnyTables, site: PartnerSite) -> Milestone:
    """How far a game has come at a new site: `ordered` with the first order in its frame, which shows that the frame is
    there as no order of its server does; `paid` with the first money that counts, however it came."""
    order, payment = game.order, game.payment
    first = select(order.id).where(order.partner_site_id == site.id).limit(1)
    credited = first.join(payment, payment.order_id == order.id).where(payment.credited_sats > 0)
    if db.session.scalar(credited) is not None:
        return "paid"
    in_frame = first.where(order.placed_by == Way.FRAME.value)
    return "ordered" if db.session.scalar(in_frame) is not None else "nothing"


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
        .where(order.partner_site_id == site.id, is_suspended(game))
        .group_by(reason)
    )
    return [Suspended(game.name, game.title, row[0], int(row[1])) for row in rows]


def refunded_sats(site: PartnerSite) -> Sats:
    """What ever came to the site's balance for it to pass on to its players: none of it is its own."""
    return sum(_refunded_in(game, site) for game in window_games())


def _refunded_in(game: AnyTables, site: PartnerSite) -> Sats:
    order, payment = game.order, game.payment
    found = db.session.scalar(
        select(func.sum(payment.refundable_sats))
        .join(order, order.id == payment.order_id)
        .where(order.partner_site_id == site.id, is_with_partner(game))
    )
    return int(found or 0)


def payments_called(
    game: AnyTables, site: PartnerSite, ids: Collection[UUID]
) -> Sequence[tuple[WindowPayment, WindowOrder, PassedOn | None]]:
    """Of these ids, the payments to the site's orders in one game, each with its order and whether it is passed on."""
    order, payment = game.order, game.payment
    query = select(payment, order, PassedOn).join(order, order.id == payment.order_id)
    query = query.outerjoin(PassedOn, PassedOn.id == payment.id)
    found = db.session.execute(query.where(payment.id.in_(ids), order.partner_site_id == site.id))
    return [(row[0], row[1], row[2]) for row in found]
