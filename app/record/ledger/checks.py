"""What always holds in the ledger."""

from __future__ import annotations

from sqlalchemy import text

from app.core.checks import Breach
from app.core.database.session import db

from .chart import CHART

_BALANCES = """
    WITH sides AS (
        SELECT debit_account_id AS id, sum(amount) AS debited FROM ledger_transfers GROUP BY 1
        UNION ALL SELECT credit_account_id, -sum(amount) FROM ledger_transfers GROUP BY 1
    ), sums AS (SELECT id, sum(debited) AS debited FROM sides GROUP BY id)
    SELECT kind, owner, currency, balance,
           coalesce(debited, 0) * CASE normal_side WHEN 'debit' THEN 1 ELSE -1 END AS moved
    FROM ledger_accounts AS account LEFT JOIN sums USING (id)
    WHERE balance <> coalesce(debited, 0) * CASE normal_side WHEN 'debit' THEN 1 ELSE -1 END
    ORDER BY account.id LIMIT 100
"""
_ZERO_SUM = """
    SELECT currency, sum(balance * CASE normal_side WHEN 'debit' THEN 1 ELSE -1 END) AS excess
    FROM ledger_accounts GROUP BY currency
    HAVING sum(balance * CASE normal_side WHEN 'debit' THEN 1 ELSE -1 END) <> 0
"""
_NEGATIVE = """
    SELECT kind, owner, currency, balance, held FROM ledger_accounts
    WHERE kind = ANY(:never_negative) AND balance - held < 0 ORDER BY id LIMIT 100
"""
_HOLDS = """
    WITH sums AS (
        SELECT account_id AS id, sum(amount) AS reserved FROM ledger_holds WHERE state = 'reserved' GROUP BY 1
    )
    SELECT kind, owner, currency, held, coalesce(reserved, 0) AS reserved
    FROM ledger_accounts AS account LEFT JOIN sums USING (id)
    WHERE held <> coalesce(reserved, 0) ORDER BY account.id LIMIT 100
"""


def balances_are_sums() -> list[Breach]:
    """Every stored balance is the sum of the account's transfers."""
    return [
        Breach("ledger.balances", f"{row.kind}:{row.owner} {row.currency} says {row.balance}, moved {row.moved}")
        for row in db.session.execute(text(_BALANCES))
    ]


def currencies_sum_to_zero() -> list[Breach]:
    """In each currency, what we have is what we owe and own."""
    return [
        Breach("ledger.zero_sum", f"{row.currency}: debit side exceeds credit side by {row.excess}")
        for row in db.session.execute(text(_ZERO_SUM))
    ]


def nothing_is_overdrawn() -> list[Breach]:
    """No liability, nor any other account that may not be negative, is below zero."""
    kinds = [name for name, kind in CHART.items() if not kind.may_be_negative]
    return [
        Breach("ledger.overdrawn", f"{row.kind}:{row.owner} {row.currency}: {row.balance}, of it held {row.held}")
        for row in db.session.execute(text(_NEGATIVE), {"never_negative": kinds})
    ]


def holds_are_covered() -> list[Breach]:
    """What an account holds is the sum of its reserved holds."""
    return [
        Breach("ledger.holds", f"{row.kind}:{row.owner} {row.currency} holds {row.held}, reserved {row.reserved}")
        for row in db.session.execute(text(_HOLDS))
    ]


CHECKS = (balances_are_sums, currencies_sum_to_zero, nothing_is_overdrawn, holds_are_covered)
