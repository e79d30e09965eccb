"""Marks by which an excluded person is known again under another address, and the door that asks for them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.sealing.columns import sealed
from app.people.players.models import PlayerMark

from .queries import is_kept_away, marks_of_contacts, row_of


def remember(user_id: UUID) -> None:
    """Keep by what somebody is known now: name and birth date, mail and phone. What was kept before stays."""
    marks = marks_of_contacts(user_id)
    profile = row_of(user_id)
    if profile is not None and profile.mark is not None:
        marks["birth"] = profile.mark
    for kind, mark in marks.items():
        made = new_id()
        values = {"id": made, "user_id": user_id, "kind": kind, **sealed(PlayerMark, made, mark=mark)}
        db.session.execute(
            insert(PlayerMark).values(values).on_conflict_do_nothing(index_elements=["user_id", "mark_hash"])
        )


def check_unmarked(user_id: UUID, *of_birth: str) -> None:
    """Nobody gets in who is known as somebody that is excluded. The answer says neither whether, nor who.

    Raises DomainError, 403 `player_refused`.
    """
    if is_kept_away(user_id, [*of_birth, *marks_of_contacts(user_id).values()]):
        raise DomainError("player_refused", status=403)
