"""What everybody may be told of a win's payment, found by where it goes or by the transaction that carries it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_

from app.core.database.session import db
from app.core.money import Sats
from app.money.payouts.models import Obligation, Payout, PayoutConfirmation, PayoutInput, PayoutOutput

from . import debts
from .debts import Debt

_PUBLIC = "jackpot"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A transaction of ours. `standing`: *sent*, *confirmed*, or how it ended instead; `height` of the block that holds
    it; `line`: the output that the public log's next anchor spends."""

    standing: str
    height: int | None
    line: int | None


def sent(txid: bytes) -> Told | None:
    """What became of a transaction; None if we sent none of that id. A draft is nobody's business yet."""
    payout = _sent(txid)
    if payout is None:
        return None
    block = select(PayoutConfirmation.block_height).where(
        PayoutConfirmation.payout_id == payout.id, PayoutConfirmation.orphaned_at.is_(None)
    )
    line = select(PayoutOutput.vout).where(PayoutOutput.payout_id == payout.id, PayoutOutput.kind == "line")
    return Told(_standing(payout), db.session.scalar(block), db.session.scalar(line))


def sent_as(txid: bytes) -> UUID | None:
    """By which id the record tells of a transaction of ours; None if we sent none of that id."""
    payout = _sent(txid)
    return payout.id if payout is not None else None


def log_size(txid: bytes) -> int | None:
    """Over how many entries of the public log the root is that a payout carries, sent or not: roots are public."""
    return db.session.scalar(select(Payout.log_size).where(Payout.txid == txid))


def is_ours(txid: bytes) -> bool:
    """Whether it is a payout of ours, sent or not: its id is over all that it pays."""
    return db.session.scalar(select(Payout.id).where(Payout.txid == txid)) is not None


@dataclass(frozen=True, slots=True)
class Planned:
    """An output of a payout of ours that was sent. `kind`: as its row has it; *change* goes back to our reserve."""

    payout_id: UUID
    vout: int
    script: bytes
    sats: Sats
    kind: str


def planned(outpoints: Collection[tuple[bytes, int]]) -> Sequence[Planned]:
    """What the payouts that were sent with any of these coins pay, in whatever version; nothing if none was: of a draft
    nobody is told what it spends."""
    spent = select(PayoutInput.payout_id).where(tuple_(PayoutInput.txid, PayoutInput.vout).in_(outpoints))
    columns = PayoutOutput.vout, PayoutOutput.script, PayoutOutput.sats, PayoutOutput.kind
    found = select(PayoutOutput.payout_id, *columns).join(Payout, Payout.id == PayoutOutput.payout_id)
    rows = db.session.execute(found.where(Payout.id.in_(spent), Payout.broadcast_at.is_not(None))).all()
    return [Planned(*row) for row in rows]


def wins_to(addresses: Collection[str]) -> Sequence[Debt]:
    """What is or was owed for wins to these addresses, the newest first."""
    query = select(Obligation.id).where(Obligation.kind == _PUBLIC, Obligation.address.in_(addresses))
    found = db.session.scalars(query.order_by(Obligation.id.desc()).limit(_MOST)).all()
    return sorted(debts.by_id(found).values(), key=lambda debt: debt.id, reverse=True)


def wins_paid_by(txid: bytes) -> Sequence[Debt] | None:
    """The wins that a transaction of ours pays; None if we sent none of that id. A draft is nobody's business yet."""
    payout = _sent(txid)
    if payout is None:
        return None
    query = (
        select(Obligation.id)
        .join(PayoutOutput, PayoutOutput.obligation_id == Obligation.id)
        .where(PayoutOutput.payout_id == payout.id, Obligation.kind == _PUBLIC)
    )
    return sorted(debts.by_id(db.session.scalars(query).all()).values(), key=lambda debt: debt.id)


def _sent(txid: bytes) -> Payout | None:
    return db.session.scalars(select(Payout).where(Payout.txid == txid, Payout.broadcast_at.is_not(None))).one_or_none()


def _standing(payout: Payout) -> str:
    """A version that is to be replaced is on its way until its successor is sent."""
    later = select(Payout.id).where(
        Payout.root_id == payout.root_id, Payout.id > payout.id, Payout.broadcast_at.is_not(None)
    )
    is_replaced = payout.state == "replaced" and db.session.scalar(later.limit(1)) is not None
    ended = is_replaced or payout.state in ("confirmed", "cancelled", "refused")
    return payout.state if ended else "sent"
