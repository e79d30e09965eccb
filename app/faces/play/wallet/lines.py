"""To which page a line of a statement leads: what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from flask import url_for

from app.core.ids import parse_id
from app.money.gateways.payers import queries as payers
from app.money.wallets import postings
from app.money.wallets.statement.queries import StatementLine
from app.selling.bets.games import GAMES
from app.selling.bets.postings import SALE, draw_of
from app.selling.bets.sale import queries as tickets
from app.selling.bets.sale.queries import Called
from app.selling.bets.settlement.postings import WIN

_PAID: Final = (postings.TOPUP, SALE)
"""What a payment is behind: what it brought, and what of it went back."""
_BET: Final = (SALE, WIN)
"""What a ticket is behind: its stakes, and what it won."""


class Page(NamedTuple):
    """Where a line leads, and the code of the ticket that it was, "" where it was none; `drawn_at`: of a ticket's line
    that is of one draw, when that is drawn."""

    href: str
    code: str = ""
    drawn_at: datetime | None = None


def pages_of(lines: Sequence[StatementLine]) -> Mapping[int, Page]:
    """By the ids of lines; of what has no page, such as a change by us, none. Three statements for all."""
    parts = {one.id: one.reference.partition(":") for one in lines}
    payments = payers.behind(postings.TOPUP, [key for source, _, key in parts.values() if source in _PAID])
    bets = {line: ticket for line, (source, _, key) in parts.items() if source in _BET and (ticket := _ticket(key))}
    called, times = tickets.behind(set(bets.values())), _times(lines)
    found: dict[int, Page | None] = {}
    for line, (source, _, key) in parts.items():
        bet = called.get(bets[line]) if line in bets else None
        found[line] = _page(source, key, payments) if bet is None else _bet(bet, times.get(line))
    return {line: page for line, page in found.items() if page is not None}


def _times(lines: Sequence[StatementLine]) -> Mapping[int, datetime]:
    """When the draws are drawn that lines are of, by the ids of these."""
    draws = {one.id: draw for one in lines if (draw := draw_of(one.counterpart)) is not None}
    at = tickets.drawn_at(set(draws.values()))
    return {line: at[draw] for line, draw in draws.items()}


def _ticket(key: str) -> UUID | None:
    """A stake's key is the ticket's or an entry's of it; that of what was won begins with the ticket's."""
    return parse_id(key.partition(":")[0])


def _bet(ticket: Called, drawn_at: datetime | None) -> Page | None:
    game = GAMES.get().get(ticket.game)
    href = game.page_of(ticket.id) if game is not None else None
    return Page(href, ticket.code, drawn_at) if href is not None else None


def _page(source: str, key: str, payments: Mapping[str, UUID]) -> Page | None:
    if source == postings.WITHDRAWAL:
        return Page(url_for("play_draw.one", withdrawal_id=key))
    if source == postings.EXCHANGE:
        return Page(url_for("play_exchange.quoted", quote_id=key))
    return Page(url_for("payments.page", payment_id=payments[key])) if key in payments else None
