"""Leaves of receipts as parts of the statements that make their facts true."""

from __future__ import annotations


def keep(
    kind: str,
    made: str,
    *,
    salt: str = "NULL",
    order: str = "fact",
    holder: str = "subject",
    at: str = "clock_timestamp()",
) -> str:
    """Parts of a WITH that write the leaves that another part, `made`, makes: of each its subject, fact and data, and
    by the expressions `salt` that of the person in it, where it names one, in which `order` they are told, whose
    receipt they are of, if that is not the subject's own, and from which moment their promise runs."""
    return f"""
    kept AS (
        INSERT INTO log_receipts (subject, leaf, kind, fact, salt, written_at)
        SELECT {holder}, sha256('\\x00'::bytea || convert_to(data, 'UTF8')), '{kind}', fact, {salt}, {at} FROM {made}
    ), told AS (
        INSERT INTO log_leaves (kind, subject, data) SELECT '{kind}', subject, data FROM {made} ORDER BY {order}
    )
    """
