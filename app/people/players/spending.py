"""What whoever takes a player's money asks first, within the transaction that takes it.

Payouts never ask: who is excluded is paid all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError

from .models import Player, PlayerLimit
from .profile.queries import row_of
from .profile.settings import unverified_limits
from .profile.standing import check_may_play
from .queries import SPENT, breaks_of, read_now, rows_of
from .rules import ASKED_OF, WINDOWS, Kind, Period, Taking, fits, frees_at, rfc3339
from .verification.queries import accounts_without_papers, state_of


class PlayingRefused(DomainError):
    """The player has himself put something in the way."""


class OnBreak(PlayingRefused):
    """Days off or excluded, until a moment."""

    def __init__(self, code: str, until: datetime) -> None:
        super().__init__(code, status=403, endsAt=rfc3339(until))
        self.until = until


@dataclass(frozen=True, slots=True)
class Reached:
    """Which limit it is, what it still lets through, and when the amount fits again; None: never."""

    currency: str
    kind: Kind
    period: Period
    limit: int
    left: int
    frees_at: datetime | None


class LimitReached(PlayingRefused):
    """A limit lets less through than was asked for."""

    def __init__(self, reached: Reached) -> None:
        ending = "exceeded" if reached.frees_at is None else "reached"
        told: dict[str, str | int] = {
            "currency": reached.currency,
            "period": reached.period,
            "limitMinor": reached.limit,
            "leftMinor": reached.left,
        }
        if reached.frees_at is not None:
            told["freesAt"] = rfc3339(reached.frees_at)
        super().__init__(f"{reached.kind}_limit_{ending}", status=409, field="amountMinor", **told)
        self.reached = reached


def hold(user_id: UUID) -> datetime:
    """Lock the player's row until the caller's transaction ends; the moment after that.

    Of two who take a player's money the second waits here, and then reads what the first has taken. Whoever locks
    accounts of the ledger too locks this row first.
    """
    locked = select(Player.user_id).where(Player.user_id == user_id).with_for_update(key_share=True)
    if db.session.scalar(locked) is None:
        db.session.execute(insert(Player).values(user_id=user_id).on_conflict_do_nothing())
        db.session.scalars(locked).one()
    return read_now()


def allowed(user_id: UUID, currency: str, kind: Taking, amount: int) -> None:
    """Let the caller take so much (minor units, above zero) from a player, or refuse. The row stays locked until the
    caller's transaction ends; what it takes has to be in the book by then.

    Raises:
        OnBreak: 403 `player_excluded` or `player_timed_out`.
        DomainError: 403 `not_registered`, `too_young`, `player_refused` or `verification_needed`.
        LimitReached: 409 `deposit_limit_reached` and the like; `…_exceeded` where the amount is above the limit itself.
            Of several limits the one that stands in the way for longest.
    """
    if amount <= 0:
        raise ValueError("nothing is taken")
    now = hold(user_id)
    check_breaks(user_id)
    check_may_play(user_id, now)
    _check_verified(user_id, currency, kind, amount, now)
    asked = [row for row in rows_of(user_id) if row.currency == currency and row.kind in ASKED_OF[kind]]
    refusals = [found for row in asked if (found := _reached(row, now, amount)) is not None]
    if refusals:
        raise LimitReached(max(refusals, key=lambda one: (one.frees_at is None, one.frees_at or now)))


def _check_verified(user_id: UUID, currency: str, kind: Taking, amount: int, now: datetime) -> None:
    """Without papers nobody moves more in thirty days, by whatever number of accounts.

    Raises DomainError 403 `verification_needed`.
    """
    limit = unverified_limits().get(currency)
    if limit is None or state_of(user_id) == "verified":
        return
    since, book = now - WINDOWS["month"], SPENT.get()
    own = book.total(user_id, currency, kind, since)
    others = sum(max(book.total(one, currency, kind, since), 0) for one in _also_unverified(user_id))
    taken = max(own, 0) + others
    if not fits(limit, taken, amount):
        left = max(limit - taken, 0)
        raise DomainError("verification_needed", status=403, currency=currency, limitMinor=limit, leftMinor=left)


def counts_until(user_id: UUID, now: datetime) -> datetime | None:
    """Until when what somebody moved without papers counts, by whatever account of his; None: nothing does."""
    if state_of(user_id) == "verified":
        return None
    window, book = WINDOWS["month"], SPENT.get()
    moved = (
        one.at
        for currency in unverified_limits()
        for kind in ASKED_OF
        for one in book.movements(user_id, currency, kind, now - window)
    )
    last = max(moved, default=None)
    return None if last is None else last + window


def _also_unverified(user_id: UUID) -> list[UUID]:
    """Other accounts with the same name and date of birth and no papers, none of which takes anything meanwhile."""
    profile = row_of(user_id)
    if profile is None or profile.mark_hash is None:
        return []
    _hold_identity(profile.mark_hash)
    return accounts_without_papers(profile.mark_hash, but=user_id)


def _hold_identity(mark_hash: bytes) -> None:
    """Have who else says to be this person wait until the caller's transaction ends. Each has locked his own row
    before, and nobody locks another's."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(identity(mark_hash), 0))
    db.session.execute(select(lock)).one()


def identity(mark_hash: bytes) -> str:
    """Whom somebody says to be, as the name of a lock."""
    return f"player:{mark_hash.hex()}"


def check_breaks(user_id: UUID) -> None:
    """Raises OnBreak."""
    breaks = breaks_of(user_id)
    if breaks.excluded_until is not None:
        raise OnBreak("player_excluded", breaks.excluded_until)
    if breaks.timeout_until is not None:
        raise OnBreak("player_timed_out", breaks.timeout_until)


def _reached(row: PlayerLimit, now: datetime, amount: int) -> Reached | None:
    kind, period, book = cast(Kind, row.kind), cast(Period, row.period), SPENT.get()
    window, limit = WINDOWS[period], row.amount_minor
    spent = max(book.total(row.user_id, row.currency, kind, now - window), 0)
    if fits(limit, spent, amount):
        return None
    frees = frees_at(book.movements(row.user_id, row.currency, kind, now - window), limit, amount, window)
    return Reached(row.currency, kind, period, limit, max(limit - spent, 0), frees)
