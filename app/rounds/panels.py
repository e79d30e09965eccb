"""The main game's part of a partner's dashboard: orders, wins and the balance. Only the site's owner sees these."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import func, select

from app.core.db import db
from app.core.ids import created_at
from app.core.money import Sats
from app.ledger import queries as ledger
from app.ledger.entries import AccountRef
from app.partners.models import PartnerSite
from app.windows import open_orders
from app.windows.models import FINAL_STATUSES

from . import queries
from .game import ROUNDS
from .models import Round, TicketOrder, TicketSlip

ORDERS_SHOWN = 50
LINES_SHOWN = 20


def orders(site: PartnerSite) -> str:
    """The site's newest orders with both identifiers of their players, unpaid ones too."""
    views = queries.site_orders(site, limit=ORDERS_SHOWN)
    selling = queries.current_round()
    return render_template(
        "rounds/panels/_orders.html",
        site=site,
        rows=[(view, created_at(view.order.id)) for view in views],
        is_full=len(views) == ORDERS_SHOWN,
        open_orders=open_orders.standing(ROUNDS, site, selling.round_number) if selling else None,
    )


def wins(site: PartnerSite) -> str:
    """The site's wins: whom to credit, and with how much."""
    return render_template("rounds/panels/_wins.html", site=site, wins=queries.site_wins(site))


def balance(site: PartnerSite) -> str:
    """What the site has earned in settled rounds, with the transfers behind it, and what is not settled yet."""
    account = AccountRef("partner", str(site.id))
    return render_template(
        "rounds/panels/_balance.html",
        site=site,
        balance=ledger.balance(account),
        unsettled=unsettled_sats(site),
        lines=ledger.lines(account, limit=LINES_SHOWN),
    )


def unsettled_sats(site: PartnerSite) -> Sats:
    """Edges and remainders of the site in rounds that are not drawn: its own once they are settled."""
    query = (
        select(func.coalesce(func.sum(TicketSlip.paid_sats - TicketSlip.jackpot_contribution_sats), 0))
        .join(TicketOrder, TicketOrder.id == TicketSlip.id)
        .join(Round, Round.round_number == TicketSlip.round_number)
        .where(TicketOrder.partner_site_id == site.id, Round.status.not_in(FINAL_STATUSES))
    )
    return int(db.session.scalar(query) or 0)
