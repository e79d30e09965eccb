"""What becomes of payments when a person asks for all that is kept, or is erased: which account paid goes, that
something was paid stays, for the ledger names it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update

from app.core.database.session import db
from app.money.gateways.models import GatewayDispute, GatewayNotice, GatewayPayment, GatewayRefund
from app.people.players.leaving.rows import Holdings
from app.people.players.models import PlayerProfile

from .queries import MOVING


def has_any(user_id: UUID) -> bool:
    """Whether money of his is on its way, is asked back by a bank, or could not be given back and is still owed."""
    is_owed = and_(GatewayPayment.state == "refund_failed", ~GatewayPayment.is_taken)
    is_open = or_(GatewayPayment.state.in_((*MOVING, "disputed")), is_owed)
    query = select(GatewayPayment.id).where(GatewayPayment.user_id == user_id, is_open).limit(1)
    return db.session.execute(query).first() is not None


def erase(user_id: UUID) -> None:
    """Forget which accounts paid, where it was paid, and what providers wrote of it."""
    _forget(GatewayPayment.user_id == user_id)


def forget_late() -> None:
    """Forget the same of payments that came in only after their payer was erased, once they have gone back. Repeats
    safely."""
    erased = select(PlayerProfile.id).where(PlayerProfile.erased_at.is_not(None))
    is_late = and_(GatewayPayment.payer_sealed.is_not(None), GatewayPayment.state.not_in((*MOVING, "disputed")))
    _forget(and_(GatewayPayment.user_id.in_(erased), is_late))


def _forget(which: ColumnElement[bool]) -> None:
    emptied = (
        update(GatewayPayment)
        .where(which)
        .values(payer_sealed=None, url_sealed=None, client_secret_sealed=None, refused_because="")
    )
    found = db.session.scalars(emptied.returning(GatewayPayment.id)).all()
    db.session.execute(delete(GatewayNotice).where(GatewayNotice.payment_id.in_(found)))


def _own(user_id: UUID) -> Select[UUID]:
    return select(GatewayPayment.id).where(GatewayPayment.user_id == user_id)


def _payments(user_id: UUID) -> ColumnElement[bool]:
    return GatewayPayment.user_id == user_id


def _refunds(user_id: UUID) -> ColumnElement[bool]:
    return GatewayRefund.payment_id.in_(_own(user_id))


def _disputes(user_id: UUID) -> ColumnElement[bool]:
    return GatewayDispute.payment_id.in_(_own(user_id))


HOLDINGS: Final = Holdings(
    "app.money.gateways",
    has_any,
    erase,
    {"gateway_payments": _payments, "gateway_refunds": _refunds, "gateway_disputes": _disputes},
)
