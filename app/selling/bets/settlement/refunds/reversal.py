"""A bank takes back what bets were paid with: those whose draws are not sealed are void, and their stakes pay for it.

Called in the caller's transaction before any account is locked, for draws' rows come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.record.audit.service import note

from ...calendar.service import locked
from ...models import BetDraw, BetEntry, BetTicket
from ...sealing.wording import REVERSED as BECAUSE
from ..paying import lock_players
from . import service


def void_ticket(ticket_id: UUID) -> int:
    """Take a ticket out of its draws that are not sealed; how much is in the wallet again (minor units)."""
    return _void(_unsealed(BetEntry.ticket_id == ticket_id))


def void_bought(user_id: UUID, currency: str, amount: int, since: datetime) -> None:
    """Take what somebody has bought from the wallet since a moment out of draws that are not sealed, the newest first,
    until so much (minor units) is in the wallet again."""
    lock_players((user_id,))
    its = BetTicket.user_id == user_id, BetTicket.currency == currency, BetTicket.made_at >= since
    found = _unsealed(BetTicket.payment == "wallet", *its)
    for ticket_id in sorted({one.ticket_id for one in found}, reverse=True):  # ids are in the order of their making
        if amount <= 0:
            break
        amount -= _void([one for one in found if one.ticket_id == ticket_id])


def given_back(ticket_id: UUID) -> int:
    """What of a ticket has gone back to the wallet for another reason."""
    query = select(func.coalesce(func.sum(BetEntry.stake_minor), 0)).where(
        BetEntry.ticket_id == ticket_id, BetEntry.state == "refunded", BetEntry.refunded_because != BECAUSE
    )
    return int(db.session.execute(query).scalar_one())


def _unsealed(*which: object) -> Sequence[service.Back]:
    """Parts of tickets whose draws are not sealed and will not be before the transaction ends."""
    selling = BetEntry.draw_id.in_(select(BetDraw.id).where(BetDraw.state == "selling"))
    for draw_id in sorted({one.draw_id for one in service.parts(selling, *which)}):
        locked(draw_id)
    return service.parts(selling, *which)


def _void(found: Sequence[service.Back]) -> int:
    for one in found:
        draw = locked(one.draw_id)
        service.take_out(draw, (one,), BECAUSE, goes_on=False)
        told = {"amount_minor": one.stake, "currency": draw.currency, "ticket": str(one.ticket_id)}
        note("system", "bet.given_back", f"user:{one.user_id}", BECAUSE, **told)
    return sum(one.stake for one in found)
