"""What stands in the way of paying in, and how much still fits: said before anything is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import gettext

from app.core.errors import DomainError
from app.money.gateways.payers.held import with_held
from app.money.wallets.rules import Currency, check_currency
from app.people.players import spending
from app.people.players.profile.settings import unverified_limits
from app.people.players.profile.standing import check_may_play
from app.people.players.queries import SPENT, Limit, limits_of, read_now
from app.people.players.rules import WINDOWS
from app.people.players.telling.words import PERIODS
from app.people.players.verification.queries import state_of

_DEPOSIT: Final = "deposit"


@dataclass(frozen=True, slots=True)
class Room:
    """A limit of paying in: what it is called, how much is left of how much; minor units."""

    name: str
    left: int
    limit: int
    is_own: bool


def in_the_way(user_id: UUID) -> DomainError | None:
    """Why somebody pays nothing in at the moment."""
    try:
        spending.check_breaks(user_id)
        check_may_play(user_id, read_now())
    except DomainError as error:
        return error
    return None


def in_full(error: DomainError, user_id: UUID) -> DomainError:
    """A refusal for want of papers by what it says of the limit, where it does; one by a limit with what payments hold
    of it that nobody has paid yet."""
    if error.code == "verification_needed" and "leftMinor" in error.params:
        return DomainError("unverified_limit_reached", status=error.status, field=error.field, **error.params)
    if error.code == "deposit_limit_reached":
        told = with_held(error, user_id)
        if "heldMinor" in told.params:
            return DomainError("deposit_limit_held", status=told.status, field=told.field, **told.params)
    if error.code == "amount_outside_gateway":
        return _below(error, user_id)
    return error


def _below(error: DomainError, user_id: UUID) -> DomainError:
    """An amount that fits into every limit, and is too small for a gateway that takes more than these leave: its most
    would be a second one."""
    least, most = error.params["leastMinor"], error.params["mostMinor"]
    currency = check_currency(str(error.params["currency"]))
    limit = tightest(to_pay_in(user_id, currency))
    if limit is None or limit.left >= int(most):
        return error
    return DomainError("amount_below_gateway", field=error.field, currency=currency, leastMinor=least)


def other_limits(user_id: UUID, currency: Currency) -> list[Limit]:
    """His limits of paying in that do not count this currency, where he has none for it: he may think that they do."""
    own = [one for one in limits_of(user_id) if one.kind == _DEPOSIT]
    return [] if any(one.currency == currency for one in own) else own


def tightest(rooms: Sequence[Room]) -> Room | None:
    """The limit that leaves least."""
    return min(rooms, key=lambda one: one.left, default=None)


def to_pay_in(user_id: UUID, currency: Currency) -> list[Room]:
    """His own limits, the shortest first, and that of who has shown no papers."""
    found = [
        Room(str(PERIODS[one.period]), one.left, one.amount, is_own=True)
        for one in limits_of(user_id)
        if one.kind == _DEPOSIT and one.currency == currency
    ]
    most = unverified_limits().get(currency)
    if most is not None and state_of(user_id) != "verified":
        spent = SPENT.get().total(user_id, currency, _DEPOSIT, read_now() - WINDOWS["month"])
        name = gettext("in any 30 days, while you are not verified")
        found.append(Room(name, max(most - spent, 0), most, is_own=False))
    return found
