"""A site's limits of unpaid orders: which are reached, for the first screen and the list of orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.catalogue.games import catalogue
from app.catalogue.records import GameRecords
from app.core.text.isolation import bdi
from app.core.web.templating import sats
from app.people.partners.models import PartnerSite
from app.people.partners.site.needs import Need
from app.selling.windows.orders.limits import Budget, OpenOrders, Way

WAYS: Final[Mapping[Way, object]] = {
    Way.KEY: _l("by your server"),
    Way.FRAME: _l("in your frame"),
    Way.ANYONE: _l("by strangers"),
}
"""How an order comes in, in words."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One game's limits at a site."""

    records: GameRecords
    open_orders: OpenOrders

    @property
    def is_reached(self) -> bool:
        """Whether somebody is refused now."""
        return any(one.is_full or one.players_at_the_limit for one in self.open_orders.budgets)


def standing(site: PartnerSite, records: GameRecords | None) -> Standing | None:
    """Where a site stands in one game; None where there is no such limit now."""
    found = records.orders.open_orders(site) if records is not None and records.orders is not None else None
    return Standing(records, found) if records is not None and found is not None else None


def needs(site: PartnerSite) -> list[Need]:
    """One for every limit that is reached, with the way to the list of those orders."""
    return [
        need
        for records in catalogue().offered_by(site)
        if (found := standing(site, records)) is not None
        for budget in found.open_orders.budgets
        for need in _reached(site, found, budget)
    ]


def _reached(site: PartnerSite, found: Standing, budget: Budget) -> list[Need]:
    where = {"game": found.records.title, "way": WAYS[budget.way]}
    orders = url_for("desk.orders", name=site.name, game=found.records.name) + "#limits"
    if budget.is_full:
        return [
            Need(
                "warn",
                gettext("%(game)s: new orders %(way)s are refused", **where),
                gettext("%(count)s wait for payment, which is the limit.", count=sats(budget.count)),
                orders,
                gettext("When there is room again"),
            )
        ]
    if budget.players_at_the_limit:
        players = Markup(", ").join(bdi(one) for one in budget.players_at_the_limit)
        return [
            Need(
                "info",
                gettext("%(game)s: players at their limit %(way)s", **where),
                Markup("{}: {}").format(
                    players,
                    gettext("%(most)s unpaid orders each; further ones are refused.", most=sats(budget.most_a_player)),
                ),
                orders,
                gettext("See the orders"),
            )
        ]
    return []
