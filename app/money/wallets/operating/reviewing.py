"""What a reviewer has to know before money leaves: whose it is, where it comes from and goes to, what left before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.core.errors import NotFound
from app.money.wallets import postings, queries
from app.money.wallets.models import DepositOrigin, Destination, DrawnOrigin, Withdrawal
from app.money.wallets.origins import service as origins
from app.money.wallets.queries import Wallet
from app.money.wallets.rules import METHODS, check_currency
from app.money.wallets.settings import wallet_settings
from app.people.players.profile import queries as profiles
from app.people.players.profile.queries import Profile
from app.people.players.queries import read_now
from app.people.players.rules import WINDOWS, Period
from app.people.players.verification import queries as verification
from app.people.players.verification.queries import Verification
from app.people.players.verification.rules import parse_limits
from app.record.ledger.posted import Credited, Posted, credited, posted_for

from . import decided
from .decided import Decided
from .listing import Filters, Line, chosen, found

_ORIGINS: Final = 20
_EARLIER: Final = 10
_DEPOSIT: Final = (postings.TOPUP, "paid")


@dataclass(frozen=True, slots=True)
class Source:
    """A deposit in the withdrawal's currency, in minor units. `drawn`: what of it goes back where it came from with
    this withdrawal; `waits_until`: till then what was played with it leaves no other way."""

    origin: DepositOrigin
    drawn: int
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What somebody has drawn out in a period, this withdrawal and those on their way among it, in minor units."""

    period: Period
    limit: int | None
    drawn: int


@dataclass(frozen=True, slots=True)
class Review:
    """A withdrawal and all that is known about it. `not_final` (minor units): what the player won by results that may
    still be corrected, none of which leaves. `others`: what ever came into the wallet and was no deposit; `by_hand`:
    each change of it by operators."""

    line: Line
    destination: Destination
    paid_from: str
    sent_at: datetime | None
    person: Profile
    verification: Verification
    is_blocked: bool
    wallet: Wallet
    not_final: int
    sources: Sequence[Source]
    others: Sequence[Credited]
    by_hand: Sequence[Decided]
    limits: Sequence[Limit]
    earlier: Sequence[Line]
    posted: Sequence[Posted]


def review(withdrawal_id: UUID) -> Review:
    """Raises NotFound `withdrawal_not_found`."""
    row = db.session.get(Withdrawal, withdrawal_id, populate_existing=True)
    if row is None:
        raise NotFound("withdrawal_not_found")
    (line,) = chosen([withdrawal_id])
    user_id = row.user_id
    own = postings.wallet(user_id, row.currency)
    return Review(
        line,
        db.session.get_one(Destination, row.destination_id),
        row.paid_from,
        row.sent_at,
        profiles.profile_of(user_id),
        verification.verification_of(user_id),
        profiles.block_of(user_id) is not None,
        queries.wallet_of(user_id, check_currency(row.currency)),
        origins.not_final(user_id, row.currency),
        _sources(row),
        [one for one in credited(own) if (one.source, one.kind) != _DEPOSIT],
        decided.of_wallet(own),
        [_limit(row, period) for period in cast("tuple[Period, ...]", ("day", "month"))],
        [one for one in found(Filters(user_id=user_id), None, _EARLIER + 1) if one.drawn.id != row.id][:_EARLIER],
        posted_for([(postings.WITHDRAWAL, str(row.id))]),
    )


def goes_home(row: Destination, origin: DepositOrigin) -> bool:
    """Whether a deposit came from the account that is paid to."""
    provider = next((way.provider for method, way in METHODS.items() if method == row.method), "")
    return not origin.is_card and (origin.provider, origin.payer_hash) == (provider, row.account_hash)


def _sources(row: Withdrawal) -> list[Source]:
    going = select(DrawnOrigin).where(DrawnOrigin.withdrawal_id == row.id)
    drawn = {one.origin_id: one.amount_minor for one in db.session.scalars(going)}
    query = select(DepositOrigin).where(DepositOrigin.user_id == row.user_id, DepositOrigin.currency == row.currency)
    origins = db.session.scalars(query.order_by(DepositOrigin.paid_at.desc()).limit(_ORIGINS))
    return [Source(one, drawn.get(one.id, 0), _waits_until(one)) for one in origins]


def _waits_until(origin: DepositOrigin) -> datetime | None:
    waits = wallet_settings().waits
    if not origin.is_card:
        return None
    until = origin.paid_at + (waits.with_3ds if origin.has_3ds else waits.without)
    return until if until > read_now() else None


def _limit(row: Withdrawal, period: Period) -> Limit:
    """As it was reckoned when this one was asked for."""
    settings = wallet_settings()
    text = settings.withdrawal_day_limits if period == "day" else settings.withdrawal_month_limits
    query = select(func.coalesce(func.sum(Withdrawal.amount_minor), 0)).where(
        Withdrawal.user_id == row.user_id,
        Withdrawal.currency == row.currency,
        Withdrawal.asked_at > row.asked_at - WINDOWS[period],
        Withdrawal.asked_at <= row.asked_at,
        Withdrawal.state.not_in(("refused", "returned")) | (Withdrawal.id == row.id),
    )
    return Limit(period, parse_limits(text).get(row.currency), int(db.session.execute(query).scalar_one()))
