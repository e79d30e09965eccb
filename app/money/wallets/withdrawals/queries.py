"""Reads: a player's withdrawals, and those that operators look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.errors import NotFound
from app.core.text.shortened import shortened
from app.money.wallets.models import Destination, Withdrawal
from app.people.approvals import queries as approvals

from .deciding import NAME
from .states import State, as_state


@dataclass(frozen=True, slots=True)
class Drawn:
    """A withdrawal as people read it. `account` shows the last characters alone to whoever is not its owner."""

    id: UUID
    user_id: UUID
    currency: str
    amount: int
    method: str
    account: str | None
    state: State
    reason: str
    reference: str
    provider_id: str
    fee: int
    asked_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    approval_id: UUID | None

    @property
    def masked(self) -> str | None:
        """The account, as lists show it."""
        return None if self.account is None else shortened(self.account)


def of_player(
    user_id: UUID,
    before: UUID | None = None,
    limit: int = 50,
    *,
    states: Collection[State] = (),
    currency: str | None = None,
) -> list[Drawn]:
    """His, the newest first; of all states and currencies where none is named. Who reviews them is not asked."""
    query = select(Withdrawal, Destination).join(Destination).where(Withdrawal.user_id == user_id)
    if states:
        query = query.where(Withdrawal.state.in_(states))
    if currency is not None:
        query = query.where(Withdrawal.currency == currency)
    if before is not None:
        query = query.where(Withdrawal.id < before)
    rows = db.session.execute(query.order_by(Withdrawal.id.desc()).limit(limit))
    return [drawn_of(withdrawal, destination, None) for withdrawal, destination in rows]


def one(withdrawal_id: UUID) -> Drawn:
    """Raises NotFound `withdrawal_not_found`."""
    query = select(Withdrawal, Destination).join(Destination).where(Withdrawal.id == withdrawal_id)
    found = db.session.execute(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("withdrawal_not_found")
    return drawn_of(found[0], found[1], _review_of(found[0]))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What went out through a provider, as its own list is compared with: amounts in minor units."""

    reference: str
    provider_id: str
    currency: str
    amount_minor: int
    fee_minor: int
    state: State
    sent_at: datetime


def outgoing(provider: str, since: datetime) -> list[Outgoing]:
    """All that was given to a provider (the owner of its clearing account) from a moment on, the oldest first."""
    rows = db.session.scalars(
        select(Withdrawal)
        .where(Withdrawal.paid_from == f"clearing:{provider}", Withdrawal.sent_at >= since)
        .order_by(Withdrawal.sent_at, Withdrawal.id)
    )
    return [
        Outgoing(
            row.reference,
            row.provider_id,
            row.currency,
            row.amount_minor,
            row.fee_minor,
            as_state(row.state),
            row.sent_at,
        )
        for row in rows
        if row.sent_at is not None
    ]


def _review_of(row: Withdrawal) -> UUID | None:
    """What one operator has proposed about it, and a second one has not confirmed yet."""
    waiting = approvals.open_of(NAME, f"withdrawal:{row.id}") if row.state == "held" else None
    return waiting.id if waiting is not None else None


def drawn_of(row: Withdrawal, destination: Destination, approval_id: UUID | None) -> Drawn:
    """A withdrawal's row as people read it; `approval_id` is what waits for a second operator's yes."""
    return Drawn(
        row.id,
        row.user_id,
        row.currency,
        row.amount_minor,
        row.method,
        destination.account,
        as_state(row.state),
        row.reason,
        row.reference,
        row.provider_id,
        row.fee_minor,
        row.asked_at,
        row.sent_at,
        row.ended_at,
        approval_id,
    )
