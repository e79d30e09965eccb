"""What other slices know of a site that needs its people: limits that are reached, webhooks that fail, money that
waits, an address at rest, refunds to pass on, wins to credit; and wins that are not paid yet, which need nobody."""

from __future__ import annotations

from typing import Final

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.catalogue.records import GameRecords, Narrowing, WinLine
from app.core.clock import now
from app.core.ids import created_at
from app.core.text.isolation import bdi
from app.core.web.templating import sats, utc
from app.money.payouts.rules import ADDRESS_REST, address_has_rested
from app.money.payouts.sent.debts import Debt
from app.people.partners.models import PartnerSite
from app.people.partners.site.needs import Need
from app.selling.windows.lists import earnings
from app.webhooks import queries as webhooks

from . import limits, panels
from .records import noted

_WINS: Final = 20  # of the newest, which those that want something are among


def needs(site: PartnerSite) -> list[Need]:
    """Each with where it is seen to."""
    return [*limits.needs(site), *_webhooks(site), *_suspended(site), *_address(site), *_refunded(site), *_wins(site)]


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
            "waits",
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


def _refunded(site: PartnerSite) -> list[Need]:
    """What came for players of each game, and nobody of the site has noted as passed on."""
    return [
        Need(
            "info",
            gettext("%(sats)s sats are refunds for your players", sats=sats(one.open.sats)),
            gettext("They came to your balance and are no earnings of yours: pass them on, and tick them off."),
            url_for("desk.payments", name=site.name, game=one.records.name, passed="no"),
            gettext("See whose they are"),
        )
        for one in noted.refunds(site)
    ]


def _wins(site: PartnerSite) -> list[Need]:
    """Wins that are paid and to be credited, until somebody of the site notes it, and those that are not paid yet."""
    to_credit = panels.newest_wins(site, _WINS, Narrowing(passed_on=False))
    unpaid = (one for one in panels.newest_wins(site, _WINS) if one.line.debt is None or not one.line.debt.is_paid)
    return [_win(site, one.records, one.line) for one in (*to_credit, *unpaid)]


def _win(site: PartnerSite, records: GameRecords, line: WinLine) -> Need:
    """Whose it is, how much, how far its payment has come, and what to do then."""
    whose = Markup(gettext("%(player)s (your account %(account)s)")) % {
        "player": bdi(line.player or "–"),
        "account": bdi(line.account or "–"),
    }
    text = Markup("{whose}, {game}, {round}. {then}").format(
        whose=whose, game=records.title, round=gettext("round %(n)s", n=line.round_number), then=_then(line.debt)
    )
    amount, where = sats(line.amount_sats), url_for("desk.wins", name=site.name, game=records.name)
    if line.debt is not None and line.debt.is_paid:
        where = url_for("desk.wins", name=site.name, game=records.name, passed="no")
        return Need("info", gettext("%(sats)s sats to credit", sats=amount), text, where, gettext("Tick it off"))
    return Need("new", gettext("%(sats)s sats won", sats=amount), text, where, gettext("See the wins"))


def _then(debt: Debt | None) -> str:
    """The address that a win is paid to is the site's own, so its player has it only from the site."""
    if debt is None or debt.sent is None:
        then = gettext(
            "The house pays it to your payout address; when it is there, credit the player in your own books."
        )
    elif debt.block is None or not debt.is_paid:
        then = gettext("Sent to your payout address; once it is final, credit the player in your own books.")
    else:
        then = gettext(
            "Paid in block %(height)s: credit the player in your own books, and tick it off.", height=debt.block.height
        )
    return str(then)
