"""What each mark of a draw would cost, and what the draw could cost at worst. Called with the draw's row locked.

A draw that shows one mark costs what its dearest mark does. Of one that shows several its game says what it could cost;
what is kept is never below that.

The draw's `worst_minor` is written here and nowhere else. It may not exceed what the draw has of the bankroll: whoever
adds has widened that before (`bankroll.capacity`), or the database refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text

from app.core.database.session import db

from .calendar import promise
from .games import GAMES, BetGame, Costs, Terms
from .models import BetDraw

Exposure = Mapping[int, int]
"""Amounts in minor units by mark."""


def at(wanted: Mapping[UUID, Collection[int]]) -> dict[UUID, dict[int, int]]:
    """What these marks of these draws would cost so far; one on which nothing was bet is left out."""
    found: dict[UUID, dict[int, int]] = {draw_id: {} for draw_id in wanted}
    asked = {draw_id: dict.fromkeys(marks, 0) for draw_id, marks in wanted.items()}
    for draw_id, mark, amount in db.session.execute(_AT, _columns(asked)):
        found[draw_id][mark] = amount
    return found


def costs(game: BetGame, draw_id: UUID, terms: Terms) -> Costs:
    """What a draw's marks would cost so far, as a game says that counts."""
    return game.costs(terms, *all_of(draw_id))


def all_of(draw_id: UUID) -> tuple[Sequence[int], Sequence[int]]:
    """What costs anything: marks, and how much each."""
    marks, amounts = db.session.execute(_ALL, {"draw": draw_id}).one()
    return marks, amounts


def add(draw_id: UUID, added: Exposure) -> int:
    """So much more on each of these marks. Returns the draw's worst case with it."""
    return add_all({draw_id: added})[draw_id]


def add_all(added: Mapping[UUID, Exposure], worst: Mapping[UUID, int] | None = None) -> dict[UUID, int]:
    """The same for several draws, in one statement: sales only ever raise a worst case, so that it is found among what
    was touched. `worst`: of draws whose games count it."""
    columns = _columns(added)
    counted = [(worst or {}).get(draw_id) for draw_id in columns["draws"]]
    return {row.id: row.worst_minor for row in db.session.execute(_ADD, {**columns, "counted": counted})}


def remove(draw_id: UUID, removed: Exposure) -> int:
    """So much less on each of these marks. Returns the worst case that is left, counted anew.

    Raises IntegrityError: less is there.
    """
    db.session.execute(_REMOVE, _columns({draw_id: removed}))
    return recount(draw_id)


def recount(draw_id: UUID) -> int:
    """The worst case of a draw that is still to come, counted anew: it may have become less, and never becomes more."""
    draw = db.session.execute(select(BetDraw.game, BetDraw.promise).where(BetDraw.id == draw_id)).one()
    game = GAMES.get().get(draw.game)
    if game is None or game.shows_one:
        return int(db.session.execute(_RECOUNT, {"draw": draw_id}).scalar_one())
    counted = costs(game, draw_id, promise.read(draw.promise)).worst()
    return int(db.session.execute(_LOWER, {"draw": draw_id, "counted": counted}).scalar_one())


def _columns(exposures: Mapping[UUID, Exposure]) -> dict[str, list[Any]]:
    rows = [(draw, mark, amount) for draw, one in exposures.items() for mark, amount in one.items()]
    return {
        "draws": [draw for draw, _, _ in rows],
        "marks": [mark for _, mark, _ in rows],
        "amounts": [amount for _, _, amount in rows],
    }


_ROWS: Final = (
    "unnest(CAST(:draws AS uuid[]), CAST(:marks AS integer[]), CAST(:amounts AS bigint[]))"
    " AS wanted (draw_id, mark, amount)"
)
_AT: Final = text(f"""
    SELECT draw_id, mark, amount_minor FROM bet_exposures JOIN {_ROWS} USING (draw_id, mark)
""")
_ALL: Final = text("""
    SELECT coalesce(array_agg(mark), '{}'), coalesce(array_agg(amount_minor), '{}')
    FROM bet_exposures WHERE draw_id = :draw AND amount_minor > 0
""")
_ADD: Final = text(f"""
    WITH added AS (
        INSERT INTO bet_exposures AS one (draw_id, mark, amount_minor) SELECT * FROM {_ROWS}
        ON CONFLICT (draw_id, mark) DO UPDATE SET amount_minor = one.amount_minor + excluded.amount_minor
        RETURNING draw_id, amount_minor
    ), told AS (
        SELECT draw_id, max(counted) AS counted
        FROM unnest(CAST(:draws AS uuid[]), CAST(:counted AS bigint[])) AS one (draw_id, counted) GROUP BY draw_id
    )
    UPDATE bet_draws AS draw SET worst_minor = coalesce(told.counted, greatest(worst_minor, touched.worst))
    FROM (SELECT draw_id, max(amount_minor) AS worst FROM added GROUP BY draw_id) AS touched JOIN told USING (draw_id)
    WHERE draw.id = touched.draw_id RETURNING draw.id, worst_minor
""")
_REMOVE: Final = text(f"""
    UPDATE bet_exposures AS one SET amount_minor = amount_minor - wanted.amount FROM {_ROWS}
    WHERE (one.draw_id, one.mark) = (wanted.draw_id, wanted.mark)
""")
_RECOUNT: Final = text("""
    UPDATE bet_draws
    SET worst_minor = coalesce((SELECT max(amount_minor) FROM bet_exposures WHERE draw_id = :draw), 0)
    WHERE id = :draw RETURNING worst_minor
""")
_LOWER: Final = text("""
    UPDATE bet_draws SET worst_minor = least(worst_minor, CAST(:counted AS bigint)) WHERE id = :draw
    RETURNING worst_minor
""")
