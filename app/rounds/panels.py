"""The main game's part of a partner's dashboard: orders, wins and the balance. Only the site's owner sees these."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import render_template
from sqlalchemy import case, func, select

from app.core.db import db
from app.core.ids import created_at
from app.core.money import Sats
from app.ledger import queries as ledger
from app.ledger.entries import AccountRef
from app.partners.first_steps import Milestone
from app.partners.models import PartnerSite
from app.windows import open_orders
from app.windows.models import FINAL_STATUSES

from . import queries
from .game import ROUNDS
from .models import OrderPayment, Round, TicketOrder, TicketSlip

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
        unsettled=unsettled_sats(site),
        suspended=suspended(site),
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


def suspended(site: PartnerSite) -> list[tuple[str, Sats]]:
    """What the site's players paid that bought nothing and waits for its refund, by reason, the largest first."""
    reason = case((OrderPayment.status == "credited", "sold_out"), else_=OrderPayment.status)
    total = func.sum(OrderPayment.refundable_sats)
    rows = db.session.execute(
        select(reason, total)
        .join(TicketOrder, TicketOrder.id == OrderPayment.order_id)
        .where(
            TicketOrder.partner_site_id == site.id,
            OrderPayment.refundable_sats > 0,
            OrderPayment.refunded_at.is_(None),
            OrderPayment.orphaned_at.is_(None),
        )
        .group_by(reason)
        .order_by(total.desc())
    )
    return [(row[0], int(row[1])) for row in rows]


def earned_by_day(changes: Sequence[ledger.DayChange]) -> dict[date, Sats]:
    """Of an account's changes, what settled rounds brought; refunds pass through and are nobody's earnings."""
    earned: dict[date, Sats] = {}
    for change in changes:
        if change.kind == "settle":
            earned[change.day] = earned.get(change.day, 0) + change.amount
    return earned


def milestone(site: PartnerSite) -> Milestone:
    """How far the game has come at a new site."""
    first = select(TicketOrder.id).where(TicketOrder.partner_site_id == site.id).limit(1)
    if db.session.scalar(first) is None:
        return "nothing"
    return "paid" if db.session.scalar(first.join(TicketSlip, TicketSlip.id == TicketOrder.id)) else "ordered"
