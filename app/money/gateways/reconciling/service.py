"""Writes comparisons and their differences. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import case, func, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.ids import new_id
from app.money.gateways import postings
from app.money.gateways.models import GatewayDifference, GatewayReconciliation
from app.people.players.queries import read_now
from app.record.audit.service import note
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the list and our books do not agree on; amounts in minor units, 0 where one does not have it.
    `payment_id` is the payment of ours that it is of, where anybody knows."""

    kind: str
    reference: str
    currency: str
    ours_minor: int
    theirs_minor: int
    payment_id: UUID | None = None


def last(provider: str) -> datetime:
    """When it was last compared."""
    query = select(func.max(GatewayReconciliation.made_at)).where(GatewayReconciliation.provider == provider)
    return db.session.scalar(query) or _NEVER


def write(provider: str, since: datetime, lines: int, differences: Sequence[Difference]) -> None:
    """Keep one comparison. A difference that was there before stays, and stays explained for as long as it is as large;
    one that is gone is resolved."""
    made = GatewayReconciliation(id=new_id(), provider=provider, since=since, lines=lines, differences=len(differences))
    db.session.add(made)
    db.session.flush()
    keys = [(one.kind, one.reference) for one in differences]
    gone = update(GatewayDifference).where(
        GatewayDifference.provider == provider, GatewayDifference.resolved_at.is_(None)
    )
    if keys:
        gone = gone.where(tuple_(GatewayDifference.kind, GatewayDifference.reference).not_in(keys))
    db.session.execute(gone.values(resolved_at=read_now()))
    for one in differences:
        written = insert(GatewayDifference).values(
            id=new_id(),
            reconciliation_id=made.id,
            provider=provider,
            kind=one.kind,
            reference=one.reference,
            currency=one.currency,
            ours_minor=one.ours_minor,
            theirs_minor=one.theirs_minor,
            payment_id=one.payment_id,
        )
        db.session.execute(
            written.on_conflict_do_update(
                index_elements=["provider", "kind", "reference"],
                index_where=text("resolved_at IS NULL"),
                set_=_as_it_is_now(one),
            )
        )
    note("system", "gateway.compared", f"gateway:{provider}", lines=lines, differences=len(differences))


def _as_it_is_now(one: Difference) -> dict[str, object]:
    """Its figures; what was said of it was said of another one if it has grown or shrunk since."""
    row = GatewayDifference
    is_alike = row.theirs_minor - row.ours_minor == one.theirs_minor - one.ours_minor
    return {
        "ours_minor": one.ours_minor,
        "theirs_minor": one.theirs_minor,
        "payment_id": one.payment_id,
        "explained_at": case((is_alike, row.explained_at)),
        "explained_by": case((is_alike, row.explained_by), else_=""),
        "explanation": case((is_alike, row.explanation), else_=""),
    }


def book_unasked(provider: str, one: Difference) -> None:
    """A refund that nobody here asked for has left, of whatever payment."""
    ledger.post(postings.unasked(one.reference, AccountRef("clearing", provider, one.currency), one.theirs_minor))


def open_differences() -> list[GatewayDifference]:
    """What does not agree now, the newest first."""
    query = select(GatewayDifference).where(GatewayDifference.resolved_at.is_(None))
    return list(db.session.scalars(query.order_by(GatewayDifference.id.desc()).limit(500)))
