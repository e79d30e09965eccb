"""Of many who want to stake at once, those in whose way nothing stands: found by a few statements, where
`spending.allowed` asks a dozen of each. Of all others that has the word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Uuid, any_, bindparam, exists, select, text

from app.core.database.session import db
from app.core.sealing.columns import lookup
from app.people.accounts.models import User
from app.people.accounts.rules import mailbox_of

from .models import MARK, PlayerLimit, PlayerMark, PlayerProfile, PlayerVerification
from .profile import rules
from .profile.folding import mark_of_contact
from .profile.queries import is_kept_out
from .profile.settings import age_limits, unverified_limits
from .queries import SPENT
from .rules import ASKED_OF, WINDOWS, fits
from .spending import hold, identity

_USERS: Final = any_(bindparam("users", type_=ARRAY(Uuid())))
_MARKS: Final = any_(bindparam("marks", type_=ARRAY(LargeBinary())))
"""Statements here are made once, and their lists are one value each: neither we nor the database read them anew for
another number of people."""


class _Person(NamedTuple):
    """Of somebody what has to be known of him before he may stake."""

    id: UUID
    birth_date: str | None
    mark: bytes | None
    jurisdiction: str
    email: str | None
    phone: str | None
    has_papers: bool


def hold_all(user_ids: Collection[UUID]) -> datetime:
    """Lock the rows of many in the order of their ids, as `hold` does of one; the moment after that."""
    wanted = set(user_ids)
    held, now = db.session.execute(_HOLD_ALL, {"users": list(wanted)}).one()
    if held < len(wanted):
        for user_id in sorted(wanted):
            now = hold(user_id)
    return cast(datetime, now)


# What is counted was locked before, and the moment is read once all of it is counted.
_HOLD_ALL: Final = text("""
    WITH held AS MATERIALIZED (
        SELECT user_id FROM players WHERE user_id = ANY(CAST(:users AS uuid[])) ORDER BY user_id FOR NO KEY UPDATE
    )
    SELECT count(*), clock_timestamp() FROM held
""")


def unhindered(stakes: Mapping[UUID, int], currency: str, now: datetime) -> set[UUID]:
    """Who of these is of age, keeps no limit that a stake could reach, is off from nothing and shut out of nothing, is
    not known as somebody who is, and has papers or stakes no more than is let through without. Their rows are
    locked since `now`.
    """
    years = age_limits()
    people = [one for one in _without_limits(stakes, currency) if _is_of_age(one, years, now)]
    marks = {one.id: _marks(one) for one in people}
    owners = _kept_out_by([mark for own in marks.values() for mark in own])
    free = {user_id for user_id, own in marks.items() if not any(owners.get(mark, set()) - {user_id} for mark in own)}
    return free - _need_papers(people, stakes, currency, now)


def of_one_person(user_ids: Collection[UUID]) -> set[UUID]:
    """Who of these says to be somebody whom another of them says to be, too."""
    query = select(PlayerProfile.id, PlayerProfile.mark_hash).where(PlayerProfile.id.in_(user_ids))
    marks = {user_id: bytes(mark) for user_id, mark in db.session.execute(query) if mark is not None}
    times = Counter(marks.values())
    return {user_id for user_id, mark in marks.items() if times[mark] > 1}


def _without_limits(user_ids: Collection[UUID], currency: str) -> list[_Person]:
    values = {"users": list(user_ids), "currency": currency}
    return [_Person._make(row) for row in db.session.execute(_PEOPLE, values)]


_HAS_PAPERS: Final = exists().where(PlayerVerification.id == PlayerProfile.id, PlayerVerification.state == "verified")
_IS_LIMITED: Final = exists().where(
    PlayerLimit.user_id == PlayerProfile.id,
    PlayerLimit.currency == bindparam("currency"),
    PlayerLimit.kind.in_(ASKED_OF["stake"]),
)
_PEOPLE: Final = (
    select(
        PlayerProfile.id,
        PlayerProfile.birth_date,
        PlayerProfile.mark_hash,
        PlayerProfile.jurisdiction,
        User.email,
        User.phone,
        _HAS_PAPERS,
    )
    .join(User, User.id == PlayerProfile.id)
    .where(PlayerProfile.id == _USERS, ~_IS_LIMITED, ~is_kept_out(PlayerProfile.id))
)


def _need_papers(people: Iterable[_Person], stakes: Mapping[UUID, int], currency: str, now: datetime) -> set[UUID]:
    """Who has none and would move more with it than is let through without, by all accounts of the same person, as
    `spending.allowed` counts it; whom these say to be the same weighs together."""
    limit = unverified_limits().get(currency)
    marks = {one.id: one.mark or b"" for one in people if not one.has_papers}
    if limit is None or not marks:
        return set()
    _hold_identities(marks.values())
    accounts = _without_papers(marks.values())
    everybody = {user_id for own in accounts.values() for user_id in own}
    moved = SPENT.get().totals(everybody, currency, "stake", now - WINDOWS["month"])
    wanted: Counter[bytes] = Counter()
    for user_id, mark in marks.items():
        wanted[mark] += stakes[user_id]
    taken = {mark: sum(max(moved.get(one, 0), 0) for one in accounts[mark]) for mark in wanted}
    return {user_id for user_id, mark in marks.items() if not fits(limit, taken[mark], wanted[mark])}


def _hold_identities(marks: Iterable[bytes]) -> None:
    """As `spending` holds one, in an order that is everybody's."""
    db.session.execute(_HOLD, {"names": [identity(mark) for mark in marks]}).all()


_HOLD: Final = text("""
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT DISTINCT hashtextextended(name, 0) AS key FROM unnest(CAST(:names AS text[])) AS name
        ORDER BY key OFFSET 0
    ) AS keys
""")


def _without_papers(marks: Iterable[bytes]) -> Mapping[bytes, set[UUID]]:
    """All accounts of these persons that have shown no papers."""
    found: dict[bytes, set[UUID]] = {mark: set() for mark in marks}
    for mark, user_id in db.session.execute(_ACCOUNTS, {"marks": list(found)}):
        found[bytes(mark or b"")].add(user_id)
    return found


_ACCOUNTS: Final = select(PlayerProfile.mark_hash, PlayerProfile.id).where(
    PlayerProfile.mark_hash == _MARKS, ~_HAS_PAPERS
)


def _is_of_age(person: _Person, years: Mapping[str, int], now: datetime) -> bool:
    if person.birth_date is None or person.mark is None or person.jurisdiction not in years:
        return False
    born = date.fromisoformat(person.birth_date)
    return rules.is_of_age(born, years[person.jurisdiction], person.jurisdiction, now)


def _marks(person: _Person) -> list[bytes]:
    """The hashes of all that somebody may be known by."""
    email, phone = person.email, person.phone
    contacts = [] if email is None else [("email", mailbox_of(email)), ("email", email)]
    contacts += [] if phone is None else [("phone", phone)]
    assert person.mark is not None
    return [person.mark, *(lookup(MARK, mark_of_contact(kind, address)) for kind, address in contacts)]


def _kept_out_by(marks: Collection[bytes]) -> Mapping[bytes, set[UUID]]:
    """Who is kept out and known by one of these."""
    found: dict[bytes, set[UUID]] = {}
    for mark, user_id in db.session.execute(_KEPT_OUT, {"marks": list(marks)}):
        found.setdefault(bytes(mark), set()).add(user_id)
    return found


_KEPT_OUT: Final = select(PlayerMark.mark_hash, PlayerMark.user_id).where(
    PlayerMark.mark_hash == _MARKS, is_kept_out(PlayerMark.user_id)
)
