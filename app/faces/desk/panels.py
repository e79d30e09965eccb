"""What a site's front page shows of its games: the newest orders and wins of all of them, and the balance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import render_template

from app.core.ids import created_at
from app.people.partners.models import PartnerSite
from app.record.ledger import queries as ledger
from app.selling.windows.lists import earnings
from app.selling.windows.lists.listing import GameRecords, game_records, received_sats
from app.selling.windows.lists.reconciling import Narrowing

from .lists import partner_account

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A record of a game. `id` says when it was made."""

    records: GameRecords
    id: UUID
    row: Any


def orders(site: PartnerSite) -> str:
    """The site's newest orders with both names of their players, unpaid ones too."""
    lines = _newest(
        lambda one: [Line(one, view.order.id, view) for view in one.orders.page(site, Narrowing(), None, SHOWN)]
    )
    return render_template(
        "faces/desk/_newest_orders.html",
        site=site,
        lines=lines,
        made_at=created_at,
        received=received_sats,
        **_games(site, lines),
    )


def wins(site: PartnerSite) -> str:
    """The site's newest wins: whom to credit, and with how much."""
    lines = _newest(lambda one: [Line(one, win.id, win) for win in one.wins.page(site, Narrowing(), None, SHOWN)])
    return render_template("faces/desk/_newest_wins.html", site=site, lines=lines, **_games(site, lines))


def balance(site: PartnerSite) -> str:
    """What the site has earned in settled rounds, with the transfers behind it, and what is not settled yet."""
    account = partner_account(site)
    return render_template(
        "faces/desk/_newest_lines.html",
        site=site,
        balance=ledger.balance(account),
        unsettled=earnings.unsettled_sats(site),
        suspended=earnings.suspended(site),
        lines=ledger.lines(account, limit=SHOWN),
    )


def _newest(of_game: Callable[[GameRecords], list[Line]]) -> list[Line]:
    lines = [line for records in game_records() for line in of_game(records)]
    return sorted(lines, key=lambda line: line.id, reverse=True)[:SHOWN]


def _games(site: PartnerSite, lines: list[Line]) -> dict[str, Any]:
    """The games that the site's frame sells, and whether it has to be said whose a record is."""
    offered = [one for one in game_records() if site.games is None or one.name in site.games]
    return {"offered": offered, "several": len({one.name for one in (*offered, *(line.records for line in lines))}) > 1}
