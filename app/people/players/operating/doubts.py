"""Whoever first wrote a date of birth at which nobody plays, and then another one: the house shuts him out until papers
have shown which of them is right. docs/decisions/0048."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.people.players.profile.queries import HOUSE, is_doubted
from app.record.audit.queries import actors_of
from app.record.audit.service import note

from .blocking import block, unblock

_ASKED: Final = "player.age_asked"
_DOUBTED: Final = "wrote a date of birth first at which nobody may play, and then this one"
_SHOWN: Final = "papers have shown the date of birth"


def ask(user_id: UUID) -> None:
    """Somebody is asked whether he is so young. The date itself is kept nowhere."""
    note(f"user:{user_id}", _ASKED, f"user:{user_id}")


def was_asked(user_id: UUID) -> bool:
    """Whether that was asked, in whichever browser."""
    return bool(actors_of(_ASKED, [f"user:{user_id}"]))


def doubt(user_id: UUID) -> None:
    """Nothing that costs money is possible before papers. Raises DomainError 409 `player_blocked`."""
    block(user_id, _DOUBTED, actor=HOUSE)


def settle(user_id: UUID) -> None:
    """Papers have shown who he is: it ends."""
    if is_doubted(user_id):
        unblock(user_id, _SHOWN, actor=HOUSE)
