"""What two people have entered about money off the chain: changes of wallets, moves of the house's money, rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import TextClause, select, text

from app.core.database.session import db
from app.core.ids import parse_id
from app.money.wallets.exchange.models import ExchangeRate
from app.money.wallets.postings import ADJUSTMENT
from app.people.approvals.queries import Agreement, agreements
from app.record.ledger.entries import AccountRef

NOBODY: Final = Agreement("", None, "", {})
"""Where one operator was enough: the audit log says who."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A transfer that was decided on, in minor units, and by whom. `id` is its place among all transfers."""

    id: int
    decision_id: str
    posted_at: datetime
    amount: int
    debit: AccountRef
    credit: AccountRef
    by: Agreement

    @property
    def receipt(self) -> str:
        """Which paper shows why: a bank's reference, a ticket's number."""
        return str(self.by.payload.get("reference") or self.by.payload.get("receipt") or "")


@dataclass(frozen=True, slots=True)
class Rate:
    """What players got for one unit from a moment on, and who said so."""

    id: UUID
    sold: str
    bought: str
    rate: Decimal
    said_at: datetime
    by: Agreement


def decided(source: str, before: int | None = None, limit: int = 50) -> list[Decided]:
    """Transfers of one source (`postings.ADJUSTMENT`, `postings.HOUSE`), the newest first; `before` is the id of the
    previous page's last."""
    return _told(text(_DECIDED.format(of="")), {"source": source, "before": before or 2**63 - 1, "limit": limit})


def of_wallet(own: AccountRef, limit: int = 20) -> list[Decided]:
    """What was given to one wallet by hand, or taken from it, the newest first."""
    given = {"source": ADJUSTMENT, "before": 2**63 - 1, "limit": limit}
    return _told(text(_DECIDED.format(of=_OF_ACCOUNT)), {**given, **own._asdict()})


def _told(query: TextClause, given: Mapping[str, object]) -> list[Decided]:
    rows = db.session.execute(query, given).all()
    agreed = agreements([found for row in rows if (found := parse_id(row.source_id)) is not None])
    return [
        Decided(
            row.id,
            row.source_id,
            row.posted_at,
            row.amount,
            AccountRef(row.debit_kind, row.debit_owner, row.currency),
            AccountRef(row.credit_kind, row.credit_owner, row.currency),
            agreed.get(UUID(row.source_id), NOBODY),
        )
        for row in rows
    ]


def rates(before: UUID | None = None, limit: int = 50) -> Sequence[Rate]:
    """Every rate that was said, the newest first; `before` is the id of the previous page's last."""
    query = select(ExchangeRate).order_by(ExchangeRate.said_at.desc(), ExchangeRate.id.desc()).limit(limit)
    if before is not None:
        moment = select(ExchangeRate.said_at).where(ExchangeRate.id == before).scalar_subquery()
        query = query.where(ExchangeRate.said_at < moment)
    rows = db.session.scalars(query).all()
    agreed = agreements([row.id for row in rows])
    return [Rate(row.id, row.sold, row.bought, row.rate, row.said_at, agreed.get(row.id, NOBODY)) for row in rows]


_DECIDED: Final = """
    SELECT transfer.id, transfer.source_id, transfer.posted_at, transfer.amount, transfer.currency,
           debit.kind AS debit_kind, debit.owner AS debit_owner, credit.kind AS credit_kind,
           credit.owner AS credit_owner
    FROM ledger_transfers AS transfer
    JOIN ledger_accounts AS debit ON debit.id = transfer.debit_account_id
    JOIN ledger_accounts AS credit ON credit.id = transfer.credit_account_id
    WHERE transfer.source = :source AND transfer.id < :before {of} ORDER BY transfer.id DESC LIMIT :limit
"""
_OF_ACCOUNT: Final = """
    AND (SELECT id FROM ledger_accounts WHERE kind = :kind AND owner = :owner AND currency = :currency)
        IN (transfer.debit_account_id, transfer.credit_account_id)
"""
