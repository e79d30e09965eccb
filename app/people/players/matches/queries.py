"""Reads: who else is kept out and known by the same as somebody, and what operators have said of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CompoundSelect, func, null, select, union_all
from sqlalchemy import literal as said

from app.core.database.session import db
from app.core.sealing.columns import lookup
from app.people.accounts.queries import database_now
from app.people.players.models import (
    MARK,
    PlayerBlock,
    PlayerExclusion,
    PlayerMark,
    PlayerRuling,
    PlayerTimeout,
)
from app.people.players.profile.queries import contacts_known_by, is_kept_out, row_of
from app.people.players.verification.queries import state_of

from . import rules
from .rules import Match, Reason, Ruling


@dataclass(frozen=True, slots=True)
class _Keeping:
    """By what somebody is kept out, since and until when."""

    reason: Reason
    since: datetime
    until: datetime | None


def matches_of(user_id: UUID) -> list[Match]:
    """Everybody else who is kept out now and is known by the same, whatever was said of it; who is so longest first."""
    marks = contacts_known_by(user_id)
    profile = row_of(user_id)
    if profile is None or profile.mark is None or profile.erased_at is not None:
        return matches_by(user_id, marks)
    return matches_by(user_id, [*marks, profile.mark])


def matches_by(user_id: UUID, marks: Collection[str]) -> list[Match]:
    """The same by these marks alone."""
    rows = db.session.execute(
        select(PlayerMark.user_id, PlayerMark.kind, PlayerMark.is_verified).where(
            PlayerMark.mark_hash.in_([lookup(MARK, mark) for mark in marks]),
            PlayerMark.user_id != user_id,
            is_kept_out(PlayerMark.user_id),
        )
    ).all()
    others = {row.user_id for row in rows}
    kept, ruled = _keeping(others), _rulings(user_id, others)
    found = [
        Match(
            other,
            frozenset(row.kind for row in rows if row.user_id == other),
            kept[other].reason,
            kept[other].since,
            kept[other].until,
            any(row.is_verified for row in rows if row.user_id == other),
            ruled.get(other),
        )
        for other in others
        if other in kept  # it may have ended between two statements
    ]
    return sorted(found, key=lambda one: (one.since, one.user_id))


def undecided_of(user_id: UUID) -> list[Match]:
    """Those of which nobody has said yet whether it is the same person."""
    return rules.undecided(matches_of(user_id), state_of(user_id))


def is_held(user_id: UUID) -> bool:
    """Whether somebody may do nothing that costs money before papers of his were looked at beside a match."""
    return bool(undecided_of(user_id))


def _keeping(others: Collection[UUID]) -> Mapping[UUID, _Keeping]:
    """What keeps each of them out now, of several what does so longest."""
    if not others:
        return {}
    now = database_now()
    kept: CompoundSelect[Any] = union_all(
        select(
            PlayerBlock.user_id, said("blocked").label("reason"), PlayerBlock.begun_at, null().label("ends_at")
        ).where(PlayerBlock.user_id.in_(others), PlayerBlock.ended_at.is_(None)),
        *(
            select(table.user_id, said(reason), func.min(table.begins_at), func.max(table.ends_at))
            .where(table.user_id.in_(others), table.ends_at > now)
            .group_by(table.user_id)
            for table, reason in ((PlayerExclusion, "excluded"), (PlayerTimeout, "timed_out"))
        ),
    )
    found: dict[UUID, _Keeping] = {}
    for other, reason, since, until in db.session.execute(kept):
        one, before = _Keeping(cast(Reason, reason), since, until), found.get(other)
        if before is None or (before.until is not None and (until is None or until > before.until)):
            found[other] = one
    return found


def _rulings(user_id: UUID, others: Collection[UUID]) -> Mapping[UUID, Ruling]:
    query = select(PlayerRuling).where(PlayerRuling.user_id == user_id, PlayerRuling.other_id.in_(others))
    rows = db.session.scalars(query.execution_options(populate_existing=True))
    return {
        row.other_id: Ruling(row.is_same, frozenset(row.kinds), row.decided_by, row.confirmed_by, row.decided_at)
        for row in rows
    }
