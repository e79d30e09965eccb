"""Operators shut somebody out, and let him in again. Who is shut out still signs in, reads, and is paid."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.people.accounts.queries import database_now
from app.people.players.models import PlayerBlock
from app.people.players.profile import marks
from app.people.players.profile.queries import block_of
from app.people.players.spending import hold
from app.record.audit.service import note


def block(user_id: UUID, reason: str, *, actor: str) -> None:
    """From now on nothing that costs money is possible, nor under another address with this name and birth date.

    Raises DomainError 409 `player_blocked`.
    """
    hold(user_id)
    if block_of(user_id) is not None:
        raise DomainError("player_blocked", status=409)
    db.session.add(PlayerBlock(id=new_id(), user_id=user_id, reason=reason, begun_by=actor))
    db.session.flush()
    marks.remember(user_id)
    note(actor, "player.blocked", f"user:{user_id}", reason)


def unblock(user_id: UUID, reason: str, *, actor: str) -> None:
    """Let somebody in again; an exclusion of his own goes on. Raises DomainError 409 `player_not_blocked`."""
    hold(user_id)
    ended = db.session.execute(
        update(PlayerBlock)
        .where(PlayerBlock.user_id == user_id, PlayerBlock.ended_at.is_(None))
        .values(ended_at=database_now(), ended_by=actor)
        .returning(PlayerBlock.id)
    ).all()
    if not ended:
        raise DomainError("player_not_blocked", status=409)
    note(actor, "player.unblocked", f"user:{user_id}", reason)
