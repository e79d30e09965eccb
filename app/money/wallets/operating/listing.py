"""Withdrawals as operators look through them: a list that is narrowed, and what all of it adds up to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.core.database.session import db
from app.core.ids import parse_id
from app.money.wallets.models import Destination, Withdrawal
from app.money.wallets.ways import WAYS
from app.money.wallets.withdrawals.deciding import NAME
from app.money.wallets.withdrawals.queries import Drawn, drawn_of
from app.money.wallets.withdrawals.states import ENDED, STATES
from app.people.approvals import queries as approvals
from app.people.players.profile.queries import names_of

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "open": tuple(one for one in STATES if one not in ENDED),
    "under_way": ("approved", "sending", "sent", "unknown"),
}
BY_HAND: Final = "by_hand"
"""Approved, and there is no way that pays it: an operator does."""
CHOICES: Final = (*GROUPS, BY_HAND, *STATES)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which withdrawals: `state` is one of `CHOICES`, "" any; `least` in minor units; `until` is not in it."""

    state: str = ""
    method: str = ""
    currency: str = ""
    user_id: UUID | None = None
    least: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A withdrawal in a list, with the player's name, "" where nobody knows it any more. `has_way`: it is paid
    without anybody's hand; `is_by_hand`: it has to be paid by hand now."""

    drawn: Drawn
    name: str
    is_by_hand: bool
    has_way: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """All that is wanted in one currency, in minor units."""

    currency: str
    withdrawals: int
    amount: int


def found(filters: Filters, before: UUID | None, limit: int) -> list[Line]:
    """One page, the newest first, in as many statements for fifty as for one; `before` is the id of the previous page's
    last."""
    query = select(Withdrawal, Destination).join(Destination).where(*_where(filters))
    if before is not None:
        query = query.where(Withdrawal.id < before)
    return _lines(db.session.execute(query.order_by(Withdrawal.id.desc()).limit(limit)).all())


def chosen(ids: Collection[UUID]) -> list[Line]:
    """These, the newest first."""
    query = select(Withdrawal, Destination).join(Destination).where(Withdrawal.id.in_(ids))
    return _lines(db.session.execute(query.order_by(Withdrawal.id.desc())).all())


def named(text: str) -> list[Line]:
    """Those that this is a name of: our id or reference, or a provider's number."""
    own = parse_id(text)
    is_meant = Withdrawal.id == own if own is not None else (Withdrawal.reference == text)
    if own is None:
        is_meant = is_meant | ((Withdrawal.provider_id == text) & (Withdrawal.provider_id != ""))
    return chosen(db.session.scalars(select(Withdrawal.id).where(is_meant).limit(_MOST)).all())


_MOST: Final = 20


def sums(filters: Filters) -> list[Sum]:
    """What all of it adds up to, by currency."""
    columns = (Withdrawal.currency, func.count(), func.sum(Withdrawal.amount_minor))
    query = select(*columns).where(*_where(filters)).group_by(Withdrawal.currency).order_by(Withdrawal.currency)
    return [Sum(currency, count, int(amount)) for currency, count, amount in db.session.execute(query)]


def waiting() -> int:
    """How many wait for somebody: to be reviewed, unless it is proposed already, which counts as a proposal; or to be
    paid by hand."""
    proposed = [one for text in approvals.open_subjects(NAME) if (one := parse_id(text.partition(":")[2])) is not None]
    to_review = (Withdrawal.state == "held") & Withdrawal.id.not_in(proposed)
    return db.session.scalar(select(func.count()).where(to_review | _is_by_hand())) or 0


def _is_by_hand() -> ColumnElement[bool]:
    return (Withdrawal.state == "approved") & Withdrawal.method.not_in(list(WAYS.get()))


def _where(filters: Filters) -> list[ColumnElement[bool]]:
    row, wanted = Withdrawal, list[ColumnElement[bool]]()
    if filters.state == BY_HAND:
        wanted.append(_is_by_hand())
    elif filters.state:
        wanted.append(row.state.in_(GROUPS.get(filters.state, (filters.state,))))
    if filters.method:
        wanted.append(row.method == filters.method)
    if filters.currency:
        wanted.append(row.currency == filters.currency)
    if filters.user_id is not None:
        wanted.append(row.user_id == filters.user_id)
    if filters.least is not None:
        wanted.append(row.amount_minor >= filters.least)
    if filters.since is not None:
        wanted.append(row.asked_at >= filters.since)
    if filters.until is not None:
        wanted.append(row.asked_at < filters.until)
    return wanted


def _lines(rows: Sequence[Any]) -> list[Line]:
    names = names_of({row.user_id for row, _ in rows})
    held = [_subject(row) for row, _ in rows if row.state == "held"]
    asked = approvals.open_about_each(NAME, held) if held else {}
    ways = WAYS.get()
    return [
        Line(
            drawn_of(row, destination, asked[_subject(row)].id if _subject(row) in asked else None),
            names.get(row.user_id, ""),
            row.state == "approved" and row.method not in ways,
            row.method in ways,
        )
        for row, destination in rows
    ]


def _subject(row: Withdrawal) -> str:
    return f"withdrawal:{row.id}"
