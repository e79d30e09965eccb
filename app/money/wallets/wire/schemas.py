"""The JSON of wallets and of what is drawn out of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.core.money import MOST_MINOR
from app.core.wire.schemas import Answer, OneOf, Question
from app.money.wallets.rules import METHODS, WALLET_CURRENCIES
from app.money.wallets.withdrawals.states import STATES

Currency = Annotated[str, OneOf(WALLET_CURRENCIES)]
Method = Annotated[str, OneOf(METHODS)]
State = Annotated[str, OneOf(STATES)]
Amount = Annotated[int, Field(ge=1, le=MOST_MINOR, description="in the currency's minor unit")]


class WalletRecord(Answer):
    """Somebody's money in one currency, in its minor unit. What is held is on its way out."""

    currency: Currency
    balance_minor: int
    held_minor: int
    spendable_minor: int
    owed_minor: int = Field(description="spent, and taken back from us since")


class Wallets(Answer):
    """All wallets of whoever asks."""

    wallets: list[WalletRecord]


class LineRecord(Answer):
    """A line of a statement; below zero it left. `reference` says what it was, such as `topup:<id>`."""

    id: str
    kind: str
    amount_minor: int
    balance_after_minor: int
    at: datetime
    reference: str


class LinesPage(Answer):
    """Lines, the newest first; `next` goes on."""

    items: list[LineRecord]
    next: str | None


class LinesParameters(Question):
    """Which page."""

    after: str | None = Field(default=None, max_length=20, description="`next` of the page before")


class WithdrawalWanted(Question):
    """So much, by this way, to one's own account."""

    amount_minor: Amount
    method: Method
    account: str = Field(min_length=1, max_length=254)


class WithdrawalRecord(Answer):
    """A withdrawal. `reason` says why it was refused or came back."""

    id: str
    status: State
    currency: Currency
    amount_minor: int
    method: Method
    account: str | None
    reason: str
    asked_at: datetime
    ended_at: datetime | None


class WithdrawalAnswer(Answer):
    """One withdrawal."""

    withdrawal: WithdrawalRecord


class WithdrawalsPage(Answer):
    """One's withdrawals, the newest first."""

    withdrawals: list[WithdrawalRecord]
    next: str | None


class ExchangeWanted(Question):
    """So much of the address's currency, for what it is worth `into` another."""

    amount_minor: Amount
    into: Currency


class QuoteRecord(Answer):
    """What one gets until it runs out. The rate is a decimal as text: units of what is got for one of what is given."""

    id: str
    sold: Currency
    sold_minor: int
    bought: Currency
    bought_minor: int
    rate: str
    expires_at: datetime
    used_at: datetime | None


class QuoteAnswer(Answer):
    """One quote."""

    quote: QuoteRecord
