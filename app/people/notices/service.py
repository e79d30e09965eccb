"""The verbs of notices. Nothing here commits: a notice is written with what it tells of, and sent once that stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from app.core import clock
from app.core.database.session import db
from app.core.ids import earliest_id, new_id
from app.core.sealing.columns import sealed
from app.people.players import queries as players
from app.people.players.matches.queries import is_held
from app.people.players.spending import hold
from app.record.notifications.models import Message
from app.record.notifications.telling.kinds import KINDS
from app.record.notifications.telling.places import PLACES, Place

from . import devices, queries, sending
from .models import Notice, NoticeChoice

KEPT_FOR: Final = timedelta(days=400)
"""Whoever asks what he was told a year ago still finds it."""


def tell(user_id: UUID, kind: str, *, once: str | None, params: Mapping[str, Any]) -> bool:
    """Write a notice and the messages it is sent by; False if it was told before, or may not be told.

    Nobody who is on a break gets marketing: his row is locked, so that a break which begins now is waited for.

    Raises KeyError: there is no such kind.
    """
    told = KINDS.get()[kind]
    if told.is_marketing and _is_off(user_id):
        return False
    addressee = queries.addressee(user_id)
    if addressee is None:
        return False
    places = {place for place, one in queries.choices_of(addressee, told).items() if one.is_on}
    notice_id = new_id()
    row = {"id": notice_id, "user_id": user_id, "kind": kind, "once": once, "in_app": "app" in places}
    written = (
        insert(Notice)
        .values(row | sealed(Notice, notice_id, params=dict(params)))
        .on_conflict_do_nothing()
        .returning(Notice.id)
    )
    if db.session.scalar(written) is None:
        return False
    for place in PLACES:
        if place in places:
            sending.send(place, addressee, told, params)
    return True


def read(user_id: UUID, notice_ids: Iterable[UUID]) -> int:
    """Mark some of a person's notices as read; how many were not yet."""
    return _mark((Notice.user_id == user_id) & Notice.id.in_(list(notice_ids)))


def read_up_to(user_id: UUID, newest: UUID) -> int:
    """Mark all of them up to one that was shown: what came since stays unread."""
    return _mark((Notice.user_id == user_id) & (Notice.id <= newest))


def choose(user_id: UUID, wanted: Mapping[tuple[str, Place], bool]) -> None:
    """Keep where somebody wants to be told of what; what he may not change stays as it is.

    What he leaves as it is by itself is not kept, so that it follows if that changes.
    """
    addressee = queries.addressee(user_id)
    if addressee is None:
        return
    for kind in KINDS.get().values():
        for place, one in queries.choices_of(addressee, kind).items():
            is_on = wanted.get((kind.name, place))
            if is_on is not None and is_on != one.is_on and not one.is_fixed:
                _keep(user_id, kind.name, place, is_on)


def is_wanted(message: Message) -> bool:
    """Whether a message of a notice may still leave, in the transaction that lets it.

    A device may be somebody else's by now. And who has begun a break since gets no marketing any more: both lock the
    player's row, so that one of them is first.
    """
    user_id = message.meant_for
    if user_id is None:
        return True
    if message.channel == "push" and not devices.is_still(user_id, message.recipient_hash):
        return False
    return not (message.template == sending.MARKETING and _is_off(user_id))


def purge() -> int:
    """Forget notices of long ago; how many. Repeats safely."""
    oldest = earliest_id(clock.now() - KEPT_FOR)
    result = db.session.execute(delete(Notice).where(Notice.id < oldest))
    return result.rowcount if isinstance(result, CursorResult) else 0


def _is_off(user_id: UUID) -> bool:
    """Whether the player is on a break, or may be somebody who is, and stays as he is until the caller's transaction
    ends."""
    hold(user_id)
    return players.breaks_of(user_id).is_on or is_held(user_id)


def _mark(which: ColumnElement[bool]) -> int:
    result = db.session.execute(
        update(Notice).where(which, Notice.in_app, Notice.read_at.is_(None)).values(read_at=func.clock_timestamp())
    )
    return result.rowcount if isinstance(result, CursorResult) else 0


def _keep(user_id: UUID, kind: str, place: Place, is_on: bool) -> None:
    db.session.execute(
        insert(NoticeChoice)
        .values(user_id=user_id, kind=kind, place=place, is_on=is_on)
        .on_conflict_do_update(index_elements=["user_id", "kind", "place"], set_={"is_on": is_on})
    )
