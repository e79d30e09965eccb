"""Where a partner reads on about what an event is of: on the page of its order or round, in its balance."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext

from app.catalogue.games import catalogue
from app.core.ids import parse_id
from app.people.partners.models import PartnerSite
from app.record.events.models import Event
from app.webhooks.wording import Page


def page_of(site: PartnerSite, event: Event) -> Page | None:
    """The page of an event's subject; None where there is none, or where it is no partner's."""
    kind, _, which = event.subject.partition(":")
    records = next((one for one in catalogue().records if one.name == event.game), None)
    if kind in ("site", "payout"):
        return Page(url_for("desk.balance", name=site.name), gettext("the balance"))
    if records is None:
        return None
    if kind == "order" and records.orders is not None and parse_id(which) is not None:
        if records.orders.place is None:
            return Page(url_for("desk.orders", name=site.name, game=records.name, q=which), gettext("the order"))
        return Page(url_for("desk.order", name=site.name, identifier=which), gettext("the order"))
    if kind == records.round_kind and records.round_url is not None and which.isdigit():
        return Page(records.round_url(which), gettext("the round"))
    return None
