"""Payments in and withdrawals out as one list: the newest first, narrowed, a page at a time.

Both are named by ids that are ordered by time, so one place in the list is a place in either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for

from app.core.errors import NotFound
from app.money.gateways import states as payment_states
from app.money.gateways.payers import queries as payers
from app.money.gateways.queries import Seen
from app.money.gateways.refunds import wishing
from app.money.wallets.messages import CALLED
from app.money.wallets.rules import WALLET_CURRENCIES, Currency, Method, check_currency
from app.money.wallets.withdrawals import queries as withdrawals
from app.money.wallets.withdrawals import states as withdrawal_states
from app.money.wallets.withdrawals.queries import Drawn
from app.people.approvals.models import Approval

from . import words
from .words import Said

Direction: TypeAlias = Literal["in", "out"]
Standing: TypeAlias = Literal["moving", "arrived", "not"]

DIRECTIONS: Final[tuple[Direction, ...]] = ("in", "out")
STANDINGS: Final[tuple[Standing, ...]] = ("moving", "arrived", "not")
_PAYMENTS: Final[Mapping[Standing, tuple[payment_states.State, ...]]] = {
    "moving": (*payers.MOVING, "disputed"),
    "arrived": ("succeeded", "partly_refunded", "dispute_won"),
    "not": ("failed", "expired", "canceled", "refunded", "refund_failed", "dispute_lost"),
}
_WITHDRAWALS: Final[Mapping[Standing, tuple[withdrawal_states.State, ...]]] = {
    "moving": ("held", "approved", "sending", "sent", "unknown"),
    "arrived": ("paid",),
    "not": ("refused", "returned"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; None: all."""

    direction: Direction | None = None
    standing: Standing | None = None
    currency: Currency | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        """As the address says it. Raises NotFound."""
        direction, standing, currency = (given.get(name) or None for name in ("direction", "standing", "currency"))
        for value, known in ((direction, DIRECTIONS), (standing, STANDINGS), (currency, WALLET_CURRENCIES)):
            if value is not None and value not in known:
                raise NotFound
        own = check_currency(currency) if currency is not None else None
        return cls(cast(Direction | None, direction), cast(Standing | None, standing), own)

    @property
    def query(self) -> dict[str, str]:
        """The same as an address says it."""
        told = {"direction": self.direction, "standing": self.standing, "currency": self.currency}
        return {name: value for name, value in told.items() if value is not None}

    def address(self, before: str | None = None) -> str:
        """Of a page of the list: the first, or the one that goes on after what is named."""
        query = self.query if before is None else {**self.query, "before": before}
        place = url_for("play_money.payments")
        return f"{place}?{urlencode(query)}" if query else place


@dataclass(frozen=True, slots=True)
class Move:
    """One of them: how much (minor units) by which way, how far it has come, and where all of it is told."""

    id: UUID
    direction: Direction
    at: datetime
    amount: int
    currency: str
    way: str
    said: Said
    href: str


def moves(user_id: UUID, wanted: Wanted, before: UUID | None = None, limit: int = 50) -> list[Move]:
    """Somebody's, the newest first; `before` is the last one of the page before."""
    found: list[Move] = []
    if wanted.direction != "out":
        states = _PAYMENTS[wanted.standing] if wanted.standing else ()
        seen = _seen(user_id, wanted.currency, states, before, limit)
        if wanted.standing == "moving":
            arrived = _seen(user_id, wanted.currency, _PAYMENTS["arrived"], before, limit)
            wished = wishing.waiting_of([one.id for one in arrived])
            seen = [*seen, *(one for one in arrived if one.id in wished)]
        wished = wishing.waiting_of([one.id for one in seen])
        found += [_payment(one, wished.get(one.id)) for one in seen]
    if wanted.direction != "in":
        ends = _WITHDRAWALS[wanted.standing] if wanted.standing else ()
        drawn = withdrawals.of_player(user_id, before, limit, states=ends, currency=wanted.currency)
        found += [_withdrawal(one) for one in drawn]
    return sorted(found, key=lambda one: one.id, reverse=True)[:limit]


def _seen(
    user_id: UUID,
    currency: Currency | None,
    states: Collection[payment_states.State],
    before: UUID | None,
    limit: int,
) -> Sequence[Seen]:
    return payers.page_of(user_id, states=states, currency=currency, before=before, limit=limit)


def _payment(one: Seen, wish: Approval | None) -> Move:
    """By what came in, once anything did. `wish`: its payer has asked for some of it back, and one of us has still to
    say yes."""
    href, way = url_for("payments.page", payment_id=one.id), str(words.GATEWAYS[one.provider])
    said = words.payment(one.state, is_processing=one.is_processing)
    if wish is not None:
        said = words.wished_back(wishing.amount_of(wish), one.currency)
    amount = one.received_minor or one.amount_minor
    return Move(one.id, "in", one.created_at, amount, one.currency, way, said, href)


def _withdrawal(one: Drawn) -> Move:
    href = url_for("play_draw.one", withdrawal_id=one.id)
    way = f"{CALLED[cast(Method, one.method)]} {one.masked or ''}".strip()
    return Move(one.id, "out", one.asked_at, one.amount, one.currency, way, words.withdrawal(one), href)
