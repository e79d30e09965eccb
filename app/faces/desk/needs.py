"""What other slices know of a site that needs its people: limits that are reached, webhooks that fail, money that
waits, an address at rest; and its newest win, which needs nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.core.clock import now
from app.core.ids import created_at
from app.core.text.isolation import bdi
from app.core.web.templating import sats, utc
from app.money.payouts.rules import ADDRESS_REST, address_has_rested
from app.people.partners.models import PartnerSite
from app.people.partners.site.needs import Need
from app.selling.windows.lists import earnings
from app.webhooks import queries as webhooks

from . import limits, panels

_NEW_FOR: Final = timedelta(days=7)


def needs(site: PartnerSite) -> list[Need]:
    """Each with where it is seen to."""
    return [*limits.needs(site), *_webhooks(site), *_suspended(site), *_address(site), *_win(site)]


def _webhooks(site: PartnerSite) -> list[Need]:
    """Endpoints that get nothing, and those whose last tries failed. Who silenced one by hand may forget it."""
    found = webhooks.endpoints_of(site.id)
    disabled = [one for one in found if one.status == "disabled"]
    is_meant = all(one.disabled_because == "by_hand" for one in disabled)
    failing = [one for one in found if one.status == "active" and one.failures]
    where = url_for("webhooks.endpoints", name=site.name)
    action = gettext("Look at the webhooks")
    told: list[Need] = []
    if disabled:
        title = ngettext("A webhook is disabled", "%(num)s webhooks are disabled", len(disabled))
        text = gettext("Nothing is sent there. Events are kept, and sent once it is enabled.")
        told.append(Need("info" if is_meant else "bad", title, text, where, action))
    if failing:
        title = ngettext("A webhook fails", "%(num)s webhooks fail", len(failing))
        text = gettext("It is disabled after three days without a success.")
        told.append(Need("warn", title, text, where, action))
    return told


def _suspended(site: PartnerSite) -> list[Need]:
    waiting = sum(one.sats for one in earnings.suspended(site))
    if not waiting:
        return []
    return [
        Need(
            "info",
            gettext("%(sats)s sats wait for their refund", sats=sats(waiting)),
            gettext("It bought nothing. Our operators decide once its round is over; then it is yours to pass on."),
            url_for("desk.balance", name=site.name) + "#suspended",
            gettext("See what it is"),
        )
    ]


def _address(site: PartnerSite) -> list[Need]:
    changed = site.payout_address_changed_at
    if address_has_rested(changed, created_at(site.id), now()):
        return []
    return [
        Need(
            "info",
            gettext("The payout address is new"),
            gettext("What you have earned is paid to it from %(when)s on.", when=utc(changed + ADDRESS_REST)),
            url_for("site_settings.index", name=site.name) + "#payout",
            gettext("See the address"),
        )
    ]


def _win(site: PartnerSite) -> list[Need]:
    """The newest win of the last days, in whatever game: whose it is, how much, and that the house pays it."""
    newest = [one for one in panels.newest_wins(site) if created_at(one.line.id) > now() - _NEW_FOR]
    if not newest:
        return []
    records, line = newest[0].records, newest[0].line
    amount, player = sats(line.amount_sats), bdi(line.player or "–")
    more = ngettext("%(num)s more these days.", "%(num)s more these days.", len(newest) - 1) if newest[1:] else ""
    is_paid = line.debt is not None and line.debt.is_paid
    then = gettext("It is paid.") if is_paid else gettext("The house owes and pays it: nothing to do.")
    text = Markup("{player}, {game}, {round}. {then} {more}").format(
        player=player,
        game=records.title,
        round=gettext("round %(n)s", n=line.round_number),
        then=then,
        more=more,
    )
    title = gettext("%(sats)s sats won", sats=amount)
    return [Need("new", title, text, url_for("desk.wins", name=site.name, game=records.name), gettext("See the wins"))]
