"""An account's lines with what was in it after each: counted from its balance backwards, in one statement."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.core.database.session import db

from .entries import AccountRef
from .queries import Line, line_of

_SIDE: Final = """
    SELECT transfer.id, posted_at, source, source_id, transfer.kind AS transfer_kind, line,
           transfer.{other}_account_id AS other_id,
           CASE WHEN account.normal_side = '{side}' THEN amount ELSE -amount END AS amount
    FROM account JOIN ledger_transfers AS transfer ON transfer.{side}_account_id = account.id
"""
_CHANGE: Final = """
    SELECT coalesce(sum(CASE WHEN account.normal_side = '{side}' THEN amount ELSE -amount END), 0) AS amount
    FROM account JOIN ledger_transfers AS transfer ON transfer.{side}_account_id = account.id
    WHERE transfer.id >= :after
"""
_PAGE: Final = "WHERE transfer.id < :after ORDER BY transfer.id DESC LIMIT :limit"
_DEBIT: Final = _SIDE.format(side="debit", other="credit")
_CREDIT: Final = _SIDE.format(side="credit", other="debit")
_RUNNING: Final = f"""
    WITH account AS (
        SELECT id, normal_side, balance FROM ledger_accounts
        WHERE kind = :kind AND owner = :owner AND currency = :currency
    ), newer AS (
        SELECT sum(amount)::bigint AS amount
        FROM ({_CHANGE.format(side="debit")} UNION ALL {_CHANGE.format(side="credit")}) AS change
    ), page AS (
        SELECT * FROM (({_DEBIT} {_PAGE}) UNION ALL ({_CREDIT} {_PAGE})) AS side ORDER BY id DESC LIMIT :limit
    )
    SELECT page.id, posted_at, source, source_id, transfer_kind, line, page.amount, other.kind, other.owner,
           other.currency,
           (account.balance - newer.amount - coalesce(sum(page.amount) OVER (
               ORDER BY page.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))::bigint AS balance_after
    FROM page JOIN ledger_accounts AS other ON other.id = other_id CROSS JOIN account CROSS JOIN newer
    ORDER BY page.id DESC
"""


def running(ref: AccountRef, after: int | None = None, limit: int = 50) -> list[tuple[Line, int]]:
    """One page of an account's lines, newest first, each with the balance after it (minor units); `after` is the id of
    the previous page's last line. A page further down is as right as the first: whatever came since is taken off.
    """
    named = {"kind": ref.kind, "owner": ref.owner, "currency": ref.currency}
    rows = db.session.execute(text(_RUNNING), {**named, "after": after or 2**63 - 1, "limit": limit})
    return [(line_of(row), int(row.balance_after)) for row in rows]
