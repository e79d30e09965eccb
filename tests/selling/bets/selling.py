"""Tickets sold and refused, in a transaction each."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.selling.bets.sale import service
from app.selling.bets.sale.ticket import Accepted, Line, RefusedSale, Wanted

from .rail import Rail


def wanted(rail: Rail, user: UUID, *lines: tuple[UUID, str, str, int]) -> Wanted:
    """A ticket from the wallet: draw, kind, selection and stake of each line."""
    return Wanted(new_id(), user, rail.game.name, tuple(Line(*line) for line in lines))


def tried(one: Wanted) -> Accepted | RefusedSale:
    with transaction():
        (answer,) = service.accept([one])
    return answer


def sell(one: Wanted) -> Accepted:
    answer = tried(one)
    assert isinstance(answer, Accepted), answer
    return answer


def refused(one: Wanted) -> list[tuple[str, int | None, int | None]]:
    """Why; and that nothing at all was written."""
    before = _tickets()
    answer = tried(one)
    assert isinstance(answer, RefusedSale), answer
    assert _tickets() == before
    return [tuple(refusal) for refusal in answer.refusals]


def _tickets() -> int:
    return int(db.session.execute(text("SELECT count(*) FROM bet_tickets")).scalar_one())
