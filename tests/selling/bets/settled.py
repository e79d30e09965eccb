"""Tickets in a draw, its seal, and what the book says of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db, transaction
from app.record.ledger import queries as ledger_queries
from app.record.ledger.entries import AccountRef
from app.selling.bets.settlement import jobs, paying

from .rail import Rail
from .selling import sell, wanted

Bet = tuple[str, str, int]
"""Kind, selection, stake."""


def sold(rail: Rail, draw_id: UUID, user_id: UUID, *bets: Bet) -> UUID:
    """A ticket that the wallet has paid; its id."""
    return sell(wanted(rail, user_id, *((draw_id, *bet) for bet in bets))).ticket_id


def sealed(draw_id: UUID) -> UUID:
    with transaction() as session:
        session.execute(
            text("UPDATE bet_draws SET state = 'sealed', sealed_at = now() WHERE id = :id"), {"id": draw_id}
        )
    return draw_id


def paid_out() -> int:
    """What the job does; how many lines."""
    return sum(jobs.pay_all(one) for one in paying.due())


def balance(kind: str, owner: object, currency: str = "PHP") -> int:
    found = ledger_queries.balance(AccountRef(kind, str(owner), currency))
    db.session.rollback()
    return found


def won(draw_id: UUID) -> dict[tuple[UUID, int], int]:
    """What each line won by the settlement in force."""
    rows = db.session.execute(
        text(
            "SELECT ticket_id, place, amount_minor FROM bet_winnings JOIN bet_settlements AS one "
            "ON one.id = settlement_id WHERE draw_id = :draw AND reversed_at IS NULL"
        ),
        {"draw": draw_id},
    ).all()
    return {(ticket_id, place): amount for ticket_id, place, amount in rows}
