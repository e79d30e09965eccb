"""Set-wise statements of collecting cosignatures."""

from __future__ import annotations

from typing import Final

ONE_OFFER: Final = "SELECT pg_advisory_xact_lock(hashtextextended('witness offers', 0))"

# Only what is otherwise is written: this is asked every few seconds.
KEEP_NAMED: Final = """
    INSERT INTO log_witnesses (key, push, pull)
    SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:pushes AS text[]), CAST(:pulls AS text[]))
    ON CONFLICT (key) DO UPDATE
        SET push = excluded.push, pull = excluded.pull, removed_at = NULL, stopped_at = NULL
        WHERE (log_witnesses.push, log_witnesses.pull) <> (excluded.push, excluded.pull)
            OR log_witnesses.removed_at IS NOT NULL OR log_witnesses.stopped_at IS NOT NULL
"""

# A claim is a lease: who dies with it is followed by somebody else, and who comes late does no harm.
CLAIM: Final = """
    UPDATE log_witnesses SET rests_until = clock_timestamp() + make_interval(secs => :lease)
    WHERE key IN (
        SELECT key FROM log_witnesses
        WHERE key = ANY(:named) <> :offered
            AND (NOT :offered OR (offered_by IS NOT NULL AND removed_at IS NULL AND stopped_at IS NULL))
            AND (push <> '' OR pull <> '')
            AND (rests_until IS NULL OR rests_until <= clock_timestamp())
            AND (size < :size OR heard_at IS NULL OR failures > 0
                 OR heard_at <= clock_timestamp() - make_interval(secs => :again))
        ORDER BY rests_until NULLS FIRST LIMIT :most FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING key, push, pull, size, offered_by
"""

# Who shows again what is known already was not heard of: anybody may have kept that, or a server whose witness is dead.
# And nobody makes a witness wait longer than it had to, or one that is needed would never be asked.
HEARD: Final = """
    UPDATE log_witnesses
    SET size = greatest(size, :size), cosigned_at = greatest(cosigned_at, to_timestamp(:time)),
        heard_at = CASE WHEN told.is_new THEN clock_timestamp() ELSE heard_at END,
        trouble = CASE WHEN told.is_new THEN '' ELSE trouble END,
        failures = CASE WHEN told.is_new THEN 0 ELSE failures END,
        rests_until = least(rests_until, clock_timestamp() + make_interval(secs => :rest))
    FROM (
        SELECT key AS witness, size < :size OR :size >= (SELECT coalesce(max(size), 0) FROM log_checkpoints) AS is_new
        FROM log_witnesses WHERE key = :key
    ) told
    WHERE key = told.witness
"""

TROUBLED: Final = """
    UPDATE log_witnesses
    SET trouble = :why, failures = least(failures + 1, 30),
        rests_until = clock_timestamp() + make_interval(secs => least(:longest, 2 ^ least(failures + 1, 10)))
    WHERE key = :key
"""

KEEP: Final = """
    INSERT INTO log_cosignatures (size, witness, cosigned_at, line)
    VALUES (:size, :key, to_timestamp(:time), :line) ON CONFLICT DO NOTHING
"""

# What no signature proves might be said again and again, each time a little otherwise.
KEEP_DISAGREEMENT: Final = """
    INSERT INTO log_disagreements (id, witness, kind, proven, evidence, digest, note)
    SELECT :id, :key, :kind, :proven, :evidence, :digest, :note
    WHERE (SELECT count(*) FROM log_disagreements WHERE witness = :key AND kind = :kind AND proven = :proven
           AND seen_at > clock_timestamp() - interval '1 hour') < CASE WHEN :proven THEN 16 ELSE 1 END
    ON CONFLICT DO NOTHING
"""

KEEP_BROUGHT: Final = """
    INSERT INTO log_disagreements (id, kind, proven, evidence, digest, note)
    SELECT :id, :kind, true, :evidence, :digest, :note
    WHERE (SELECT count(*) FROM log_disagreements WHERE witness IS NULL) < :most
    ON CONFLICT DO NOTHING
"""

SEEN: Final = """
    SELECT asked.entry, asked.witness, first.size, first.cosigned_at, first.line
    FROM unnest(CAST(:entries AS bigint[]), CAST(:keys AS text[]), CAST(:befores AS timestamptz[]))
        AS asked (entry, witness, before)
    JOIN LATERAL (
        SELECT size FROM log_cosignatures c WHERE c.witness = asked.witness AND c.cosigned_at <= asked.before
        ORDER BY cosigned_at DESC, size DESC LIMIT 1
    ) last ON last.size > asked.entry
    JOIN LATERAL (
        SELECT size, cosigned_at, line FROM log_cosignatures c
        WHERE c.witness = asked.witness AND c.size > asked.entry AND c.cosigned_at <= asked.before
        ORDER BY size LIMIT 1
    ) first ON true
"""

SAID_AND_NOT_KEPT: Final = """
    SELECT number, one ->> 'verifierKey' AS witness, one ->> 'size' AS size
    FROM log_entries CROSS JOIN LATERAL jsonb_array_elements(CAST(data AS jsonb) #> '{detail,cosigned}') one
    WHERE kind = 'round.witnessed' AND number >= (SELECT first_number FROM log_heads WHERE id = 1)
        AND NOT EXISTS (
            SELECT FROM log_cosignatures c
            WHERE c.witness = one ->> 'verifierKey' AND c.size = CAST(one ->> 'size' AS bigint)
                AND encode(sha256(convert_to(c.line, 'UTF8')), 'hex') = one ->> 'line'
        )
    ORDER BY number
"""
