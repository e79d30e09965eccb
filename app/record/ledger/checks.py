"""What always holds in the ledger."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.core.checks import Breach
from app.core.database.session import db

from .chart import CHART
from .statements import IN_ONE_LEAF

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
# Both as rows of plain columns, so that neither may have one that the other has not. Persons are named by the hashes
# that their receipts' salts make; where a salt is forgotten nobody can tell any more whom the leaf names.
_UNSAID: Final = """
    WITH leaves AS MATERIALIZED (
        SELECT CAST(data AS jsonb) AS leaf FROM log_entries
        WHERE kind = 'ledger' AND number >= (SELECT first_number FROM log_heads)
        UNION ALL SELECT CAST(data AS jsonb) FROM log_leaves WHERE kind = 'ledger'
    ), told AS MATERIALIZED (
        SELECT leaf -> 'key' ->> 0 AS source, leaf -> 'key' ->> 1 AS source_id, leaf -> 'key' ->> 2 AS kind,
               CAST(one ->> 0 AS integer) AS line, one ->> 1 AS debit, one ->> 2 AS debit_owner, one ->> 3 AS credit,
               one ->> 4 AS credit_owner, one ->> 5 AS currency, CAST(one ->> 6 AS bigint) AS amount
        FROM leaves, jsonb_array_elements(leaf -> 'transfers') AS transfer (one)
    ), named AS MATERIALIZED (
        SELECT subject, fact, encode(sha256(salt || convert_to(subject, 'UTF8')), 'hex') AS hash
        FROM log_receipts WHERE kind = 'ledger'
    ), known AS MATERIALIZED (
        SELECT source, source_id, transfer.kind, line, debit.kind AS debit,
               CASE WHEN debit.is_personal THEN debitor.hash ELSE debit.owner END AS debit_owner,
               credit.kind AS credit,
               CASE WHEN credit.is_personal THEN creditor.hash ELSE credit.owner END AS credit_owner,
               transfer.currency, amount, debitor.fact IS NOT NULL AND debitor.hash IS NULL AS no_debitor,
               creditor.fact IS NOT NULL AND creditor.hash IS NULL AS no_creditor
        FROM ledger_transfers AS transfer
        JOIN ledger_accounts AS debit ON debit.id = debit_account_id
        JOIN ledger_accounts AS credit ON credit.id = credit_account_id
        LEFT JOIN named AS debitor ON debit.is_personal AND debitor.subject = debit.owner
            AND debitor.fact = concat_ws('/', source, source_id, transfer.kind, line / :in_one_leaf)
        LEFT JOIN named AS creditor ON credit.is_personal AND creditor.subject = credit.owner
            AND creditor.fact = concat_ws('/', source, source_id, transfer.kind, line / :in_one_leaf)
        WHERE posted_at >= (SELECT begun_at FROM log_heads)
    ), posted AS MATERIALIZED (
        SELECT source, source_id, kind, line, debit, CASE WHEN no_debitor THEN '?' ELSE debit_owner END AS debit_owner,
               credit, CASE WHEN no_creditor THEN '?' ELSE credit_owner END AS credit_owner, currency, amount
        FROM known
    ), said AS MATERIALIZED (
        SELECT source, source_id, kind, line, told.debit,
               CASE WHEN no_debitor THEN '?' ELSE told.debit_owner END AS debit_owner,
               told.credit, CASE WHEN no_creditor THEN '?' ELSE told.credit_owner END AS credit_owner,
               told.currency, told.amount
        FROM told LEFT JOIN (SELECT source, source_id, kind, line, no_debitor, no_creditor FROM known
                             WHERE no_debitor OR no_creditor) AS forgotten USING (source, source_id, kind, line)
    )
    (SELECT 'posted and not said' AS what, source, source_id, kind, line
     FROM (SELECT * FROM posted EXCEPT ALL SELECT * FROM said) AS unsaid LIMIT 50)
    UNION ALL
    (SELECT 'said and not posted', source, source_id, kind, line
     FROM (SELECT * FROM said EXCEPT ALL SELECT * FROM posted) AS unposted LIMIT 50)
"""
# A receipt leads its holder to his leaf.
_LOST: Final = """
    SELECT fact FROM log_receipts WHERE kind = 'ledger'
    AND NOT EXISTS (SELECT FROM log_entries WHERE hash = leaf)
    AND leaf NOT IN (
        SELECT sha256('\\x00'::bytea || convert_to(data, 'UTF8')) FROM log_leaves WHERE kind = 'ledger'
    )
    ORDER BY fact LIMIT 100
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
        for row in db.session.execute(text(_UNSAID), {"in_one_leaf": IN_ONE_LEAF})
    ]


def receipts_have_their_leaves() -> list[Breach]:
    """Whoever has an account can show the leaf of each of its lines."""
    return [Breach("ledger.receipts", row.fact) for row in db.session.execute(text(_LOST))]


CHECKS = (
    balances_are_sums,
    currencies_sum_to_zero,
    nothing_is_overdrawn,
    holds_are_covered,
    everything_posted_is_said,
    receipts_have_their_leaves,
)
