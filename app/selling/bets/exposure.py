"""What each outcome of a draw would cost, and the dearest of them. Called with the draw's row locked.

The draw's `worst_minor` is written here and nowhere else. It may not exceed what the draw has of the bankroll: whoever
adds has widened that before (`bankroll.capacity`), or the database refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from app.core.database.session import db

Exposure = Mapping[int, int]
"""Amounts in minor units by outcome."""


def at(wanted: Mapping[UUID, Collection[int]]) -> dict[UUID, dict[int, int]]:
    """What these outcomes of these draws would cost so far; one on which nothing was bet is left out."""
    found: dict[UUID, dict[int, int]] = {draw_id: {} for draw_id in wanted}
    asked = {draw_id: dict.fromkeys(outcomes, 0) for draw_id, outcomes in wanted.items()}
    for draw_id, outcome, amount in db.session.execute(_AT, _columns(asked)):
        found[draw_id][outcome] = amount
    return found


def add(draw_id: UUID, added: Exposure) -> int:
    """So much more on each of these outcomes. Returns the draw's worst case with it."""
    return add_all({draw_id: added})[draw_id]


def add_all(added: Mapping[UUID, Exposure]) -> dict[UUID, int]:
    """The same for several draws, in one statement: sales only ever raise a worst case, so that it is found among what
    was touched."""
    return {row.id: row.worst_minor for row in db.session.execute(_ADD, _columns(added))}


def remove(draw_id: UUID, removed: Exposure) -> int:
    """So much less on each of these outcomes. Returns the worst case that is left, counted anew.

    Raises IntegrityError: less is there.
    """
    db.session.execute(_REMOVE, _columns({draw_id: removed}))
    return int(db.session.execute(_RECOUNT, {"draw": draw_id}).scalar_one())


def _columns(exposures: Mapping[UUID, Exposure]) -> dict[str, list[Any]]:
    rows = [(draw, outcome, amount) for draw, one in exposures.items() for outcome, amount in one.items()]
    return {
        "draws": [draw for draw, _, _ in rows],
        "outcomes": [outcome for _, outcome, _ in rows],
        "amounts": [amount for _, _, amount in rows],
    }


_ROWS: Final = (
    "unnest(CAST(:draws AS uuid[]), CAST(:outcomes AS integer[]), CAST(:amounts AS bigint[]))"
    " AS wanted (draw_id, outcome, amount)"
)
_AT: Final = text(f"""
    SELECT draw_id, outcome, amount_minor FROM bet_exposures JOIN {_ROWS} USING (draw_id, outcome)
""")
_ADD: Final = text(f"""
    WITH added AS (
        INSERT INTO bet_exposures AS one (draw_id, outcome, amount_minor) SELECT * FROM {_ROWS}
        ON CONFLICT (draw_id, outcome) DO UPDATE SET amount_minor = one.amount_minor + excluded.amount_minor
        RETURNING draw_id, amount_minor
    )
    UPDATE bet_draws AS draw SET worst_minor = greatest(worst_minor, touched.worst)
    FROM (SELECT draw_id, max(amount_minor) AS worst FROM added GROUP BY draw_id) AS touched
    WHERE draw.id = touched.draw_id RETURNING draw.id, worst_minor
""")
_REMOVE: Final = text(f"""
    UPDATE bet_exposures AS one SET amount_minor = amount_minor - wanted.amount FROM {_ROWS}
    WHERE (one.draw_id, one.outcome) = (wanted.draw_id, wanted.outcome)
""")
_RECOUNT: Final = text("""
    UPDATE bet_draws
    SET worst_minor = coalesce((SELECT max(amount_minor) FROM bet_exposures WHERE draw_id = :draw), 0)
    WHERE id = :draw RETURNING worst_minor
""")
