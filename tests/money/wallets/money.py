"""Somebody with a wallet, payments as whoever takes them tells of them, and a way out whose answers the test says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import UUID

from flask import Flask

from app.core.errors import DomainError
from app.core.ids import new_id
from app.money.wallets.topups import service as topups
from app.money.wallets.ways import WAYS, PayoutAnswer, PayoutOrder
from app.people.accounts import service as accounts
from app.people.players.profile import service as profiles
from app.people.players.profile.rules import Proposed
from app.record.ledger.entries import AccountRef

_NUMBERS: Iterator[int] = count(1)


def player(phone: str | None = None) -> tuple[UUID, str]:
    """Somebody who has registered, like nobody else by name and birth date, and his verified number."""
    number = next(_NUMBERS)
    phone = phone or f"+509341{number:05}"
    user_id = accounts.user_with_phone(phone)
    born = date.fromordinal(date(1950, 1, 1).toordinal() + number).isoformat()
    assert profiles.register(user_id, Proposed("Ada Lovelace", born, "HT", "HTG"), "en") is None
    return user_id, phone


@dataclass(frozen=True, slots=True)
class Payment:
    """What a gateway tells a purchase of."""

    user_id: UUID
    purchase_id: UUID
    amount_minor: int
    provider: str = "moncash"
    currency: str = "HTG"
    payer: str | None = None
    is_card: bool = False
    has_3ds: bool = False
    clearing_of: str = "moncash"
    id: UUID = field(default_factory=new_id)

    @property
    def clearing(self) -> AccountRef:
        return AccountRef("clearing", self.clearing_of, self.currency)

    @property
    def refund(self) -> AccountRef:
        return AccountRef("refund", str(self.id), self.currency)


def top_up(user_id: UUID, amount: int, payer: str | None, **more: object) -> Payment:
    """Begun and paid, in the caller's transaction."""
    currency = str(more.get("currency", "HTG"))
    made = Payment(user_id, topups.begin(user_id, currency, amount), amount, payer=payer, **more)  # type: ignore[arg-type]
    topups.TopupPurchase().paid(made)
    return made


@dataclass
class Way:
    """A provider. `next` is what it answers, or raises; `paid` what it has really paid, by reference."""

    provider: str = "moncash-prefund"
    name: str = "moncash"
    currencies: frozenset[str] = frozenset({"HTG"})
    whole: bool = False
    next: PayoutAnswer | Exception = field(default_factory=lambda: PayoutAnswer("paid"))
    orders: list[PayoutOrder] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def into(self, app: Flask) -> Way:
        WAYS.fill(app, {"moncash": self})
        return self

    def check(self, currency: str, amount_minor: int) -> None:
        if self.whole and amount_minor % 100:
            told = {"leastMinor": 100, "mostMinor": 7_500_000, "stepMinor": 100}
            raise DomainError("amount_not_whole", status=422, field="amountMinor", currency=currency, **told)

    def pay_out(self, order: PayoutOrder) -> PayoutAnswer:
        self.orders.append(order)
        return self._answer()

    def ask(self, reference: str) -> PayoutAnswer:
        self.asked.append(reference)
        return self._answer()

    def _answer(self) -> PayoutAnswer:
        if isinstance(self.next, Exception):
            raise self.next
        return self.next
