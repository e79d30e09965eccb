"""Which accounts are known to be somebody's own, what may leave for each of them now, and what not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import select

from app.core.database.session import db
from app.core.sealing.columns import lookup
from app.money.wallets import queries
from app.money.wallets.models import DepositOrigin, Destination, kind_of_account
from app.money.wallets.origins import rules as origin_rules
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.ports import NOT_FINAL
from app.money.wallets.origins.rules import Origin, Target, Waits
from app.money.wallets.rules import BY_PHONE, METHODS, Currency, Method
from app.money.wallets.settings import wallet_settings
from app.people.players.profile.queries import profile_of
from app.people.players.queries import read_now
from app.people.players.rules import WINDOWS, Period
from app.people.players.verification.rules import parse_limits

from .service import drawn_since

How: TypeAlias = Literal["payer", "phone", "person"]
_ANY: Final = Target("", b"")
"""An account that nothing was ever paid from."""
_PERIODS: Final[tuple[Period, ...]] = ("day", "month")


@dataclass(frozen=True, slots=True)
class Known:
    """An account of somebody's own: how we know it, and how much (minor units) may leave for it now."""

    method: Method
    account: str
    how: How
    leavable: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """Money that was paid in and not played: it goes back only to where it came from. No more of it than is there
    beside winnings that are not final: a deposit keeps what of a stake may come back by them."""

    amount: int
    provider: str
    is_card: bool
    deposit_id: UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was played with, or won, and waits for the bank of a card whose deposit may still be taken back."""

    amount: int
    until: datetime
    deposit_id: UUID
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class MayLeave:
    """How somebody's money of one currency may leave. `freely` may for whatever account of his own.
    `not_final` was won by results that may still be corrected, by the moments from which on they may not."""

    spendable: int
    freely: int
    accounts: Sequence[Known]
    bound: Sequence[Bound]
    waiting: Waiting | None
    not_final: Mapping[datetime, int]

    @property
    def most(self) -> int:
        """What may leave at once, for the account that most may leave for."""
        return max((self.freely, *(one.leavable for one in self.accounts)))


@dataclass(frozen=True, slots=True)
class Room:
    """How much may still be drawn out in a period, of how much; minor units."""

    period: Period
    limit: int
    left: int


def may_leave(user_id: UUID, currency: Currency) -> MayLeave:
    """As it is now. Only reads."""
    spendable = queries.wallet_of(user_id, currency).spendable
    not_final = origin_rules.not_final(spendable, NOT_FINAL.get()(user_id, currency))
    final = max(0, spendable - sum(not_final.values()))
    found, waits, now = origins.origins_of(user_id), wallet_settings().waits, read_now()

    def leavable(method: Method, account: str) -> int:
        target = Target(METHODS[method].provider, lookup(kind_of_account(account), account))
        return origin_rules.leavable(final, currency, found, target, waits, now)

    known = {(method, account): how for method, account, how in _known(user_id, currency)}
    return MayLeave(
        spendable,
        origin_rules.leavable(final, currency, found, _ANY, waits, now),
        [Known(method, account, how, leavable(method, account)) for (method, account), how in known.items()],
        [
            Bound(min(one.unplayed, final), one.provider, one.is_card, one.id)
            for one in found
            if one.currency == currency and one.unplayed and final
        ],
        _waiting(origin_rules.waiting(spendable, currency, found), origin_rules.waits_for(found, waits, now), waits),
        not_final,
    )


def _waiting(amount: int, origin: Origin | None, waits: Waits) -> Waiting | None:
    return Waiting(amount, waits.end(origin), origin.id, origin.paid_at) if origin is not None and amount else None


def rooms(user_id: UUID, currency: Currency) -> list[Room]:
    """What the limits of drawing out leave, the shorter period first."""
    settings, now = wallet_settings(), read_now()
    texts = {"day": settings.withdrawal_day_limits, "month": settings.withdrawal_month_limits}
    limits = {period: parse_limits(texts[period]).get(currency) for period in _PERIODS}
    return [
        Room(period, limit, max(limit - drawn_since(user_id, currency, now - WINDOWS[period]), 0))
        for period, limit in limits.items()
        if limit is not None
    ]


def _known(user_id: UUID, currency: Currency) -> Iterator[tuple[Method, str, How]]:
    """Each account by each way that takes the currency; what is known in two ways comes twice, the better one last."""
    methods = [method for method, way in METHODS.items() if currency in way.currencies]
    kept = select(Destination).where(Destination.user_id == user_id, Destination.account_sealed.is_not(None))
    for one in db.session.scalars(kept.order_by(Destination.verified_at)):
        method = next((method for method in methods if method == one.method), None)
        if method == "bank" and one.account is not None:
            yield method, one.account, "person"
    paid = select(DepositOrigin).where(DepositOrigin.user_id == user_id, DepositOrigin.payer_sealed.is_not(None))
    for origin in db.session.scalars(paid.order_by(DepositOrigin.paid_at)):
        for method in methods:
            if METHODS[method].provider == origin.provider and origin.payer is not None and _fits(method, origin.payer):
                yield method, origin.payer, "payer"
    profile = profile_of(user_id)
    for method in methods:
        if method in BY_PHONE and profile.phone is not None:
            yield method, profile.phone, "phone"
        if method == "paypal" and profile.email is not None:
            yield method, profile.email, "phone"


def _fits(method: Method, account: str) -> bool:
    """Whether a payer's account can be paid to by this way: a number, or a mail address."""
    return account.startswith("+") if method in BY_PHONE else "@" in account
