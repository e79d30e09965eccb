"""Keeps where the money in wallets came from. Called with the player's row locked, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, update

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.wallets.models import DepositOrigin, DrawnOrigin
from app.money.wallets.settings import wallet_settings
from app.people.players.queries import read_now

from . import rules
from .ports import NOT_FINAL
from .rules import Origin, Target

_ROOM: Final = DepositOrigin.amount_minor - DepositOrigin.played_minor


@dataclass(frozen=True, slots=True)
class Deposit:
    """What is known of a payment that has come in. `payer` is the account that paid, as it is kept."""

    provider: str
    payer: str | None
    is_card: bool
    has_3ds: bool


def remember(
    origin_id: UUID, user_id: UUID, currency: str, amount: int, deposit: Deposit, paid_at: datetime | None = None
) -> None:
    """Money has come in, now if no moment is told, and nothing of it was played yet."""
    row = DepositOrigin(
        id=origin_id,
        user_id=user_id,
        currency=currency,
        provider=deposit.provider,
        is_card=deposit.is_card,
        has_3ds=deposit.has_3ds,
        amount_minor=amount,
        unplayed_minor=amount,
        paid_at=paid_at or read_now(),
    )
    row.payer = deposit.payer
    db.session.add(row)
    db.session.flush()


def origins_of(user_id: UUID) -> list[Origin]:
    """Somebody's deposits in every currency, the oldest first."""
    return origins_of_all([user_id])[user_id]


def origins_of_all(user_ids: Collection[UUID]) -> Mapping[UUID, list[Origin]]:
    """The same of several people."""
    rows = db.session.scalars(
        select(DepositOrigin)
        .where(DepositOrigin.user_id.in_(user_ids))
        .order_by(DepositOrigin.paid_at, DepositOrigin.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[Origin]] = {user_id: [] for user_id in user_ids}
    for row in rows:
        found[row.user_id].append(_read(row))
    return found


def _read(row: DepositOrigin) -> Origin:
    return Origin(
        row.id,
        row.currency,
        row.provider,
        row.payer_hash,
        row.is_card,
        row.has_3ds,
        row.paid_at,
        row.unplayed_minor,
        row.played_minor,
    )


def waits_until(user_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Until when nothing that was played with, or won, leaves; of whom nothing waits for a card's bank is left out."""
    waits, now = wallet_settings().waits, read_now()
    ends = {one: rules.waits_until(own, waits, now) for one, own in origins_of_all(user_ids).items()}
    return {user_id: end for user_id, end in ends.items() if end is not None}


def leavable(user_id: UUID, currency: str, spendable: int, target: Target) -> int:
    """How much of it may leave for an account. What results that are not final have won counts as not there: it stays,
    and what was not played is not taken for it."""
    final = final_of(user_id, currency, spendable)
    return rules.leavable(final, currency, origins_of(user_id), target, wallet_settings().waits, read_now())


def final_of(user_id: UUID, currency: str, spendable: int) -> int:
    """How much of it may leave for whatever account: so much as results that are not final have won stays."""
    return max(0, spendable - not_final(user_id, currency))


def not_final(user_id: UUID, currency: str) -> int:
    """What he has won by results that are not final, in minor units."""
    return sum(NOT_FINAL.get()(user_id, currency).values())


def check_leavable(user_id: UUID, currency: str, spendable: int, amount: int, target: Target) -> None:
    """Raises DomainError 409 `winnings_not_final`: so much may leave for the account once results are final;
    `money_leaves_elsewhere`: it may not even then. `leavableMinor` may leave now."""
    may = leavable(user_id, currency, spendable, target)
    if may < amount:
        once = rules.leavable(spendable, currency, origins_of(user_id), target, wallet_settings().waits, read_now())
        code = "money_leaves_elsewhere" if once < amount else "winnings_not_final"
        told: dict[str, str | int] = {"currency": currency, "leavableMinor": may}
        raise DomainError(code, status=409, field="amountMinor", **told)


def check_final(user_id: UUID, currency: str, spendable: int, amount: int) -> None:
    """Raises DomainError 409 `winnings_not_final` (`leavableMinor` may leave)."""
    final = final_of(user_id, currency, spendable)
    if final < amount:
        told: dict[str, str | int] = {"currency": currency, "leavableMinor": final}
        raise DomainError("winnings_not_final", status=409, field="amountMinor", **told)


def draw(withdrawal_id: UUID, user_id: UUID, currency: str, target: Target, amount: int) -> None:
    """So much leaves for an account: what of it goes back where it came from is written down."""
    own = [one for one in origins_of(user_id) if one.currency == currency]
    for origin_id, part in rules.drawn(own, target, amount):
        _take(origin_id, part)
        db.session.add(DrawnOrigin(withdrawal_id=withdrawal_id, origin_id=origin_id, amount_minor=part))
    db.session.flush()


def undraw(withdrawal_id: UUID) -> None:
    """It did not leave, or came back."""
    rows = db.session.scalars(select(DrawnOrigin).where(DrawnOrigin.withdrawal_id == withdrawal_id)).all()
    for row in rows:
        give(row.origin_id, row.amount_minor)


def play(user_id: UUID, currency: str, stake: int, return_percent: int) -> None:
    """A stake was taken, of which so much comes back on average: what cannot come back counts as played."""
    play_all([Played(user_id, currency, stake, return_percent)])


class Played(NamedTuple):
    """A stake that was taken of somebody, and which percentage of it comes back on average."""

    user_id: UUID
    currency: str
    stake: int
    return_percent: int


def play_all(stakes: Sequence[Played]) -> None:
    """The same of stakes of several people, in one statement, the oldest deposits first."""
    amounts: dict[tuple[UUID, str], int] = {}
    for one in stakes:
        key = (one.user_id, one.currency)
        amounts[key] = amounts.get(key, 0) + rules.played_through(one.stake, one.return_percent)
    if amounts:
        users, currencies = zip(*amounts, strict=True)
        values = {"users": list(users), "currencies": list(currencies), "amounts": list(amounts.values())}
        db.session.execute(_PLAY, values)


def unplay(user_id: UUID, currency: str, stake: int, return_percent: int) -> None:
    """A stake went back: what of it counted as played does not."""
    own = [one for one in origins_of(user_id) if one.currency == currency]
    for origin_id, part in rules.given_back(own, stake, return_percent):
        lose(origin_id, -part)


def lose(origin_id: UUID, amount: int) -> None:
    """So much of a deposit was lost in play."""
    _take(origin_id, amount, DepositOrigin.played_minor + amount)


def exchange(user_id: UUID, sold: str, sold_minor: int, bought: str, bought_minor: int) -> None:
    """One currency became another: what of it was not played keeps its origin."""
    own = [one for one in origins_of(user_id) if one.currency == sold]
    for one, part, became in rules.exchanged(own, sold_minor, bought_minor):
        row = db.session.get_one(DepositOrigin, one.id)
        _take(one.id, part)
        deposit = Deposit(row.provider, row.payer, row.is_card, row.has_3ds)
        remember(new_id(), user_id, bought, became, deposit, row.paid_at)


def unplayed_of(origin_id: UUID) -> int:
    """What of a deposit was not played; 0 of one that there is not."""
    return db.session.scalar(select(DepositOrigin.unplayed_minor).where(DepositOrigin.id == origin_id)) or 0


def take(origin_id: UUID, amount: int) -> None:
    """So much of a deposit is taken back, whether it was played or not."""
    current = db.session.scalars(select(DepositOrigin.unplayed_minor).where(DepositOrigin.id == origin_id)).one()
    _take(origin_id, min(amount, current))


def give(origin_id: UUID, amount: int) -> None:
    """So much of a deposit is here again, and can leave only where it came from."""
    db.session.execute(
        update(DepositOrigin)
        .where(DepositOrigin.id == origin_id)
        .values(unplayed_minor=func.least(_ROOM, DepositOrigin.unplayed_minor + amount))
    )


def _take(origin_id: UUID, amount: int, played: ColumnElement[int] | None = None) -> None:
    if amount:
        values = {"unplayed_minor": DepositOrigin.unplayed_minor - amount}
        if played is not None:
            values["played_minor"] = played
        db.session.execute(update(DepositOrigin).where(DepositOrigin.id == origin_id).values(values))


# Of each person's deposits the oldest first, as long as there is something of the amount.
_PLAY: Final = text("""
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:users AS uuid[]), CAST(:currencies AS text[]), CAST(:amounts AS bigint[]))
            AS wanted (user_id, currency, amount)
    ), running AS (
        SELECT id, amount - sum(unplayed_minor) OVER (
            PARTITION BY user_id, currency ORDER BY paid_at, id) + unplayed_minor AS still, unplayed_minor
        FROM wallet_origins JOIN wanted USING (user_id, currency) WHERE unplayed_minor > 0
    ), parts AS (
        SELECT id, CAST(least(unplayed_minor, still) AS bigint) AS part FROM running WHERE still > 0
    )
    UPDATE wallet_origins AS one SET unplayed_minor = unplayed_minor - part, played_minor = played_minor + part
    FROM parts WHERE one.id = parts.id
""")
