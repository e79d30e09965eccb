"""Writes leaves: each is a row of the transaction that makes its fact true, and gets its number a moment later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import CTE, delete, func, insert, text, update

from app.core.database.session import db

from .format.leaves import Leaf, leaves_of
from .models import Head, Waiting


def tell(kind: str, subject: str, told: Mapping[str, object]) -> None:
    """Write one leaf, or the parts of a long one.

    Raises ValueError as `leaves_of`.
    """
    append(leaves_of(kind, subject, told))


def append(leaves: Sequence[Leaf]) -> None:
    """Write leaves in the given order, in one statement."""
    if not leaves:
        return
    kinds, subjects, data = (list(column) for column in zip(*leaves, strict=True))
    db.session.execute(text(_APPEND), {"kinds": kinds, "subjects": subjects, "data": data})


def begin_anew() -> None:
    """Facts that are forgotten while developing are asked for no more; what was said of them stays said."""
    db.session.execute(delete(Waiting))
    db.session.execute(update(Head).values(first_number=Head.size, begun_at=func.now(), receipts_from=func.now()))


def written_beside(leaves: Sequence[Leaf]) -> CTE:
    """The same as a part of another statement, which it is added to."""
    return insert(Waiting).values([leaf._asdict() for leaf in leaves]).cte("said")


_APPEND: Final = """
    INSERT INTO log_leaves (kind, subject, data)
    SELECT kind, subject, data
    FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[]), CAST(:data AS text[]))
        WITH ORDINALITY AS leaf (kind, subject, data, place)
    ORDER BY place
"""
