"""Whether the public log tells of every payment to an order, and of no other: facts against leaves, both ways."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from app.core.checks import Breach
from app.core.database.session import db
from app.selling.windows.games import window_games
from app.selling.windows.statements import for_tables_of

_KINDS: Final = "('order.paid', 'order.unpaid')"

SAID: Final = f"""
    leaves AS MATERIALIZED (
        SELECT kind, hash, CAST(data AS jsonb) AS told FROM log_entries
        WHERE kind IN {_KINDS} AND number >= (SELECT first_number FROM log_heads)
        UNION ALL SELECT kind, sha256('\\x00'::bytea || convert_to(data, 'UTF8')), CAST(data AS jsonb)
        FROM log_leaves WHERE kind IN {_KINDS}
    )
"""
"""Part of a WITH: what the log says of orders since it began, numbered or not."""

LEAF_OF: Final = "leaves ON leaves.kind = 'order.paid' AND told ->> 'payment' = CAST(p.id AS text)"
"""The leaf of a payment `p`."""


def persons(person: str) -> str:
    """A query of a game's checks: whom leaves name, and who it is by the column `person` of orders, where the salt is
    not forgotten."""
    return f"""
        WITH {SAID} SELECT p.id AS what, told ->> 'person' AS found,
               encode(sha256(k.salt || convert_to(o.{person}, 'UTF8')), 'hex') AS expected
        FROM {{payments}} p JOIN {{orders}} o ON o.id = p.order_id JOIN {LEAF_OF}
        JOIN log_receipts k ON k.subject = told ->> 'subject' AND k.leaf = leaves.hash
        WHERE k.salt IS NOT NULL
    """


_PAYMENTS: Final = f"""
    WITH {SAID}, said AS MATERIALIZED (
        SELECT told ->> 'payment' AS payment, told ->> 'subject' AS subject, told ->> 'txid' AS txid,
               CAST(told ->> 'vout' AS bigint) AS vout, CAST(told ->> 'amountSats' AS bigint) AS amount,
               CAST(told ->> 'blockHeight' AS integer) AS height, told ->> 'blockHash' AS block,
               told ->> 'commitment' AS commitment, CAST(told ->> 'roundNumber' AS integer) AS round_number
        FROM leaves WHERE kind = 'order.paid' AND told ->> 'game' = :game
    ), paid AS MATERIALIZED (
        SELECT CAST(p.id AS text) AS payment, 'order:' || p.order_id AS subject, p.txid, p.vout,
               p.amount_sats AS amount, p.block_height AS height, p.block_hash AS block,
               encode(d.commitment, 'hex') AS commitment, o.round_number
        FROM {{payments}} p JOIN payments h ON h.id = p.id JOIN {{orders}} o ON o.id = p.order_id
        JOIN deposit_addresses d ON d.id = o.deposit_address_id
        WHERE h.received_at >= (SELECT receipts_from FROM log_heads)
    )
    (SELECT payment, 'paid and not said' AS what
     FROM (SELECT * FROM paid EXCEPT ALL SELECT * FROM said) AS one LIMIT 50)
    UNION ALL
    (SELECT payment, 'said and not paid'
     FROM (SELECT * FROM said EXCEPT ALL SELECT * FROM paid) AS one LIMIT 50)
"""

# The first fate is what the payment's leaf says; each other one has a leaf that says so, and nothing else has.
_FATES: Final = f"""
    WITH {SAID}, first AS MATERIALIZED (
        SELECT told ->> 'payment' AS payment, told ->> 'fate' AS fate,
               CAST(told ->> 'creditedSats' AS bigint) AS credited,
               CAST(told ->> 'refundableSats' AS bigint) AS refundable
        FROM leaves WHERE kind = 'order.paid' AND told ->> 'game' = :game
    ), changed AS MATERIALIZED (
        SELECT told ->> 'payment' AS payment, told ->> 'cause' AS cause, told ->> 'subject' AS subject,
               CAST(told ->> 'creditedSats' AS bigint) AS credited
        FROM leaves WHERE kind = 'order.unpaid' AND told ->> 'game' = :game
    ), now AS MATERIALIZED (
        SELECT CAST(p.id AS text) AS payment, 'order:' || p.order_id AS subject, p.status, p.credited_sats AS credited,
               p.refundable_sats AS refundable, first.fate, first.credited AS first_credited,
               first.refundable AS first_refundable
        FROM {{payments}} p JOIN first ON first.payment = CAST(p.id AS text)
    )
    (SELECT payment, 'has another fate than was said' AS what FROM now
     WHERE CASE WHEN status = fate THEN (credited, refundable) <> (first_credited, first_refundable)
           ELSE NOT EXISTS (SELECT FROM changed WHERE changed.payment = now.payment AND changed.cause = now.status
                            AND changed.credited = now.credited) END LIMIT 50)
    UNION ALL
    (SELECT payment, 'is said to have another fate' FROM changed LEFT JOIN now USING (payment, subject)
     WHERE status IS NULL OR status = fate OR cause NOT IN (status, 'void', 'underfunded')
        OR (cause <> status AND status <> 'orphaned') LIMIT 50)
    UNION ALL
    (SELECT payment, 'is said twice to have another fate' FROM changed GROUP BY payment, cause
     HAVING count(*) > 1 LIMIT 50)
"""

_RECEIPTS: Final = f"""
    WITH {SAID}, said AS MATERIALIZED (
        SELECT told ->> 'payment' AS fact, told ->> 'subject' AS subject, hash, kind FROM leaves
    ), kept AS MATERIALIZED (
        SELECT fact, subject, leaf, kind FROM log_receipts WHERE kind IN {_KINDS}
    )
    (SELECT fact, 'no receipt knows its leaf' AS what
     FROM (SELECT * FROM said EXCEPT ALL SELECT * FROM kept) AS one LIMIT 50)
    UNION ALL
    (SELECT fact, 'the log has not the leaf of its receipt'
     FROM (SELECT * FROM kept EXCEPT ALL SELECT * FROM said) AS one LIMIT 50)
"""


def everything_paid_is_said() -> list[Breach]:
    """Every confirmed payment has its leaf with its fate, each change of a fate another; the log tells of no others."""
    return [
        Breach(f"{game.name}.log", f"payment {row.payment} {row.what}")
        for game in window_games()
        for query in (_PAYMENTS, _FATES)
        for row in db.session.execute(text(for_tables_of(game, query)), {"game": game.name})
    ]


def receipts_know_their_leaves() -> list[Breach]:
    """Each of these leaves can be proven by a receipt, and a receipt promises no other."""
    return [
        Breach("windows.log receipts", f"payment {row.fact}: {row.what}") for row in db.session.execute(text(_RECEIPTS))
    ]
