"""Gives stakes back: of a draw that is not held, and of a single ticket before its draw is sealed.

A stake goes to the wallet first. What was paid by card or GCash goes on from there the way it came, in the same
transaction; where its gateway does not take it, at once or days later, it stays in the wallet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select, text, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.money.gateways import queries as payments
from app.money.gateways import service as gateways
from app.money.wallets.origins import service as origins
from app.money.wallets.postings import wallet
from app.record.ledger import service as ledger
from app.record.log import service as public_log
from app.record.log.format.leaves import Leaf, canonical
from app.record.log.receipts.models import ReceiptLeaf

from ... import exposure, postings, rules
from ...bankroll import capacity
from ...calendar import promise
from ...calendar.making import subject_of
from ...calendar.service import locked
from ...games import game_named
from ...models import BetDraw, BetEntry, BetLine, BetTicket
from .. import telling
from ..paying import lock_players

AT_ONCE: Final = 100
REFUNDED: Final = "bet.refunded"
PURCHASE_KIND: Final = "bet"


class Back(NamedTuple):
    """A ticket's part in a draw, which goes back."""

    id: UUID
    ticket_id: UUID
    draw_id: UUID
    user_id: UUID
    payment: str
    number: int | None
    stake: int


def due() -> list[UUID]:
    """Draws that are not held and still have stakes."""
    query = select(BetDraw.id).where(BetDraw.state == "cancelled", BetDraw.sold_minor > 0)
    return list(db.session.scalars(query.order_by(BetDraw.id)))


def give_back(draw_id: UUID, found: Sequence[Back]) -> int:
    """Give some back of a draw that is not held; how many. None where it is held after all."""
    lock_players({one.user_id for one in found})
    draw = locked(draw_id)
    return take_out(draw, found, draw.cancelled_because) if draw.state == "cancelled" else 0


def take_out(draw: BetDraw, wanted: Sequence[Back], because: str, *, goes_on: bool = True) -> int:
    """Take tickets out of a draw, their players and the draw locked; how many were still in it. What came by a gateway
    goes on from the wallet, unless it is to stay there."""
    found = _claim(wanted, because)
    if not found:
        return 0
    draw.sold_minor -= sum(one.stake for one in found)
    db.session.flush()
    worst = exposure.remove(draw.id, _weight(draw.id, found))
    if draw.state == "cancelled":
        capacity.narrow(draw.id, worst)
    own = [(one, wallet(one.user_id, draw.currency)) for one in found]
    ledger.post([one for back, to in own for one in postings.given_back(back.id, draw.id, to, back.stake)])
    _tell(draw, found, because)
    returns = game_named(draw.game).return_percent(promise.read(draw.promise))
    for one in found:
        if one.payment == "wallet":
            origins.unplay(one.user_id, draw.currency, one.stake, returns)
        elif goes_on:
            _send_on(one, because)
        else:
            _keep(one)
        telling.given_back(one.user_id, draw, one.id, one.stake, because)
    return len(found)


def _send_on(one: Back, because: str) -> None:
    """From the wallet the way it came; what its gateway would refuse stays."""
    payment_id = payments.of_purchase(PURCHASE_KIND, one.ticket_id)
    if payment_id is None:
        return
    try:
        with db.session.begin_nested():
            gateways.refund(payment_id, one.stake, actor="system", reason=because)
    except DomainError:
        _keep(one)


def _keep(one: Back) -> None:
    """It stays in the wallet, and leaves only where it came from."""
    origins.lose(one.ticket_id, -one.stake)


def parts(*which: object) -> list[Back]:
    """Tickets' parts in draws that may go back, in the order of acceptance."""
    query = (
        select(
            BetEntry.id,
            BetEntry.ticket_id,
            BetEntry.draw_id,
            BetTicket.user_id,
            BetTicket.payment,
            BetEntry.number,
            BetEntry.stake_minor,
        )
        .join(BetTicket, BetTicket.id == BetEntry.ticket_id)
        .where(BetEntry.state == "posted", *which)  # type: ignore[arg-type]
        .order_by(BetEntry.draw_id, BetEntry.number)
    )
    return [Back(*row) for row in db.session.execute(query)]


def still_in(draw_id: UUID, most: int) -> list[Back]:
    """Some of what is in a draw, in the order of acceptance."""
    first = select(BetEntry.id).where(BetEntry.draw_id == draw_id, BetEntry.state == "posted")
    return parts(BetEntry.id.in_(first.order_by(BetEntry.number).limit(most)))


def _claim(wanted: Sequence[Back], because: str) -> list[Back]:
    """Those of them that nobody has taken out yet."""
    taken = db.session.scalars(
        update(BetEntry)
        .where(BetEntry.id.in_([one.id for one in wanted]), BetEntry.state == "posted")
        .values(state="refunded", refunded_at=func.clock_timestamp(), refunded_because=because)
        .returning(BetEntry.id)
        .execution_options(synchronize_session=False)
    )
    mine = set(taken)
    found = [one for one in wanted if one.id in mine]
    amounts = {"tickets": [one.ticket_id for one in found], "stakes": [one.stake for one in found]}
    db.session.execute(_BACK, amounts)
    return found


# A part of a ticket is one of its draw: no ticket is named twice.
_BACK: Final = text("""
    UPDATE bet_tickets AS ticket SET back_minor = back_minor + one.stake
    FROM unnest(CAST(:tickets AS uuid[]), CAST(:stakes AS bigint[])) AS one (id, stake) WHERE ticket.id = one.id
""")


def _weight(draw_id: UUID, found: Sequence[Back]) -> dict[int, int]:
    lines = db.session.execute(
        select(BetLine.marks, BetLine.wins_minor, BetLine.wins_by_mark).where(
            BetLine.draw_id == draw_id, BetLine.ticket_id.in_([one.ticket_id for one in found])
        )
    )
    return rules.added(rules.Weight(tuple(marks), wins, tuple(by_mark or ())) for marks, wins, by_mark in lines)


def _tell(draw: BetDraw, found: Sequence[Back], because: str) -> None:
    """A leaf of each, which its ticket's receipt proves."""
    subject = subject_of(draw.game, draw.name)
    leaves = [Leaf(REFUNDED, subject, canonical(_said(draw, one, because, subject))) for one in found]
    public_log.append(leaves)
    rows = [
        {"subject": f"ticket:{one.ticket_id}", "leaf": leaf.hash, "kind": REFUNDED, "fact": str(one.id)}
        for one, leaf in zip(found, leaves, strict=True)
    ]
    db.session.execute(insert(ReceiptLeaf), rows)


def _said(draw: BetDraw, one: Back, because: str, subject: str) -> dict[str, object]:
    return {
        "because": because,
        "currency": draw.currency,
        "number": one.number,
        "promise": draw.promise_hash.hex(),
        "stake": one.stake,
        "subject": subject,
        "ticket": str(one.ticket_id),
        "type": REFUNDED,
    }
