"""The ledger's set-wise statements. One round trip each, whatever the number of rows."""

from __future__ import annotations

from typing import Final, NamedTuple

from .persons import KEPT, ONE_TOLD, PERSONS, said_of_persons

_NAMES: Final = (
    "unnest(CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:currencies AS text[]))"
    " AS wanted (kind, owner, currency)"
)


MAKE_ACCOUNTS: Final = """
    INSERT INTO ledger_accounts (kind, owner, currency, normal_side, may_be_negative, is_personal)
    SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:owners AS text[]), CAST(:currencies AS text[]),
                         CAST(:sides AS text[]), CAST(:negatives AS boolean[]), CAST(:personal AS boolean[]))
    ON CONFLICT (kind, owner, currency) DO NOTHING
"""

# One order for everybody: two transactions that share accounts wait for each other, and never in a circle.
_LOCK: Final = f"""
    SELECT account.id, account.kind, account.owner, account.currency
    FROM ledger_accounts AS account JOIN {_NAMES} USING (kind, owner, currency)
    {{}} ORDER BY account.id FOR NO KEY UPDATE OF account
"""
LOCK_ACCOUNTS: Final = _LOCK.format("")

# All of them, or none where one is missing: whoever makes an account may wait for somebody else's, and holds nothing.
LOCK_KNOWN_ACCOUNTS: Final = _LOCK.format(
    f"WHERE :wanted = (SELECT count(*) FROM {_NAMES} JOIN ledger_accounts USING (kind, owner, currency))"
)

_TRANSFERS: Final = """
    unnest(CAST(:debits AS bigint[]), CAST(:credits AS bigint[]), CAST(:currencies AS text[]),
           CAST(:amounts AS bigint[]), CAST(:sources AS text[]), CAST(:source_ids AS text[]),
           CAST(:kinds AS text[]), CAST(:lines AS integer[]))
"""

KEY: Final = "ledger_transfers_source_source_id_kind_line_key"  # of a posting that is known already

IN_ONE_LEAF: Final = 200
"""Transfers; the longest names there are leave room for them in an entry of the log."""


def _quoted(column: str) -> str:
    return f"CAST(to_json({column}) AS text)"


# What each account is called there, written once: a block's thousands of transfers are between a few.
_CALLED: Final = f"""
    called AS MATERIALIZED (
        SELECT id, owner, is_personal, {_quoted("kind")} AS kind_name, {_quoted("owner")} AS owner_name,
               {_quoted("kind")} || ',' || {_quoted("owner")} AS name, {_quoted("currency")} AS currency
        FROM ledger_accounts
        WHERE id IN (SELECT debit_account_id FROM wanted UNION SELECT credit_account_id FROM wanted)
    )
"""

_ONE_TOLD: Final = (
    "'[' || line || ',' || debit.name || ',' || credit.name || ',' || debit.currency || ',' || amount || ']'"
)
_PART: Final = f"line / {IN_ONE_LEAF}"
_KEY: Final = "written.source, written.source_id, written.kind"


def _leaves(one_told: str, joins: str = "") -> str:
    """Each key's transfers as one leaf of the public log, as `leaves.leaf_of` writes it: what is posted is said."""
    return f"""
        SELECT {_KEY}, {_PART} AS part,
            '{{"key":[' || {_quoted("written.source")} || ',' || {_quoted("written.source_id")} || ','
            || {_quoted("written.kind")} || '],"part":' || {_PART} || ',"transfers":['
            || string_agg({one_told}, ',' ORDER BY line) || '],"type":"ledger"}}' AS data
        FROM written
        JOIN called AS debit ON debit.id = debit_account_id
        JOIN called AS credit ON credit.id = credit_account_id {joins}
        GROUP BY {_KEY}, {_PART}
    """


_TELL: Final = "told AS (INSERT INTO log_leaves (kind, subject, data) SELECT 'ledger', '', data FROM {} ORDER BY {})"
_ORDER: Final = "source, source_id, kind, part"
_PLAIN: Final = _TELL.format(f"({_leaves(_ONE_TOLD)}) AS leaves", _ORDER)
_OF_PERSONS: Final = f"""
    {PERSONS.format(part=_PART)}, leaves AS MATERIALIZED ({_leaves(ONE_TOLD, said_of_persons(_PART))}),
    {KEPT}, {_TELL.format("leaves", _ORDER)}
"""


def _insert(known: str, told: str) -> str:
    """What is written moves both balances in the same statement, and is told in it. `known`: what a known key does."""
    return f"""
    {_CALLED}, written AS (
        INSERT INTO ledger_transfers
            (debit_account_id, credit_account_id, currency, amount, source, source_id, kind, line)
        SELECT * FROM wanted {known}
        RETURNING debit_account_id, credit_account_id, currency, amount, source, source_id, kind, line
    ), {told}, moved AS (
        SELECT id, sum(amount)::bigint AS debited
        FROM (SELECT debit_account_id AS id, amount FROM written
              UNION ALL SELECT credit_account_id, -amount FROM written) AS sides
        GROUP BY id
    ), updated AS (
        UPDATE ledger_accounts AS account
        SET balance = balance + CASE normal_side WHEN 'debit' THEN debited ELSE -debited END
        FROM moved WHERE account.id = moved.id AND debited <> 0
    )
    SELECT (SELECT count(*) FROM wanted) AS wanted, (SELECT count(*) FROM written) AS written
"""


_DIFFERS: Final = """
    SELECT source, source_id, kind, line
    FROM wanted JOIN ledger_transfers AS known USING (source, source_id, kind, line)
    WHERE (wanted.debit_account_id, wanted.credit_account_id, wanted.currency, wanted.amount)
       <> (known.debit_account_id, known.credit_account_id, known.currency, known.amount)
    LIMIT 1
"""

_POSTED: Final = f"""
    wanted (debit_account_id, credit_account_id, currency, amount, source, source_id, kind, line) AS MATERIALIZED (
        SELECT * FROM {_TRANSFERS}
    )
"""

_OF_SOURCES: Final = """
    ledger_transfers AS transfer
    JOIN unnest(CAST(:kinds AS text[]), CAST(:mirrors AS text[])) AS mirror (kind, name) USING (kind)
    WHERE transfer.source = :source AND transfer.source_id = ANY(CAST(:ids AS text[]))
      AND transfer.kind = ANY(CAST(:kinds AS text[]))
"""

# The sides swapped, in the order of the new keys.
_MIRRORED: Final = f"""
    wanted (debit_account_id, credit_account_id, currency, amount, source, source_id, kind, line) AS MATERIALIZED (
        SELECT credit_account_id, debit_account_id, currency, amount, source, source_id, mirror.name, line
        FROM {_OF_SOURCES}
        ORDER BY source, source_id, mirror.name, line
    )
"""

LOCK_ACCOUNTS_OF: Final = f"""
    WITH touched AS MATERIALIZED (SELECT debit_account_id, credit_account_id FROM {_OF_SOURCES})
    SELECT account.id, account.is_personal FROM ledger_accounts AS account
    WHERE account.id IN (SELECT debit_account_id FROM touched UNION SELECT credit_account_id FROM touched)
    ORDER BY account.id FOR NO KEY UPDATE OF account
"""

_KNOWN: Final = "ON CONFLICT (source, source_id, kind, line) DO NOTHING"


class Writing(NamedTuple):
    """How transfers are written: what leaves known keys out, what is quicker and fails where one is known, and the
    query for a known key with other content."""

    careful: str
    quick: str
    differs: str


def _writing(wanted: str) -> tuple[Writing, Writing]:
    """Where no person is named, and where one may be: most that is posted names none, and is not to pay for it."""
    differs = f"WITH {wanted} {_DIFFERS}"
    plain, personal = (
        Writing(f"WITH {wanted}, {_insert(_KNOWN, told)}", f"WITH {wanted}, {_insert('', told)}", differs)
        for told in (_PLAIN, _OF_PERSONS)
    )
    return plain, personal


TRANSFERS: Final = _writing(_POSTED)
MIRRORED: Final = _writing(_MIRRORED)

INSERT_HOLD: Final = """
    INSERT INTO ledger_holds (id, account_id, amount, source, source_id)
    VALUES (:id, :account, :amount, :source, :source_id)
    ON CONFLICT (source, source_id) DO NOTHING RETURNING id
"""

LOCK_HOLD: Final = """
    SELECT hold.id, hold.account_id, hold.amount, hold.state, account.kind, account.owner, account.currency
    FROM ledger_holds AS hold JOIN ledger_accounts AS account ON account.id = hold.account_id
    WHERE hold.source = :source AND hold.source_id = :source_id
    FOR NO KEY UPDATE OF hold
"""

RESIZE_HOLD: Final = """
    INSERT INTO ledger_holds (id, account_id, amount, source, source_id)
    VALUES (:id, :account, :amount, :source, :source_id)
    ON CONFLICT (source, source_id) DO UPDATE SET amount = excluded.amount, state = 'reserved'
"""

# A hold's last amount stays in it, as in every one that was voided.
EMPTY_HOLD: Final = "UPDATE ledger_holds SET state = 'voided' WHERE source = :source AND source_id = :source_id"

FINISH_HOLD: Final = "UPDATE ledger_holds SET state = :state WHERE id = :id"

CHANGE_HELD: Final = "UPDATE ledger_accounts SET held = held + :amount WHERE id = :account"
