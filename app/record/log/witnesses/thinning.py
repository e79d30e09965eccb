"""On a busy log each witness leaves a cosignature every few seconds. After a while few of them prove anything still.

Kept for ever are: what a round's entries rest on (each witness's first one over them, the checkpoint that most of them
share, and whatever an entry names that fixed a quorum), of each hour the checkpoint that most witnesses cosigned and
each witness's first, and each witness's last. So whoever looks for a cosignature over something finds one, at most an
hour later than the first there was.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import CursorResult, text

from app.core.database.session import db

from .lines import newest_size_with_quorum
from .models import KEPT_WHOLE

_WINDOW: Final = timedelta(days=14)
"""How far back it looks for what is left of a time in which nothing was thinned."""

_THIN: Final = """
    WITH times AS (
        SELECT date_trunc('hour', now() - CAST(:whole AS interval)) AS until,
               date_trunc('hour', now() - CAST(:whole AS interval) - CAST(:window AS interval)) AS since
    ), old AS MATERIALIZED (
        SELECT size, witness, date_trunc('hour', seen_at) AS hour FROM log_cosignatures, times
        WHERE seen_at >= since AND seen_at < until
    ), said AS MATERIALIZED (
        SELECT number, kind, data FROM log_entries, times
        WHERE number >= (SELECT coalesce(max(size), 0) FROM log_cosignatures WHERE seen_at < since)
            AND kind IN ('round.created', 'round.sealed', 'round.witnessed')
    ), shared AS (
        SELECT size FROM (
            SELECT DISTINCT ON (hour) hour, size
            FROM (SELECT min(hour) AS hour, size, count(*) AS count FROM old GROUP BY size) sizes
            ORDER BY hour, count DESC, size
        ) hours
        UNION
        SELECT most.size FROM said CROSS JOIN LATERAL (
            SELECT size FROM (
                SELECT size FROM log_cosignatures WHERE size > said.number ORDER BY size LIMIT 500
            ) near GROUP BY size ORDER BY count(*) DESC, size LIMIT 1
        ) most
        UNION SELECT CAST(:quorum AS bigint)
    ), own AS (
        SELECT witness, min(size) AS size FROM old GROUP BY witness, hour
        UNION
        SELECT witness, max(size) FROM log_cosignatures GROUP BY witness
        UNION
        SELECT each.witness, first.size FROM said CROSS JOIN (SELECT DISTINCT witness FROM old) each
        CROSS JOIN LATERAL (
            SELECT size FROM log_cosignatures c
            WHERE c.witness = each.witness AND c.size > said.number ORDER BY size LIMIT 1
        ) first
        UNION
        SELECT one ->> 'verifierKey', CAST(one ->> 'size' AS bigint)
        FROM said CROSS JOIN LATERAL jsonb_array_elements(CAST(data AS jsonb) #> '{detail,cosigned}') one
        WHERE kind = 'round.witnessed'
    )
    DELETE FROM log_cosignatures gone USING old
    WHERE (gone.size, gone.witness) = (old.size, old.witness)
        AND NOT EXISTS (SELECT FROM shared WHERE shared.size = gone.size)
        AND NOT EXISTS (SELECT FROM own WHERE (own.witness, own.size) = (gone.witness, gone.size))
"""


def thin() -> int:
    """Remove what is old enough and proves nothing that others do not. Returns how many were removed."""
    values = {"whole": KEPT_WHOLE, "window": _WINDOW, "quorum": newest_size_with_quorum()}
    gone = db.session.execute(text(_THIN), values)
    return gone.rowcount if isinstance(gone, CursorResult) else 0
