"""What everybody may be told of a win's payment, found by where it goes or by the transaction that carries it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.core.database.session import db
from app.money.payouts.models import Obligation, Payout, PayoutOutput

from . import debts
from .debts import Debt

_PUBLIC = "jackpot"
_MOST = 200


def wins_to(addresses: Collection[str]) -> Sequence[Debt]:
    """What is or was owed for wins to these addresses, the newest first."""
    query = select(Obligation.id).where(Obligation.kind == _PUBLIC, Obligation.address.in_(addresses))
    found = db.session.scalars(query.order_by(Obligation.id.desc()).limit(_MOST)).all()
    return sorted(debts.by_id(found).values(), key=lambda debt: debt.id, reverse=True)


def wins_paid_by(txid: bytes) -> Sequence[Debt] | None:
    """The wins that a transaction of ours pays; None if we sent none of that id. A draft is nobody's business yet."""
    sent = select(Payout.id).where(Payout.txid == txid, Payout.broadcast_at.is_not(None))
    payout_id = db.session.scalars(sent).one_or_none()
    if payout_id is None:
        return None
    query = (
        select(Obligation.id)
        .join(PayoutOutput, PayoutOutput.obligation_id == Obligation.id)
        .where(PayoutOutput.payout_id == payout_id, Obligation.kind == _PUBLIC)
    )
    return sorted(debts.by_id(db.session.scalars(query).all()).values(), key=lambda debt: debt.id)
