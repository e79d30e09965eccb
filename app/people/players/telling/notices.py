"""What players are told of their limits and breaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.core.database.session import db
from app.record.notifications.telling.kinds import NoticeKind, of_safety
from app.record.notifications.telling.ports import tell

from ..models import PlayerLimit
from ..queries import breaks_of, read_now
from ..rules import RAISE_LAPSES, RAISE_OPENS, Wish, rfc3339
from .words import amount_of, name_of

Key = tuple[str, str, str]


def limit_lowered(user_id: UUID, key: Key, amount: int) -> None:
    """A limit was set, or lowered: it holds."""
    tell(user_id, "player.limit_lowered", **_limit(key, amount))


def break_begun(user_id: UUID, kind: str, until: datetime) -> None:
    """Days off, or an exclusion, as `timed_out` or `excluded`."""
    tell(user_id, f"player.{kind}", endsAt=rfc3339(until))


def verification_decided(user_id: UUID, state: str) -> None:
    """Somebody was verified, or was refused it; the reason stands on the page alone."""
    tell(user_id, f"player.verification_{state}")


def raises_that_wait() -> int:
    """Tell every player whose raise waits for its second yes, once; how many. Nobody who is on a break.

    Called within a transaction, as often as one likes.
    """
    now = read_now()
    waiting = select(PlayerLimit).where(
        PlayerLimit.wished_at <= now - RAISE_OPENS, PlayerLimit.wished_at > now - RAISE_LAPSES
    )
    told = 0
    for row in db.session.scalars(waiting.order_by(PlayerLimit.user_id)).all():
        if row.wished_at is None or breaks_of(row.user_id).is_on:
            continue
        key, wish = (row.currency, row.kind, row.period), Wish(row.wished_minor, row.wished_at)
        params = _limit(key, row.wished_minor) | {"lapsesAt": rfc3339(wish.lapses_at)}
        told += tell(row.user_id, "player.raise_waits", once=f"{':'.join(key)} {rfc3339(row.wished_at)}", **params)
    return told


def _limit(key: Key, amount: int | None) -> dict[str, Any]:
    currency, kind, period = key
    return {"currency": currency, "limited": kind, "period": period, "amount": amount}


def _named(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "limit": name_of(told["limited"], told["period"]),
        "amount": amount_of(told["amount"], str(told["currency"])),
    }


KINDS: Final = (
    NoticeKind(
        name="player.limit_lowered",
        called=_l("A limit was lowered"),
        title=_l("Your limit holds"),
        text=_l("%(limit)s: from now on %(amount)s."),
        path="/play/limits",
        read=_named,
    ),
    NoticeKind(
        name="player.raise_waits",
        called=_l("A raise waits for your second yes"),
        title=_l("A raise that you asked for waits"),
        text=_l(
            "%(limit)s: %(amount)s, if you say yes a second time before %(lapsesAt)s. If you do nothing, your limit "
            "stays as it is."
        ),
        path="/play/limits",
        places=frozenset({"app"}),
        read=_named,
    ),
    of_safety(
        name="player.timed_out",
        called=_l("Days off have begun"),
        title=_l("You are off"),
        text=_l("Until %(endsAt)s you neither pay in nor play. Nobody can cut it short; it ends by itself."),
        path="/play/breaks",
    ),
    of_safety(
        name="player.excluded",
        called=_l("An exclusion has begun"),
        title=_l("You have excluded yourself"),
        text=_l(
            "Until %(endsAt)s you neither pay in nor play, and nobody can lift that. What you are owed is still paid."
        ),
        path="/play/breaks",
        is_everywhere=True,
    ),
    NoticeKind(
        name="player.verification_verified",
        called=_l("You are verified"),
        title=_l("You are verified"),
        text=_l("Your documents were looked at by two people, and you may do more from now on."),
        path="/play/verification",
    ),
    NoticeKind(
        name="player.verification_rejected",
        called=_l("Your verification is refused"),
        title=_l("Your verification is refused"),
        text=_l("The reason stands on its page. You may hand in other documents."),
        path="/play/verification",
    ),
)
