"""Payouts between their draft and the block that buries them: for whom each is, and what it waits for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.core import clock
from app.core.database.session import db
from app.core.ids import created_at
from app.core.money import Sats
from app.money.payouts import queries, rules
from app.money.payouts.models import Payout, PayoutOutput
from app.record.audit import service as audit
from app.record.audit.queries import open_alarms

ALARM = "payout_waits"
PATIENCE: Final = timedelta(hours=6)
"""So long a draft may wait for its signature, and what is signed to be sent; then somebody is told."""
_UNSENT: Final = ("draft", "signed")


@dataclass(frozen=True, slots=True)
class UnderWay:
    """One of them. `sats` go to others, `owed` of it to winners, of whom there are `winners`, and so many `balances`;
    `height` is that of the block that holds it, None before."""

    payout: Payout
    sats: Sats
    owed: Sats
    winners: int
    balances: int
    height: int | None

    @property
    def drafted_at(self) -> datetime:
        """This version of it."""
        return created_at(self.payout.id)


def under_way() -> list[UnderWay]:
    """All of them, the newest first. In three statements, however many."""
    found = db.session.scalars(
        select(Payout).where(Payout.live, Payout.state != "confirmed").order_by(Payout.id.desc())
    ).all()
    ids = [payout.id for payout in found]
    blocks, paid = queries.blocks_of(ids), _paid(ids)
    return [UnderWay(one, *paid.get(one.id, (0, 0, 0, 0)), blocks.get(one.id)) for one in found]


def waiting(payouts: Sequence[UnderWay], state: str) -> list[UnderWay]:
    """Those that wait to be signed (`draft`), or to be sent (`signed`)."""
    return [one for one in payouts if one.payout.state == state]


def watch() -> int:
    """Open an alarm for each payout that nobody signs, or that is signed and that nobody sends; close it where somebody
    has, or has given it up. How many wait too long."""
    query = select(Payout.id, Payout.state_changed_at).where(Payout.live, Payout.state.in_(_UNSENT))
    late = {f"payout:{one}" for one, since in db.session.execute(query) if clock.now() - since > PATIENCE}
    for subject in sorted(late):
        audit.raise_alarm(ALARM, subject)
    for subject in {one.subject for one in open_alarms() if one.code == ALARM} - late:
        audit.close_alarm(ALARM, subject)
    return len(late)


def _paid(payout_ids: Collection[UUID]) -> dict[UUID, tuple[Sats, Sats, int, int]]:
    """What each pays to others in all and to winners, and how many of both kinds."""
    is_owed, is_earned = PayoutOutput.kind == "obligation", PayoutOutput.kind == "balance"
    query = (
        select(
            PayoutOutput.payout_id,
            func.sum(PayoutOutput.sats),
            func.coalesce(func.sum(PayoutOutput.sats).filter(is_owed), 0),
            func.count().filter(is_owed),
            func.count().filter(is_earned),
        )
        .where(PayoutOutput.payout_id.in_(payout_ids), PayoutOutput.kind.in_(rules.PAYING))
        .group_by(PayoutOutput.payout_id)
    )
    rows = db.session.execute(query)
    return {row[0]: (int(row[1]), int(row[2]), row[3], row[4]) for row in rows}
