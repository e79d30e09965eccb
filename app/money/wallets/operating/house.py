"""Where money off the chain lies, by our books, in each currency: with gateways, at banks, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.core.database.session import db
from app.money.wallets.rules import WALLET_CURRENCIES
from app.record.ledger import queries as ledger
from app.record.ledger.models import Account

PLACES: Final = ("clearing", "bank")
"""Kinds whose accounts are told one by one, for each is somewhere else."""
DUE: Final = ("receivable", "disputed")
"""Kinds that the house has with nobody in particular: owed by players, and taken by disputes until they end."""
_OWED: Final = ("wallet", "stakes", "owed", "refund", "bankroll")
_OWN: Final = ("capital", "result")
COSTS: Final = ("fees", "exchange", "unexplained")
"""What the house has borne, and what of one currency it has got in another: less of what is its own."""
_SUMMED: Final = (*_OWED, *DUE, *_OWN, *COSTS)


@dataclass(frozen=True, slots=True)
class Place:
    """An account of the house's, as `flask wallets move` and the ledger call it."""

    name: str
    kind: str
    owner: str
    balance: int


@dataclass(frozen=True, slots=True)
class House:
    """One currency, in minor units. `free` is what nobody has a claim on; `sums` has each kind's sum."""

    currency: str
    held: int
    free: int
    places: Sequence[Place]
    sums: Mapping[str, int]

    @property
    def claimed(self) -> int:
        """What others may claim."""
        return self.held - self.free

    @property
    def due(self) -> Mapping[str, int]:
        """What is there beside the places, by its kind."""
        return {kind: self.sums[kind] for kind in DUE}

    @property
    def whose(self) -> Mapping[str, int]:
        """Whose all of it is: what others may claim and what is the house's, costs below zero: in sum `total`."""
        return {kind: -amount if kind in COSTS else amount for kind, amount in self.sums.items() if kind not in DUE}

    @property
    def total(self) -> int:
        """All that is there, by the books."""
        return sum(place.balance for place in self.places) + sum(self.due.values())

    @property
    def is_used(self) -> bool:
        """Whether anything was ever posted in it."""
        return bool(self.places) or any(self.sums.values())


def houses() -> list[House]:
    """Every currency of wallets, each read at one moment."""
    return [house(currency) for currency in WALLET_CURRENCIES]


def house(currency: str) -> House:
    """One currency."""
    standing = ledger.standing(currency)
    query = select(Account.kind, Account.owner, Account.balance).where(
        Account.kind.in_(PLACES), Account.currency == currency
    )
    places = [
        Place(f"{kind}:{owner}", kind, owner, balance)
        for kind, owner, balance in db.session.execute(query.order_by(Account.kind.desc(), Account.owner))
    ]
    summed = select(Account.kind, func.sum(Account.balance)).where(
        Account.kind.in_(_SUMMED), Account.currency == currency
    )
    found = {kind: int(total) for kind, total in db.session.execute(summed.group_by(Account.kind))}
    sums = {kind: found.get(kind, 0) for kind in _SUMMED}
    return House(currency, standing.held, standing.free, places, sums)


def names() -> list[str]:
    """Every place of the house that there is, for forms to suggest."""
    query = select(Account.kind, Account.owner).where(Account.kind.in_(PLACES)).distinct()
    found = [f"{kind}:{owner}" for kind, owner in db.session.execute(query.order_by(Account.kind, Account.owner))]
    return ["capital", *found]
