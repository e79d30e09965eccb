"""The verbs of playing responsibly. Nothing here commits; each locks the player's row first."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.ids import new_id
from app.record.audit.service import note

from . import rules
from .models import PlayerExclusion, PlayerLimit, PlayerTimeout
from .profile import marks
from .queries import breaks_of, rows_of, standing_of
from .rules import Kind, Period, Standing
from .spending import check_breaks, hold
from .telling import notices


def set_limit(user_id: UUID, currency: str, kind: Kind, period: Period, wanted: int | None) -> Standing:
    """Lower a limit at once, or begin to raise it; `wanted` None wishes it away.

    Raises:
        DomainError: `currency_unknown`, `amount_out_of_range`.
        OnBreak: nobody begins to raise a limit while he is off.
    """
    rules.check_currency(currency)
    now = hold(user_id)
    before = _standing(user_id, currency, kind, period)
    after = rules.decide(before, wanted, now)
    if after == before:
        return after
    if after.wish is not None:
        check_breaks(user_id)
    _write(user_id, (currency, kind, period), before, after, now)
    is_as_before = after.amount == before.amount
    note(
        f"user:{user_id}",
        "player.limit_raise_asked"
        if after.wish is not None
        else ("player.limit_raise_withdrawn" if is_as_before else "player.limit_set"),
        f"user:{user_id}",
        currency=currency,
        kind=kind,
        period=period,
        amount_minor=wanted,
    )
    if after.amount is not None and not is_as_before:
        notices.limit_lowered(user_id, (currency, kind, period), after.amount)
    return after


def confirm_raise(user_id: UUID, currency: str, kind: Kind, period: Period, wanted: int | None) -> Standing:
    """Say the second yes to a raise, to exactly what was wished.

    Raises:
        DomainError: `no_raise_waits`, `raise_too_early`, 409 each.
        OnBreak: no limit is raised while the player is off.
    """
    now = hold(user_id)
    check_breaks(user_id)
    before = _standing(user_id, currency, kind, period)
    after = rules.confirm(before, wanted, now)
    _write(user_id, (currency, kind, period), before, after, now)
    note(
        f"user:{user_id}",
        "player.limit_removed" if after.amount is None else "player.limit_raised",
        f"user:{user_id}",
        currency=currency,
        kind=kind,
        period=period,
        amount_minor=wanted,
    )
    return after


def withdraw_raise(user_id: UUID, currency: str, kind: Kind, period: Period) -> None:
    """Leave a limit as it is: forget its wish, if there is one."""
    hold(user_id)
    standing = _standing(user_id, currency, kind, period)
    if standing.wish is not None:
        set_limit(user_id, currency, kind, period, standing.amount)


def take_timeout(user_id: UUID, days: int) -> datetime:
    """Take so many days off from now on; until when. A time-out that ends later stays.

    Raises DomainError `days_out_of_range`.
    """
    rules.check_days(days)
    now = hold(user_id)
    until, on = now + timedelta(days=days), breaks_of(user_id).timeout_until
    if on is not None and not rules.is_longer(until, on):
        return on
    db.session.add(PlayerTimeout(id=new_id(), user_id=user_id, begins_at=now, ends_at=until))
    db.session.flush()
    marks.remember(user_id)
    note(f"user:{user_id}", "player.timed_out", f"user:{user_id}", days=days)
    notices.break_begun(user_id, "timed_out", until)
    return until


def exclude(user_id: UUID, months: int) -> datetime:
    """Exclude oneself for so many months from now on; until when. An exclusion that ends later stays.

    Raises DomainError `months_out_of_range`.
    """
    rules.check_months(months)
    now = hold(user_id)
    until, on = rules.months_after(now, months), breaks_of(user_id).excluded_until
    if on is not None and not rules.is_longer(until, on):
        return on
    db.session.add(PlayerExclusion(id=new_id(), user_id=user_id, months=months, begins_at=now, ends_at=until))
    db.session.flush()
    marks.remember(user_id)
    note(f"user:{user_id}", "player.excluded", f"user:{user_id}", months=months)
    notices.break_begun(user_id, "excluded", until)
    return until


def _standing(user_id: UUID, currency: str, kind: Kind, period: Period) -> Standing:
    wanted = (currency, kind, period)
    return standing_of(next((one for one in rows_of(user_id) if (one.currency, one.kind, one.period) == wanted), None))


def _write(user_id: UUID, key: tuple[str, str, str], before: Standing, after: Standing, now: datetime) -> None:
    currency, kind, period = key
    if after.amount is None:
        row = (PlayerLimit.user_id == user_id) & (PlayerLimit.currency == currency)
        row &= (PlayerLimit.kind == kind) & (PlayerLimit.period == period)
        db.session.execute(delete(PlayerLimit).where(row))
        return
    wish = after.wish
    said = {
        "amount_minor": after.amount,
        "wished_minor": wish.amount if wish else None,
        "wished_at": wish.asked_at if wish else None,
    }
    changed = said if after.amount == before.amount else said | {"since": now}
    named = {"user_id": user_id, "currency": currency, "kind": kind, "period": period, "since": now}
    db.session.execute(
        insert(PlayerLimit)
        .values(named | said)
        .on_conflict_do_update(index_elements=["user_id", "currency", "kind", "period"], set_=changed)
    )
