"""The main game's part of a partner's dashboard: orders, wins and the balance. Only the site's owner sees these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import render_template

from app.core.ids import created_at
from app.core.money import Sats
from app.ledger import queries as ledger
from app.ledger.entries import AccountRef
from app.partners.models import PartnerSite
from app.windows import earnings, open_orders

from . import queries
from .game import ROUNDS

ORDERS_SHOWN = 5
WINS_SHOWN = 5
LINES_SHOWN = 5


def orders(site: PartnerSite) -> str:
    """The site's newest orders with both identifiers of their players, unpaid ones too."""
    views = queries.site_orders(site, limit=ORDERS_SHOWN)
    selling = queries.current_round()
    return render_template(
        "rounds/panels/_orders.html",
        site=site,
        rows=[(view, created_at(view.order.id)) for view in views],
        open_orders=open_orders.standing(ROUNDS, site, selling.round_number) if selling else None,
    )


def wins(site: PartnerSite) -> str:
    """The site's wins: whom to credit, and with how much."""
    return render_template("rounds/panels/_wins.html", site=site, wins=queries.site_wins(site, WINS_SHOWN))


def balance(site: PartnerSite) -> str:
    """What the site has earned in settled rounds, with the transfers behind it, and what is not settled yet."""
    account = AccountRef("partner", str(site.id))
    return render_template(
        "rounds/panels/_balance.html",
        site=site,
        balance=ledger.balance(account),
        unsettled=earnings.unsettled_sats(site),
        suspended=earnings.suspended(site),
        lines=ledger.lines(account, limit=LINES_SHOWN),
    )


def earned_by_day(changes: Sequence[ledger.DayChange]) -> dict[date, Sats]:
    """Of an account's changes, what settled rounds brought; refunds pass through and are nobody's earnings."""
    earned: dict[date, Sats] = {}
    for change in changes:
        if change.kind == "settle":
            earned[change.day] = earned.get(change.day, 0) + change.amount
    return earned
