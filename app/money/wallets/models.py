"""What is known of money off the chain beside the ledger: top-ups, where they came from, and what leaves.

Accounts and payers are sealed. Nothing that was ever paid is removed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.frozen import freeze
from app.core.database.session import Model
from app.core.money import MOST_MINOR
from app.core.sealing.columns import MAIL, PHONE, Sealed, sealed_text_or_none
from app.people.players.models import Player

from .rules import METHODS, WALLET_CURRENCIES
from .withdrawals.states import ENDED, STATES

ACCOUNT: Final = "account"
"""The kind of what is neither a phone nor a mail address: a bank's account, a provider's own number."""
TOPUP_STATES: Final = ("begun", "paid", "ended")

_NOW = func.clock_timestamp()
_AMOUNT: Final = f"amount_minor BETWEEN 1 AND {MOST_MINOR}"


def kind_of_account(account: str) -> str:
    """What an account is found as: the same address has the same hash wherever it stands."""
    if "@" in account:
        return MAIL
    return PHONE if account.startswith("+") else ACCOUNT


def _one_of(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in sorted(words))})"


class Topup(Model):
    """What somebody pays into a wallet. It counts against his limits from its beginning, unless it comes to nothing."""

    __tablename__ = "wallet_topups"
    __table_args__ = (
        CheckConstraint(_one_of("currency", WALLET_CURRENCIES), name="currency"),
        CheckConstraint(_AMOUNT, name="amount"),
        CheckConstraint(_one_of("state", TOPUP_STATES), name="state"),
        CheckConstraint("(state = 'begun') = (ended_at IS NULL)", name="ended"),
        Index("wallet_topups_user_idx", "user_id", "currency", "begun_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(server_default="begun")
    begun_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    ended_at: Mapped[datetime | None]


freeze(Topup.__table__, ("id", "user_id", "currency", "amount_minor", "begun_at"))


class DepositOrigin(Model):
    """Where money in a wallet came from, what of it was not played yet, and what was; the rest has gone back. Its id is
    the top-up's."""

    __tablename__ = "wallet_origins"
    __table_args__ = (
        CheckConstraint(_one_of("currency", WALLET_CURRENCIES), name="currency"),
        CheckConstraint(_AMOUNT, name="amount"),
        CheckConstraint("unplayed_minor >= 0 AND played_minor >= 0", name="parts"),
        CheckConstraint("unplayed_minor + played_minor <= amount_minor", name="whole"),
        CheckConstraint("(payer_sealed IS NULL) = (payer_hash IS NULL)", name="payer_is_found"),
        Index("wallet_origins_user_id_idx", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    currency: Mapped[str]
    provider: Mapped[str]
    payer_sealed: Mapped[bytes | None] = mapped_column(Sealed(kind_of_account))
    payer_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    payer = sealed_text_or_none("payer_sealed")
    is_card: Mapped[bool]
    has_3ds: Mapped[bool]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    unplayed_minor: Mapped[int] = mapped_column(BigInteger)
    played_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    paid_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Destination(Model):
    """An account of somebody's own, and how we know that it is his."""

    __tablename__ = "wallet_destinations"
    __table_args__ = (
        UniqueConstraint("user_id", "method", "account_hash"),
        CheckConstraint(_one_of("method", METHODS), name="method"),
        CheckConstraint("verified_how IN ('payer', 'phone', 'person')", name="verified_how"),
        CheckConstraint("(account_sealed IS NULL) = (account_hash IS NULL)", name="account_is_found"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    method: Mapped[str]
    account_sealed: Mapped[bytes | None] = mapped_column(Sealed(kind_of_account))
    account_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    account = sealed_text_or_none("account_sealed")
    verified_how: Mapped[str]
    verified_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class Withdrawal(Model):
    """What somebody draws out. `reference` is what the provider is told; `paid_from` the account it left, by its name
    in the ledger, "" until it has."""

    __tablename__ = "wallet_withdrawals"
    __table_args__ = (
        CheckConstraint(_one_of("currency", WALLET_CURRENCIES), name="currency"),
        CheckConstraint(_one_of("method", METHODS), name="method"),
        CheckConstraint(_AMOUNT, name="amount"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(f"({_one_of('state', ENDED)}) = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("fee_minor >= 0", name="fee"),
        UniqueConstraint("reference"),
        Index("wallet_withdrawals_provider_id_idx", "provider_id", postgresql_where=text("provider_id <> ''")),
        Index("wallet_withdrawals_user_idx", "user_id", "currency", "id"),
        Index(
            "wallet_withdrawals_paid_idx",
            "next_ask_at",
            postgresql_where=text("state = 'paid' AND next_ask_at IS NOT NULL"),
        ),
        Index("wallet_withdrawals_open_idx", "id", postgresql_where=text(f"NOT ({_one_of('state', ENDED)})")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(Player.user_id))
    currency: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    method: Mapped[str]
    destination_id: Mapped[UUID] = mapped_column(ForeignKey(Destination.id))
    reference: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="held")
    reason: Mapped[str] = mapped_column(server_default="")
    paid_from: Mapped[str] = mapped_column(server_default="")
    provider_id: Mapped[str] = mapped_column(server_default="")
    fee_minor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    asked_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    sent_at: Mapped[datetime | None]
    next_ask_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


freeze(
    Withdrawal.__table__,
    ("id", "user_id", "currency", "amount_minor", "method", "destination_id", "reference", "asked_at"),
)


class DrawnOrigin(Model):
    """What of a deposit goes back with a withdrawal to where it came from; given back if that does not leave."""

    __tablename__ = "wallet_drawn_origins"
    __table_args__ = (CheckConstraint(_AMOUNT, name="amount"),)

    withdrawal_id: Mapped[UUID] = mapped_column(ForeignKey(Withdrawal.id), primary_key=True)
    origin_id: Mapped[UUID] = mapped_column(ForeignKey(DepositOrigin.id), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
