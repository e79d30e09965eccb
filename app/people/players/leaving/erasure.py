"""Erasing a person: what says who somebody is goes; what happened stays, under an id that leads to nobody.

Ledger, log and audit keep what they have: they name ids, and the public log hashes, whose salts are forgotten.
Exclusions stay, and of who is excluded, shut out or off now also the marks by which he is known again, until it ends:
to be erased is no way around one's own exclusion, days off or limits. Nor is it one around what may be paid in without
papers: the mark of name and birth date stays beside the profile for as long as what was paid in counts.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.people.accounts.person import leaving
from app.people.accounts.queries import database_now
from app.people.players.models import (
    PlayerFile,
    PlayerLimit,
    PlayerMark,
    PlayerProfile,
    PlayerRuling,
    PlayerTimeout,
    PlayerVerification,
)
from app.people.players.profile import marks
from app.people.players.profile.queries import block_of, is_kept_out, row_of
from app.people.players.queries import breaks_of, rows_of
from app.people.players.rules import RAISE_OPENS
from app.people.players.spending import counts_until, hold
from app.people.players.verification.service import drop_files
from app.record.audit.service import note
from app.record.log.receipts.service import forget_salts

from .rows import HOLDINGS, holders


def erase(user_id: UUID, *, actor: str, reason: str = "") -> None:
    """Erase contacts, name, birth date, documents and picture, and sign everybody out.

    Raises DomainError 409 `erasure_held`: a site, an operator's account or money is theirs.
    """
    now = hold(user_id)
    if holders(user_id):
        raise DomainError("erasure_held", status=409)
    if rows_of(user_id):  # whoever has no limits any more has taken them all away, and waits for it as for any raise
        db.session.add(PlayerTimeout(id=new_id(), user_id=user_id, begins_at=now, ends_at=now + RAISE_OPENS))
        db.session.flush()
    if breaks_of(user_id).is_on or block_of(user_id) is not None:
        marks.remember(user_id)
    drop_files(user_id, *db.session.scalars(select(PlayerFile.id).where(PlayerFile.user_id == user_id)))
    profile = row_of(user_id)
    if profile is not None:
        _empty(profile, now)
    db.session.execute(delete(PlayerVerification).where(PlayerVerification.id == user_id))
    db.session.execute(delete(PlayerRuling).where(PlayerRuling.user_id == user_id))
    db.session.execute(delete(PlayerLimit).where(PlayerLimit.user_id == user_id))
    for holdings in HOLDINGS.get():
        holdings.erase(user_id)
    db.session.flush()
    leaving.erase(user_id, now)
    forget_marks()
    forget_salts([str(user_id)])
    note(actor, "player.erased", f"user:{user_id}", reason)


def _empty(profile: PlayerProfile, now: datetime) -> None:
    """Asked before it is forgotten whether papers had shown who it was: of what they stood behind nothing counts."""
    if profile.erased_at is not None:
        return
    profile.mark_until = counts_until(profile.id, now)
    profile.name = profile.birth_date = None
    if profile.mark_until is None:
        profile.mark = None
    profile.erased_at = now


def forget_identities() -> int:
    """Forget who those said to be that were erased, once nothing that they paid in counts; how many. Repeats safely."""
    forgotten = (
        update(PlayerProfile)
        .where(PlayerProfile.mark_until <= database_now())
        .values(mark_sealed=None, mark_hash=None, mark_until=None)
        .returning(PlayerProfile.id)
    )
    return len(db.session.execute(forgotten).all())


def forget_marks() -> int:
    """Forget by what those were known whom nothing keeps out any more; how many. Repeats safely."""
    over = ~is_kept_out(PlayerMark.user_id)
    return len(db.session.execute(delete(PlayerMark).where(over).returning(PlayerMark.id)).all())
