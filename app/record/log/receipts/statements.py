"""Leaves of receipts as parts of the statements that make their facts true."""

from __future__ import annotations

from typing import Final

# Made by the process, in the order in which they are to be numbered.
GIVEN: Final = """
    unnest(CAST(:leaf_subjects AS text[]), CAST(:leaf_hashes AS bytea[]), CAST(:leaf_facts AS text[]),
           CAST(:leaf_salts AS bytea[]), CAST(:leaf_data AS text[]))
        WITH ORDINALITY AS leaf (subject, hash, fact, salt, data, place)
"""


def keep_given(kind: str) -> str:
    """Parts of a WITH that write the leaves that are handed over as GIVEN."""
    return f"""
    kept AS (
        INSERT INTO log_receipts (subject, leaf, kind, fact, salt)
        SELECT subject, hash, '{kind}', fact, salt FROM {GIVEN}
    ), told AS (
        INSERT INTO log_leaves (kind, subject, data) SELECT '{kind}', subject, data FROM {GIVEN} ORDER BY place
    )
    """


def keep_made(kind: str, made: str) -> str:
    """The same of leaves that another part, `made`, makes: of each its subject, fact and data. They name nobody."""
    return f"""
    kept AS (
        INSERT INTO log_receipts (subject, leaf, kind, fact)
        SELECT subject, sha256('\\x00'::bytea || convert_to(data, 'UTF8')), '{kind}', fact FROM {made}
    ), told AS (
        INSERT INTO log_leaves (kind, subject, data) SELECT '{kind}', subject, data FROM {made} ORDER BY fact
    )
    """
