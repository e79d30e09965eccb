"""What players have paid in, for their limits: from the moment a payment begins, and no more once it has failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core.database.session import db
from app.money.wallets.models import Topup
from app.people.players.rules import Kind, Movement


class Deposits:
    """The book of deposits. What goes back the way it came was paid in all the same."""

    def total(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> int:
        """What was paid in after `since`, in minor units."""
        if kind != "deposit":
            return 0
        query = select(func.coalesce(func.sum(Topup.amount_minor), 0)).where(*_of(user_id, currency, since))
        return int(db.session.execute(query).scalar_one())

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """The same, one by one."""
        if kind != "deposit":
            return ()
        query = select(Topup.begun_at, Topup.amount_minor).where(*_of(user_id, currency, since))
        return [Movement(at, amount) for at, amount in db.session.execute(query.order_by(Topup.begun_at))]


def _of(user_id: UUID, currency: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Topup.user_id == user_id,
        Topup.currency == currency,
        Topup.begun_at > since,
        Topup.state.in_(("begun", "paid")),
    )
