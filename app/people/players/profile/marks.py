"""Marks by which an excluded person is known again under another address, and the door that asks for them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.sealing.columns import lookup, sealed
from app.people.players.matches import rules
from app.people.players.matches.queries import matches_by
from app.people.players.models import MARK, PlayerMark
from app.people.players.rules import rfc3339
from app.people.players.verification.queries import state_of

from .queries import contacts_known_by, is_kept_away, marks_of_contacts, row_of


def remember(user_id: UUID) -> None:
    """Keep by what somebody is known now: name and birth date, mail and phone. What was kept before stays, and so does
    that papers stood behind it: only a decision about them takes that away."""
    for kind, mark in _marks_of(user_id).items():
        made = new_id()
        values = {"id": made, "user_id": user_id, "kind": kind, **sealed(PlayerMark, made, mark=mark)}
        db.session.execute(
            insert(PlayerMark).values(values).on_conflict_do_nothing(index_elements=["user_id", "mark_hash"])
        )
    if state_of(user_id) == "verified":
        say_whether_verified(user_id)


def say_whether_verified(user_id: UUID) -> None:
    """Whether papers stand behind what is kept of somebody: said with each decision about them."""
    hashes = [lookup(MARK, mark) for mark in _marks_of(user_id).values()]
    is_known = PlayerMark.mark_hash.in_(hashes) if state_of(user_id) == "verified" else False
    db.session.execute(update(PlayerMark).where(PlayerMark.user_id == user_id).values(is_verified=is_known))


def check_unmarked(user_id: UUID, *of_birth: str) -> None:
    """Nobody plays who is known as somebody that is kept out, before two operators have seen his papers beside that.
    Who has to show papers first is answered as whoever else has to: neither whether there is such a one, nor who.

    Raises DomainError, 403 each: `verification_needed`; of who was found to be the same person `player_excluded`,
    `player_timed_out` or `player_refused`.
    """
    marks = [*of_birth, *contacts_known_by(user_id)]
    if not is_kept_away(user_id, marks):
        return
    found = rules.in_the_way(matches_by(user_id, marks), state_of(user_id))
    same = next((one for one in found if one.is_same), None)
    if same is not None:
        raise _kept_out(same)
    if found:
        raise DomainError("verification_needed", status=403)


def _kept_out(same: rules.Match) -> DomainError:
    """What whoever is kept out by himself is told, of the one account as of the other."""
    if same.until is None:
        return DomainError("player_refused", status=403)
    return DomainError(f"player_{same.reason}", status=403, endsAt=rfc3339(same.until))


def _marks_of(user_id: UUID) -> dict[str, str]:
    marks, profile = marks_of_contacts(user_id), row_of(user_id)
    if profile is None or profile.mark is None or profile.erased_at is not None:
        return marks  # what is left of who was erased counts what he paid in, and nothing else
    return marks | {"birth": profile.mark}
