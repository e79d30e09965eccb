"""What becomes of wallets when a person is erased: whose accounts they were goes, what was paid stays."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from app.core.database.session import db
from app.people.players.leaving.rows import Holdings

from .models import DepositOrigin, Destination, DrawnOrigin, Topup, Withdrawal
from .queries import has_money
from .withdrawals.states import ENDED


def has_any(user_id: UUID) -> bool:
    """Whether money of his is here, is owed, or is on its way in or out."""
    under_way = (
        select(Topup.id).where(Topup.user_id == user_id, Topup.state == "begun"),
        select(Withdrawal.id).where(Withdrawal.user_id == user_id, Withdrawal.state.not_in(ENDED)),
    )
    return has_money(user_id) or any(db.session.execute(one.limit(1)).first() is not None for one in under_way)


def erase(user_id: UUID) -> None:
    """Forget which accounts were his."""
    db.session.execute(
        update(Destination).where(Destination.user_id == user_id).values(account_sealed=None, account_hash=None)
    )
    db.session.execute(
        update(DepositOrigin).where(DepositOrigin.user_id == user_id).values(payer_sealed=None, payer_hash=None)
    )


def _drawn(user_id: UUID) -> ColumnElement[bool]:
    return DrawnOrigin.withdrawal_id.in_(select(Withdrawal.id).where(Withdrawal.user_id == user_id))


HOLDINGS: Final = Holdings("app.money.wallets", has_any, erase, {"wallet_drawn_origins": _drawn})
