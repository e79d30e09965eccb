"""The sequencer's set-wise statements."""

from __future__ import annotations

from typing import Final

ONE_SEQUENCER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('log sequencer', 0))"

# In the order in which they were written; one that commits late comes later, and no number is ever left out.
NUMBER: Final = """
    WITH taken AS (
        DELETE FROM log_leaves WHERE id IN (SELECT id FROM log_leaves ORDER BY id LIMIT :most)
        RETURNING id, kind, subject, data
    ), numbered AS MATERIALIZED (
        SELECT :size + row_number() OVER (ORDER BY id) - 1 AS number,
               sha256('\\x00'::bytea || convert_to(data, 'UTF8')) AS hash, kind, subject, data
        FROM taken
    ), written AS (
        INSERT INTO log_entries (number, hash, kind, subject, data)
        SELECT number, hash, kind, subject, data FROM numbered
    )
    SELECT count(*) AS taken, coalesce(string_agg(hash, ''::bytea ORDER BY number), ''::bytea) AS hashes FROM numbered
"""

# Whoever numbers changes the size that he found: of two that found the same one, one changes nothing.
GROW: Final = "UPDATE log_heads SET size = :new, grown_at = now() WHERE id = 1 AND size = :old"

KEEP_TILES: Final = """
    INSERT INTO log_tiles (level, position, hashes)
    SELECT * FROM unnest(CAST(:levels AS integer[]), CAST(:positions AS bigint[]), CAST(:hashes AS bytea[]))
    ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
"""

KEEP_CHECKPOINT: Final = """
    INSERT INTO log_checkpoints (size, root, signed_at, note) VALUES (:size, :root, to_timestamp(:time), :note)
    ON CONFLICT (size) DO NOTHING
"""

FORGET_WAITING: Final = """
    DELETE FROM log_leaves USING unnest(CAST(:kind AS text[]), CAST(:subject AS text[]), CAST(:data AS text[]))
        AS numbered (kind, subject, data)
    WHERE (log_leaves.kind, log_leaves.subject, log_leaves.data) = (numbered.kind, numbered.subject, numbered.data)
"""
