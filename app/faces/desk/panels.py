"""What a site's front page shows of all its games: sales and earnings over time, the newest orders and wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final, Generic, TypeVar

from flask import render_template

from app.catalogue.games import catalogue
from app.catalogue.records import Answered, GameRecords, Narrowing, OrderLine, WinLine
from app.core.clock import now
from app.core.ids import created_at
from app.money.payouts.sent import earnings as payouts
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.selling.windows.lists import earnings as windows_earnings

from .figures import figures, last_days
from .lists import partner_account
from .records import noted

SHOWN: Final = 4
ALL: Final = Narrowing()


LineT = TypeVar("LineT", OrderLine, WinLine)


@dataclass(frozen=True)
class Newest(Generic[LineT]):
    """A record of a game, as a table of all games shows it."""

    records: GameRecords
    line: LineT


def orders(site: PartnerSite) -> str:
    """The site's newest orders with both names of their players, unpaid ones too."""
    newest = _newest(site, lambda one: one.orders)
    games = _games(site, "orders", [one.records for one in newest])
    return render_template(
        "faces/desk/_newest_orders.html",
        site=site,
        newest=newest,
        made_at=created_at,
        **games,
    )


def wins(site: PartnerSite) -> str:
    """The site's newest wins: whom to credit, and with how much."""
    newest = newest_wins(site)
    games = _games(site, "wins", [one.records for one in newest])
    return render_template("faces/desk/_newest_wins.html", site=site, newest=newest, made_at=created_at, **games)


def newest_wins(site: PartnerSite, count: int = SHOWN, wanted: Narrowing = ALL) -> list[Newest[WinLine]]:
    """As many as the page shows, or `count`, the newest first; all, or those that are `wanted`."""
    return _newest(site, lambda one: one.wins, count, wanted)


def earnings(site: PartnerSite) -> str:
    """Sales and earnings of the last 30 days, drawn, with the balance and what is not settled yet."""
    return render_template(
        "faces/desk/_newest_figures.html",
        site=site,
        balance=ledger.balance(partner_account(site)),
        left=payouts.left(site.id),
        unsettled=windows_earnings.unsettled_sats(site),
        refunds=noted.refunds(site),
        figures=figures(site, last_days(now().astimezone(UTC).date())),
    )


def _newest(
    site: PartnerSite,
    kind: Callable[[GameRecords], Answered[LineT] | None],
    count: int = SHOWN,
    wanted: Narrowing = ALL,
) -> list[Newest[LineT]]:
    found = [
        Newest(records, listing.line(row))
        for records in catalogue().records
        if (listing := kind(records)) is not None
        for row in listing.page(site, wanted, None, count)
    ]
    return sorted(found, key=lambda one: one.line.id, reverse=True)[:count]


def _games(site: PartnerSite, kind: str, shown: Sequence[GameRecords]) -> dict[str, Any]:
    """The games with such a list that the site offers, and whether it has to be said whose a record is."""
    offered = [one for one in catalogue().offered_by(site) if one.listing(kind) is not None]
    return {"offered": offered, "several": len({one.name for one in (*offered, *shown)}) > 1}
