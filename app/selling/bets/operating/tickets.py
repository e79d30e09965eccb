"""Tickets as operators read them: one with its bets and what became of each, somebody's, and the bets on a draw.

A page of them takes as many statements as one. Amounts are in the draw's minor unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text

from app.core.database.session import db
from app.core.errors import NotFound

from ..models import BetTicket
from ..states import EntryState, TicketState


@dataclass(frozen=True, slots=True)
class Ticket:
    """What somebody bought at once. `back` is what of it has gone back, `released_because` why it came to nothing."""

    id: UUID
    game: str
    code: str
    user_id: UUID
    currency: str
    total: int
    back: int
    won: int
    payment: str
    state: TicketState
    released_because: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Bet:
    """One bet of a ticket, with the draw that decides it: what it can win, and what it has won."""

    ticket_id: UUID
    place: int
    code: str
    user_id: UUID
    draw: str
    draws_at: datetime
    draw_state: str
    number: int | None
    kind: str
    selection: str
    stake: int
    wins: int
    state: EntryState
    because: str
    won: int
    is_paid: bool

    @property
    def told(self) -> str:
        """How it stands: a state of its entry, or what its draw has made of it."""
        if self.state != "posted" or self.draw_state != "resulted":
            return self.state
        return ("paid" if self.is_paid else "won") if self.won else "lost"


def named(game: str, name: str) -> UUID:
    """A ticket's id by the code on its receipt. Raises NotFound `ticket_not_found`."""
    wanted = select(BetTicket.id).where(BetTicket.game == game, BetTicket.code == name.strip().upper())
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound("ticket_not_found")
    return found


def game_of(ticket_id: UUID) -> str | None:
    """Which game a ticket is of; None where there is none."""
    return db.session.scalar(select(BetTicket.game).where(BetTicket.id == ticket_id))


def one(game: str, ticket_id: UUID) -> tuple[Ticket, Sequence[Bet]]:
    """A ticket and its bets in their places. Raises NotFound `ticket_not_found`."""
    found = _tickets("ticket.id = :id AND ticket.game = :game", {"id": ticket_id, "game": game}, 1)
    if not found:
        raise NotFound("ticket_not_found")
    return found[0], _bets("line.ticket_id = :id", {"id": ticket_id}, 1_000)


def of_bettor(game: str, user_id: UUID, before: UUID | None, limit: int) -> list[Ticket]:
    """Somebody's, the newest first; older than that one."""
    asked = {"game": game, "user": user_id, "before": before or _LAST}
    return _tickets("ticket.user_id = :user AND ticket.game = :game AND ticket.id < :before", asked, limit)


def on_draw(draw_id: UUID, after: tuple[UUID, int] | None, limit: int) -> list[Bet]:
    """Bets on a draw in the order of their tickets, after that place on that ticket."""
    ticket_id, place = after or (_FIRST, -1)
    asked = {"draw": draw_id, "ticket": ticket_id, "place": place}
    return _bets("line.draw_id = :draw AND (line.ticket_id, line.place) > (:ticket, :place)", asked, limit)


def _tickets(where: str, asked: dict[str, Any], limit: int) -> list[Ticket]:
    rows = db.session.execute(text(_TICKETS.format(where=where)), {**asked, "limit": limit})
    return [Ticket(*row) for row in rows]


def _bets(where: str, asked: dict[str, Any], limit: int) -> list[Bet]:
    rows = db.session.execute(text(_BETS.format(where=where)), {**asked, "limit": limit})
    return [Bet(*row) for row in rows]


_FIRST: Final = UUID(int=0)
_LAST: Final = UUID(int=2**128 - 1)
_TICKETS: Final = """
    SELECT ticket.id, ticket.game, code, user_id, currency, total_minor,
        back_minor,
        (SELECT coalesce(sum(amount_minor), 0)::bigint FROM bet_winnings AS won
            JOIN bet_settlements AS made ON made.id = won.settlement_id
            WHERE won.ticket_id = ticket.id AND (made.reversed_at IS NULL OR made.is_borne)),
        payment, ticket.state, released_because, made_at
    FROM bet_tickets AS ticket WHERE {where} ORDER BY ticket.id DESC LIMIT :limit
"""
_BETS: Final = """
    SELECT line.ticket_id, line.place, ticket.code, ticket.user_id, draw.name, draw.draws_at, draw.state, entry.number,
        line.kind, line.selection, line.stake_minor, line.wins_minor, entry.state, entry.refunded_because,
        coalesce(won.amount_minor, 0), won.paid_at IS NOT NULL
    FROM bet_lines AS line
    JOIN bet_entries AS entry USING (ticket_id, draw_id)
    JOIN bet_tickets AS ticket ON ticket.id = line.ticket_id
    JOIN bet_draws AS draw ON draw.id = line.draw_id
    LEFT JOIN LATERAL (
        SELECT sum(amount_minor)::bigint AS amount_minor, max(paid_at) AS paid_at FROM bet_winnings AS one
        JOIN bet_settlements AS made ON made.id = one.settlement_id
        WHERE (one.ticket_id, one.place) = (line.ticket_id, line.place)
            AND (made.reversed_at IS NULL OR made.is_borne)
    ) AS won ON true
    WHERE {where} ORDER BY line.ticket_id, line.place LIMIT :limit
"""
