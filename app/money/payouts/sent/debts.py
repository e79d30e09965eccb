"""What has become of a debt: owed, sent, in a block, paid. Every page, answer and list that tells it asks here.

Asked by what is owed, never by a payout: one transaction may pay the debts of many rounds, and a debt may have had
several transactions. Of a payment's versions the one that counts is told: the living one, or, while that was not sent
yet, the newest before it that was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Subquery, Text, func, select, text
from sqlalchemy.orm import aliased

from app.chain.node.blocks import display
from app.core.database.session import db
from app.core.money import Sats
from app.money.payouts.models import Payout, PayoutOutput

Standing = Literal["owed", "sent", "confirmed"]
STANDINGS: Final[tuple[Standing, ...]] = ("owed", "sent", "confirmed")

_DEBTS: Final = """
SELECT o.id, o.source, o.source_id, o.partner_site_id, o.address, o.amount_sats, drafted.payout_id AS planned_id,
       drafted.vout, sent.id AS sent_id, sent.txid, sent.state, sent.broadcast_at, sent.state_changed_at,
       c.block_height, c.block_hash
FROM obligations o
LEFT JOIN payout_outputs drafted ON drafted.obligation_id = o.id AND drafted.live
LEFT JOIN payouts planned ON planned.id = drafted.payout_id
LEFT JOIN LATERAL (
    SELECT v.* FROM payouts v
    WHERE v.root_id = planned.root_id AND v.broadcast_at IS NOT NULL AND (v.live OR v.state = 'replaced')
    ORDER BY v.live DESC, v.id DESC LIMIT 1
) sent ON true
LEFT JOIN payout_confirmations c ON c.payout_id = sent.id AND c.orphaned_at IS NULL
WHERE {which}
"""
# Every version of a payment pays the same debts by outputs in the same places.
_STANDING: Final = (
    """CASE WHEN sent.id IS NULL THEN 'owed' WHEN sent.state = 'confirmed' THEN 'confirmed' ELSE 'sent' END"""
)
_LISTED: Final = _DEBTS.format(
    which=f"""o.kind = 'jackpot'
    AND (CAST(:below AS uuid) IS NULL OR o.id < CAST(:below AS uuid))
    AND (CAST(:standing AS text) IS NULL OR {_STANDING} = :standing)
ORDER BY o.id DESC LIMIT :limit"""
)
_COUNTED: Final = f"""
SELECT listed.standing, count(*), sum(listed.amount_sats) FROM (
    {_DEBTS.format(which="o.kind = 'jackpot'").replace("SELECT o.id,", f"SELECT {_STANDING} AS standing, o.id,", 1)}
) listed GROUP BY listed.standing
"""
_OF_SOURCES: Final = _DEBTS.format(which="o.kind = :kind AND o.source = :source AND o.source_id = ANY(:ids)")
_BY_ID: Final = _DEBTS.format(which="o.id = ANY(:ids)")
# The same that `Debt.standing` says.
_STANDINGS: Final = f"""
SELECT found.source_id, CASE WHEN found.sent_id IS NULL THEN 'owed' WHEN found.state = 'confirmed' THEN 'confirmed'
       ELSE 'sent' END AS standing
FROM ({_DEBTS.format(which="o.kind = :kind AND o.source = :source AND o.partner_site_id = :site")}) AS found
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """The output that pays a debt, in the version of its payout that was sent last; the id as explorers print it."""

    payout_id: UUID
    txid: str
    vout: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """The block that holds it, which may still leave the chain."""

    height: int
    hash: str


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt and how far its payment has come.

    `standing` is what everybody is told: *sent* once a node was handed the transaction, *confirmed* once that is buried
    as deep as what is final, at `paid_at`. `planned_id` is the living payout that pays it, sent or not: for operators,
    to all others a draft is nothing yet.
    """

    id: UUID
    source: str
    source_id: str
    site_id: UUID
    address: str
    sats: Sats
    planned_id: UUID | None
    sent: Sent | None = None
    block: Block | None = None
    paid_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        if self.sent is None:
            return "owed"
        return "sent" if self.paid_at is None else "confirmed"

    @property
    def is_paid(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.paid_at is not None

    @property
    def is_drafted(self) -> bool:
        """Whether a payout was made that nobody has sent yet."""
        return self.planned_id is not None and self.sent is None


def of_sources(kind: str, source: str, source_ids: Collection[str]) -> dict[str, Debt]:
    """What a game owes, or owed, for these of its rounds, by the round; one statement, none for no rounds."""
    if not source_ids:
        return {}
    values = {"kind": kind, "source": source, "ids": list(source_ids)}
    return {row.source_id: _debt(row) for row in db.session.execute(text(_OF_SOURCES), values)}


def standings(kind: str, source: str, site_id: UUID) -> Subquery:
    """How far each of a partner's debts of a game has come: `source_id` and `standing`, to be joined or counted."""
    rows = text(_STANDINGS).bindparams(kind=kind, source=source, site=site_id)
    return rows.columns(source_id=Text(), standing=Text()).subquery()


def by_id(debt_ids: Collection[UUID]) -> dict[UUID, Debt]:
    """These debts, in one statement."""
    rows = db.session.execute(text(_BY_ID), {"ids": list(debt_ids)}) if debt_ids else ()
    return {row.id: _debt(row) for row in rows}


def wins(standing: Standing | None, below: UUID | None = None, limit: int = 50) -> list[Debt]:
    """What was won, the newest first, below `below`; all of it, or what stands so."""
    values = {"standing": standing, "below": below, "limit": limit}
    return [_debt(row) for row in db.session.execute(text(_LISTED), values)]


def wins_by_standing() -> dict[Standing, tuple[int, Sats]]:
    """How many wins stand how, and how much they are."""
    found = {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(text(_COUNTED))}
    return {standing: found.get(standing, (0, 0)) for standing in STANDINGS}


def paid_to(site_id: UUID, before: UUID | None = None, limit: int = 50) -> Sequence[tuple[Payout, int]]:
    """A partner's payouts that were sent: payout, sats to this partner; the newest first. Of a
    payout's versions the one that counts."""
    query = (
        select(Payout, func.sum(PayoutOutput.sats).label("sats"))
        .join(PayoutOutput, PayoutOutput.payout_id == Payout.id)
        .where(PayoutOutput.partner_site_id == site_id, Payout.id == _sent_version())
        .group_by(Payout.id)
    )
    if before is not None:
        query = query.where(Payout.id < before)
    rows = db.session.execute(query.order_by(Payout.id.desc()).limit(limit))
    return [(row[0], int(row[1])) for row in rows]


def _sent_version() -> ScalarSelect[UUID]:
    """Of the payment that the outer query's payout is a version of, if it lives: the version that was sent last."""
    version, living = aliased(Payout), aliased(Payout)
    return (
        select(version.id)
        .where(
            version.root_id == Payout.root_id,
            version.broadcast_at.is_not(None),
            version.live | (version.state == "replaced"),
            select(living.id).where(living.root_id == Payout.root_id, living.live).exists(),
        )
        .order_by(version.live.desc(), version.id.desc())
        .limit(1)
        .correlate(Payout)
        .scalar_subquery()
    )


def _debt(row: Row[Any]) -> Debt:
    debt = Debt(row.id, row.source, row.source_id, row.partner_site_id, row.address, row.amount_sats, row.planned_id)
    if row.sent_id is None:
        return debt
    return replace(
        debt,
        sent=Sent(row.sent_id, display(row.txid), row.vout, row.broadcast_at),
        block=Block(row.block_height, display(row.block_hash)) if row.block_hash is not None else None,
        paid_at=row.state_changed_at if row.state == "confirmed" else None,
    )
