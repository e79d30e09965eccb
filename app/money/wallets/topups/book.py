"""What players have paid in, for their limits: from the moment a payment begins, and no more once it has failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
        return self.totals((user_id,), currency, kind, since).get(user_id, 0)

    def totals(self, user_ids: Collection[UUID], currency: str, kind: Kind, since: datetime) -> Mapping[UUID, int]:
        """The same of many; who has paid in nothing is left out."""
        if kind != "deposit":
            return {}
        query = select(Topup.user_id, func.sum(Topup.amount_minor)).where(*_of(user_ids, currency, since))
        return {user_id: int(amount) for user_id, amount in db.session.execute(query.group_by(Topup.user_id))}

    def movements(self, user_id: UUID, currency: str, kind: Kind, since: datetime) -> Sequence[Movement]:
        """What one has paid in, one by one."""
        if kind != "deposit":
            return ()
        query = select(Topup.begun_at, Topup.amount_minor).where(*_of((user_id,), currency, since))
        return [Movement(at, amount) for at, amount in db.session.execute(query.order_by(Topup.begun_at))]


def _of(user_ids: Collection[UUID], currency: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Topup.user_id.in_(user_ids),
        Topup.currency == currency,
        Topup.begun_at > since,
        Topup.state.in_(("begun", "paid")),
    )
