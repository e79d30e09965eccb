"""Reads: what somebody has here, and what of it can be spent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from app.core.database.session import db
from app.record.ledger.models import Account

from .rules import WALLET_CURRENCIES, Currency


@dataclass(frozen=True, slots=True)
class Wallet:
    """Somebody's money in one currency, in its minor unit. `owed` is what he has spent that was taken back from us."""

    currency: Currency
    balance: int = 0
    held: int = 0
    owed: int = 0

    @property
    def spendable(self) -> int:
        """What is not on its way out."""
        return self.balance - self.held


def wallets_of(user_id: UUID) -> list[Wallet]:
    """His wallets, one a currency, whether there is anything in it or not; read at one moment."""
    rows = db.session.execute(
        select(Account.kind, Account.currency, Account.balance, Account.held).where(
            Account.kind.in_(("wallet", "receivable")), Account.owner == str(user_id)
        )
    )
    found = {(kind, currency): (balance, held) for kind, currency, balance, held in rows}
    nothing = (0, 0)
    return [
        Wallet(one, *found.get(("wallet", one), nothing), owed=found.get(("receivable", one), nothing)[0])
        for one in WALLET_CURRENCIES
    ]


def wallet_of(user_id: UUID, currency: Currency) -> Wallet:
    """One of them."""
    return next(one for one in wallets_of(user_id) if one.currency == currency)


def spendable_of(user_ids: Collection[UUID], currency: str) -> dict[UUID, int]:
    """What each of these people can spend of one currency; who never had any of it is left out."""
    owners = {str(one): one for one in user_ids}
    rows = db.session.execute(_SPENDABLE, {"owners": list(owners), "currency": currency})
    return {owners[owner]: spendable for owner, spendable in rows}


_SPENDABLE: Final = select(Account.owner, Account.balance - Account.held).where(
    Account.kind == "wallet",
    Account.currency == bindparam("currency"),
    Account.owner == any_(bindparam("owners", type_=ARRAY(Text()))),
)


def has_money(user_id: UUID) -> bool:
    """Whether anything of his is here, or anything is owed."""
    return any(one.balance or one.owed for one in wallets_of(user_id))
