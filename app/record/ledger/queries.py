"""Reads of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, case, func, select, text

from app.core.database.session import db

from .chart import CHART
from .entries import AccountRef, Posting
from .models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer as one account sees it: `amount` is positive where it raised the account's balance."""

    id: int
    posted_at: datetime
    source: str
    source_id: str
    kind: str
    line: int
    amount: int
    counterpart: AccountRef


@dataclass(frozen=True, slots=True)
class DayChange:
    """What transfers of one kind, from one kind of source, did to one account on one day."""

    day: date
    kind: str
    source: str
    amount: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is held of one currency against the claims on it (minor units), read at one moment.

    `claims` has every kind of account that others always have a claim on; `undrawn` is what was sold for draws to come.
    """

    held: int
    claims: Mapping[str, int]
    undrawn: int

    @property
    def free(self) -> int:
        """What nobody has a claim on. The pools of draws to come are in it, for they pay what those draws promise."""
        return self.held - sum(self.claims.values())


def standing(currency: str = "sat") -> Standing:
    """How a currency stands, by what the chart says of each kind.

    Raises:
        ValueError: there is an account of a kind that the chart does not have.
    """
    found = {str(kind): int(total) for kind, total in db.session.execute(_BY_KIND, {"currency": currency})}
    if unknown := sorted(found.keys() - CHART.keys()):
        raise ValueError(f"the chart of accounts has no {', '.join(unknown)}")
    return standing_of(found)


_BY_KIND: Final = (
    select(
        Account.kind,
        # An asset below zero is the house's loss. It counts as nothing in hand, and takes nothing from what is held
        # elsewhere: what one gateway lacks does not lie with another.
        func.sum(case((Account.normal_side == "debit", func.greatest(Account.balance, 0)), else_=Account.balance)),
    )
    .where(Account.currency == bindparam("currency"))
    .group_by(Account.kind)
)
"""Written once: each block asks."""


def standing_of(totals: Mapping[str, int]) -> Standing:
    """The same from the sum of each kind, of an asset's accounts that are above zero."""
    return Standing(
        held=sum(max(0, totals.get(name, 0)) for name, kind in CHART.items() if kind.is_held),
        claims={name: totals.get(name, 0) for name, kind in CHART.items() if kind.claim == "always"},
        undrawn=sum(totals.get(name, 0) for name, kind in CHART.items() if kind.claim == "until_drawn"),
    )


def is_covered(account: str) -> bool:
    """Whether an account, as subjects name it (`kind:owner:currency`), is at zero or above."""
    kind, _, rest = account.partition(":")
    owner, _, currency = rest.rpartition(":")
    return balance(AccountRef(kind, owner, currency)) >= 0


def balance(ref: AccountRef) -> int:
    """An account's balance in the direction of its normal side (minor units); 0 if there is no such account."""
    return db.session.scalar(select(Account.balance).where(*_named(ref))) or 0


def available(ref: AccountRef) -> int:
    """What of the balance is not set aside by a hold."""
    return db.session.scalar(select(Account.balance - Account.held).where(*_named(ref))) or 0


def balances(kind: str, currency: str = "sat") -> dict[str, int]:
    """Every owner's balance of one kind, zeros included."""
    rows = db.session.execute(
        select(Account.owner, Account.balance).where(Account.kind == kind, Account.currency == currency)
    )
    return {row.owner: row.balance for row in rows}


def available_balances(kind: str, currency: str = "sat") -> dict[str, int]:
    """Every owner's balance of one kind without what holds set aside, zeros included."""
    rows = db.session.execute(
        select(Account.owner, Account.balance - Account.held).where(Account.kind == kind, Account.currency == currency)
    )
    return {row[0]: row[1] for row in rows}


def total(*kinds: str, currency: str = "sat") -> int:
    """The sum of all balances of these kinds, read at one moment."""
    query = select(func.sum(Account.balance)).where(Account.kind.in_(kinds), Account.currency == currency)
    return int(db.session.scalar(query) or 0)


def lines(ref: AccountRef, after: int | None = None, limit: int = 50, whole: str = "") -> list[Line]:
    """One page of an account's lines, newest first; `after` is the id of the previous page's last line.

    What one thing of the source `whole` did to the account in several transfers of a kind is one line: the newest of
    them, with the sum.
    """
    given = {"kind": ref.kind, "owner": ref.owner, "currency": ref.currency, "whole": whole}
    rows = db.session.execute(text(_LINES), {**given, "after": after or 2**63 - 1, "limit": limit})
    return [line_of(row) for row in rows]


def line_of(row: Row[Any]) -> Line:
    """A row of a query for lines."""
    return Line(
        row.id,
        row.posted_at,
        row.source,
        row.source_id,
        row.transfer_kind,
        row.line,
        row.amount,
        AccountRef(row.kind, row.owner, row.currency),
    )


def daily_changes(ref: AccountRef, since: date, zone: str = "UTC") -> list[DayChange]:
    """An account's changes from the day `since` on, by day, kind and source of transfer, the oldest first; days are
    those of a time zone."""
    given = {"kind": ref.kind, "owner": ref.owner, "currency": ref.currency, "since": since, "zone": zone}
    rows = db.session.execute(text(_DAILY), given)
    return [DayChange(row.day, row.kind, row.source, int(row.amount)) for row in rows]


def postings_of(source: str, source_ids: Sequence[str], *kinds: str) -> list[Posting]:
    """What was posted under these keys, for mirroring it exactly."""
    values = {"source": source, "ids": list(source_ids), "kinds": list(kinds)}
    return [
        Posting(
            AccountRef(row.debit_kind, row.debit_owner, row.currency),
            AccountRef(row.credit_kind, row.credit_owner, row.currency),
            row.amount,
            source,
            row.source_id,
            row.kind,
            row.line,
        )
        for row in db.session.execute(text(_POSTINGS_OF), values).all()
    ]


_POSTINGS_OF = """
    SELECT debit.kind AS debit_kind, debit.owner AS debit_owner, credit.kind AS credit_kind,
           credit.owner AS credit_owner, transfer.currency, transfer.amount, transfer.source_id, transfer.kind,
           transfer.line
    FROM ledger_transfers AS transfer
    JOIN ledger_accounts AS debit ON debit.id = transfer.debit_account_id
    JOIN ledger_accounts AS credit ON credit.id = transfer.credit_account_id
    WHERE transfer.source = :source AND transfer.source_id = ANY(CAST(:ids AS text[]))
      AND transfer.kind = ANY(CAST(:kinds AS text[]))
    ORDER BY transfer.source_id, transfer.line
"""


def _named(ref: AccountRef) -> tuple[ColumnElement[bool], ...]:
    return (Account.kind == ref.kind, Account.owner == ref.owner, Account.currency == ref.currency)


# Each side has an index (account, id); asking the two apart lets both be read backwards and cut short. Transfers of one
# thing and kind are few, and found by the ledger's key.
_TOGETHER = """
    ledger_transfers AS one WHERE one.source = transfer.source AND one.source_id = transfer.source_id
        AND one.kind = transfer.kind AND one.{side}_account_id = account.id
"""
_SIDE = f"""
    (SELECT transfer.*, transfer.{{other}}_account_id AS other_id,
            CASE WHEN account.normal_side = '{{side}}' THEN 1 ELSE -1 END
            * CASE WHEN transfer.source = :whole THEN (SELECT sum(one.amount)::bigint FROM {_TOGETHER})
                   ELSE transfer.amount END AS change
     FROM account JOIN ledger_transfers AS transfer ON transfer.{{side}}_account_id = account.id
     WHERE transfer.id < :after
         AND (transfer.source <> :whole OR NOT EXISTS (SELECT FROM {_TOGETHER} AND one.id > transfer.id))
     ORDER BY transfer.id DESC LIMIT :limit)
"""
_LINES = f"""
    WITH account AS (SELECT id, normal_side FROM ledger_accounts
                     WHERE kind = :kind AND owner = :owner AND currency = :currency)
    SELECT side.id, posted_at, source, source_id, side.kind AS transfer_kind, line, change AS amount,
           other.kind, other.owner, other.currency
    FROM ({_SIDE.format(side="debit", other="credit")} UNION ALL {_SIDE.format(side="credit", other="debit")}) AS side
    JOIN ledger_accounts AS other ON other.id = side.other_id
    ORDER BY side.id DESC LIMIT :limit
"""

_DAY_SIDE = """
    SELECT (transfer.posted_at AT TIME ZONE :zone)::date AS day, transfer.kind, transfer.source,
           CASE WHEN account.normal_side = '{side}' THEN amount ELSE -amount END AS change
    FROM account JOIN ledger_transfers AS transfer ON transfer.{side}_account_id = account.id
    WHERE transfer.posted_at >= CAST(:since AS date)::timestamp AT TIME ZONE :zone
"""
_DAILY = f"""
    WITH account AS (SELECT id, normal_side FROM ledger_accounts
                     WHERE kind = :kind AND owner = :owner AND currency = :currency)
    SELECT day, kind, source, sum(change) AS amount
    FROM ({_DAY_SIDE.format(side="debit")} UNION ALL {_DAY_SIDE.format(side="credit")}) AS side
    GROUP BY day, kind, source ORDER BY day, kind, source
"""
