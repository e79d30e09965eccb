"""Of many who want to stake at once, those in whose way nothing stands, whatever the stake: found by a few statements,
where `spending.allowed` asks a dozen of each. Of all others that has the word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, select

from app.core.database.session import db
from app.core.sealing.columns import lookup
from app.people.accounts.models import User
from app.people.accounts.rules import mailbox_of

from .models import MARK, Player, PlayerLimit, PlayerMark, PlayerProfile, PlayerVerification
from .profile import rules
from .profile.folding import mark_of_contact
from .profile.queries import is_kept_out
from .profile.settings import age_limits, unverified_limits
from .queries import read_now
from .rules import ASKED_OF
from .spending import hold

_Person: TypeAlias = Row[PlayerProfile, str | None, str | None]


def hold_all(user_ids: Collection[UUID]) -> None:
    """Lock the rows of many in the order of their ids, as `hold` does of one."""
    rows = select(Player.user_id).where(Player.user_id.in_(user_ids)).order_by(Player.user_id)
    held = db.session.scalars(rows.with_for_update(key_share=True)).all()
    if len(held) < len(set(user_ids)):
        for user_id in sorted(user_ids):
            hold(user_id)


def unhindered(user_ids: Collection[UUID], currency: str) -> set[UUID]:
    """Who of these is of age, keeps no limit that a stake could reach, is off from nothing and shut out of nothing, and
    is not known as somebody who is. Their rows are locked."""
    now, years = read_now(), age_limits()
    people = [one for one in _without_limits(user_ids, currency) if _is_of_age(one[0], years, now)]
    marks = {one[0].id: _marks(one) for one in people}
    owners = _kept_out_by([mark for own in marks.values() for mark in own])
    return {user_id for user_id, own in marks.items() if not any(owners.get(mark, set()) - {user_id} for mark in own)}


def _without_limits(user_ids: Collection[UUID], currency: str) -> Sequence[_Person]:
    its_own = PlayerLimit.user_id == PlayerProfile.id
    limited = exists().where(its_own, PlayerLimit.currency == currency, PlayerLimit.kind.in_(ASKED_OF["stake"]))
    query = (
        select(PlayerProfile, User.email, User.phone)
        .join(User, User.id == PlayerProfile.id)
        .where(PlayerProfile.id.in_(user_ids), ~limited, ~is_kept_out(PlayerProfile.id), *_has_papers(currency))
    )
    return db.session.execute(query.execution_options(populate_existing=True)).all()


def _has_papers(currency: str) -> tuple[ColumnElement[bool], ...]:
    """Who has none has a limit of the law's in some currencies."""
    if currency not in unverified_limits():
        return ()
    shown = PlayerVerification.id == PlayerProfile.id, PlayerVerification.state == "verified"
    return (exists().where(*shown),)


def _is_of_age(profile: PlayerProfile, years: Mapping[str, int], now: datetime) -> bool:
    if profile.birth_date is None or profile.mark_hash is None or profile.jurisdiction not in years:
        return False
    born = date.fromisoformat(profile.birth_date)
    return rules.is_of_age(born, years[profile.jurisdiction], profile.jurisdiction, now)


def _marks(person: _Person) -> list[bytes]:
    """The hashes of all that somebody may be known by."""
    profile, email, phone = person
    contacts = [] if email is None else [("email", mailbox_of(email)), ("email", email)]
    contacts += [] if phone is None else [("phone", phone)]
    assert profile.mark_hash is not None
    return [profile.mark_hash, *(lookup(MARK, mark_of_contact(kind, address)) for kind, address in contacts)]


def _kept_out_by(marks: Collection[bytes]) -> Mapping[bytes, set[UUID]]:
    """Who is kept out and known by one of these."""
    found: dict[bytes, set[UUID]] = {}
    query = select(PlayerMark.mark_hash, PlayerMark.user_id)
    query = query.where(PlayerMark.mark_hash.in_(marks), is_kept_out(PlayerMark.user_id))
    for mark, user_id in db.session.execute(query):
        found.setdefault(bytes(mark), set()).add(user_id)
    return found
