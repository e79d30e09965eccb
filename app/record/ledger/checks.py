"""What always holds in the ledger."""

from __future__ import annotations

from typing import Final

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
# Both as rows of plain columns, so that neither may have one that the other has not.
_UNSAID: Final = """
    WITH leaves AS MATERIALIZED (
        SELECT CAST(data AS jsonb) AS leaf FROM log_entries
        WHERE kind = 'ledger' AND number >= (SELECT first_number FROM log_heads)
        UNION ALL SELECT CAST(data AS jsonb) FROM log_leaves WHERE kind = 'ledger'
    ), said AS MATERIALIZED (
        SELECT leaf -> 'key' ->> 0 AS source, leaf -> 'key' ->> 1 AS source_id, leaf -> 'key' ->> 2 AS kind,
               CAST(one ->> 0 AS integer) AS line, one ->> 1 AS debit, one ->> 2 AS debit_owner, one ->> 3 AS credit,
               one ->> 4 AS credit_owner, one ->> 5 AS currency, CAST(one ->> 6 AS bigint) AS amount
        FROM leaves, jsonb_array_elements(leaf -> 'transfers') AS transfer (one)
    ), posted AS MATERIALIZED (
        SELECT source, source_id, transfer.kind, line, debit.kind AS debit, debit.owner AS debit_owner,
               credit.kind AS credit, credit.owner AS credit_owner, transfer.currency, amount
        FROM ledger_transfers AS transfer
        JOIN ledger_accounts AS debit ON debit.id = debit_account_id
        JOIN ledger_accounts AS credit ON credit.id = credit_account_id
        WHERE posted_at >= (SELECT begun_at FROM log_heads)
    )
    (SELECT 'posted and not said' AS what, source, source_id, kind, line
     FROM (SELECT * FROM posted EXCEPT ALL SELECT * FROM said) AS unsaid LIMIT 50)
    UNION ALL
    (SELECT 'said and not posted', source, source_id, kind, line
     FROM (SELECT * FROM said EXCEPT ALL SELECT * FROM posted) AS unposted LIMIT 50)
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


def everything_posted_is_said() -> list[Breach]:
    """Every transfer is in the public log, and the log tells of no other."""
    return [
        Breach("ledger.log", f"{row.source}/{row.source_id}/{row.kind}/{row.line}: {row.what}")
        for row in db.session.execute(text(_UNSAID))
    ]


CHECKS = (
    balances_are_sums,
    currencies_sum_to_zero,
    nothing_is_overdrawn,
    holds_are_covered,
    everything_posted_is_said,
)
