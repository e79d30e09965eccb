"""How many unpaid orders a site and one of its players may have at a time, so that nobody fills the tables for nothing.

Counted are orders without any payment, of rounds that still sell. They expire on their pages, never on the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Select, func, select

from app.core.config import Settings
from app.core.db import db
from app.core.errors import TooMany
from app.partners.models import PartnerSite

from .games import AnyGame

_RETRY_SECONDS = 300
_BUSIEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """Where a site stands with its limits, and who of its players uses most of them."""

    count: int
    most: int
    most_a_player: int
    busiest: list[tuple[str, int]]

    @property
    def is_full(self) -> bool:
        return self.count >= self.most

    @property
    def players_at_the_limit(self) -> list[str]:
        return [player for player, count in self.busiest if count >= self.most_a_player]


def limit_of(site: PartnerSite) -> int:
    """The site's limit: what operators gave it, or else the usual one, which is lower until its owner is verified."""
    settings = _settings()
    if site.open_orders_limit is not None:
        return site.open_orders_limit
    if site.verification_status == "verified":
        return settings.open_orders_per_site
    return min(settings.open_orders_per_site, settings.open_orders_per_unverified_site)


def check(game: AnyGame, site: PartnerSite, player: str, from_round: int) -> None:
    """Refuse one more order of a game beyond a limit. `player` is the public identifier.

    Raises TooMany (429): `too_many_open_orders_of_player` or `too_many_open_orders`, with `most`.
    """
    most = _settings().open_orders_per_player
    unpaid = _unpaid(game, site, from_round)
    if _reaches(unpaid.where(game.player() == player), most):
        raise TooMany("too_many_open_orders_of_player", retry_after=_RETRY_SECONDS, most=most)
    most = limit_of(site)
    if _reaches(unpaid, most):
        raise TooMany("too_many_open_orders", retry_after=_RETRY_SECONDS, most=most)


def standing(game: AnyGame, site: PartnerSite, from_round: int) -> OpenOrders:
    """The same as a partner sees it."""
    most = limit_of(site)
    unpaid = _unpaid(game, site, from_round).with_only_columns(game.player().label("player"))
    rows = unpaid.limit(most).subquery()
    busiest = db.session.execute(
        select(rows.c.player, func.count()).group_by(rows.c.player).order_by(func.count().desc(), rows.c.player)
    ).all()
    return OpenOrders(
        count=sum(count for _, count in busiest),
        most=most,
        most_a_player=_settings().open_orders_per_player,
        busiest=[(player, count) for player, count in busiest[:_BUSIEST_SHOWN]],
    )


def _unpaid(game: AnyGame, site: PartnerSite, from_round: int) -> Select[Any]:
    order, payment = game.order, game.payment
    return select(order.id).where(
        order.partner_site_id == site.id,
        order.round_number >= from_round,
        ~select(payment.id).where(payment.order_id == order.id).exists(),
    )


def _reaches(unpaid: Select[Any], most: int) -> bool:
    rows = unpaid.limit(most).subquery()
    return (db.session.scalar(select(func.count()).select_from(rows)) or 0) >= most


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
