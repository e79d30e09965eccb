"""The chart of accounts: each kind's normal side, whether it may fall below zero, and who may claim what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from .entries import AccountRef

Side = Literal["debit", "credit"]
Claim = Literal["always", "until_drawn", "none"]


@dataclass(frozen=True, slots=True)
class AccountKind:
    """`owned` kinds need an owner (a round, a site, a reason); the others have one account a currency.

    `claim` says whether others may claim what is in the account: always; or until the draw, whose jackpot is promised
    instead, so that what was sold for it counts towards paying it; or never, for it is the house's. Nobody may leave it
    out: what is free is what no claim is on, and a kind without a word on that would become the house's money.
    `is_held` marks money in hand, the only assets that back anything. The owner of an `is_personal` kind is a person,
    whom the public log names by a hash alone.

    Raises:
        ValueError: an asset with a claim on it, a claim that may be negative, a liability as money in hand, or a person
            who owns nothing.
    """

    normal_side: Side
    may_be_negative: bool
    owned: bool
    claim: Claim
    is_held: bool = False
    is_personal: bool = False

    def __post_init__(self) -> None:
        is_claimed = self.claim != "none"
        if is_claimed and (self.normal_side == "debit" or self.may_be_negative):
            raise ValueError("a claim is on a liability, and no liability is below zero")
        if self.is_held and self.normal_side == "credit":
            raise ValueError("only an asset is money in hand")
        if self.is_personal and not self.owned:
            raise ValueError("a person's account has an owner")


_OWED = AccountKind("credit", may_be_negative=False, owned=True, claim="always")

CHART = MappingProxyType(
    {
        # Bitcoin we hold. Only a coin that was recorded can be spent, so below zero means that one was not: refuse.
        "coins": AccountKind("debit", may_be_negative=False, owned=False, claim="none", is_held=True),
        # What is owed, and to whom. Paying out more than was owed is the error this ledger exists to prevent.
        "pool": AccountKind("credit", may_be_negative=False, owned=True, claim="until_drawn"),
        "held": _OWED,
        "suspense": _OWED,
        "partner": _OWED,
        "jackpot": _OWED,
        "payout": _OWED,
        # The house. Capital is what was put in: nobody takes out more. The result is a loss whenever a jackpot
        # exceeds what its round sold, so it alone may be negative.
        "capital": AccountKind("credit", may_be_negative=False, owned=False, claim="none"),
        "result": AccountKind("credit", may_be_negative=True, owned=False, claim="none"),
        # Costs only grow, except by the mirror of an earlier cost, which cannot take them below zero; nor can more
        # be explained than was unexplained.
        "fees": AccountKind("debit", may_be_negative=False, owned=False, claim="none"),
        "unexplained": AccountKind("debit", may_be_negative=False, owned=False, claim="none"),
        # What a gateway holds for us; a dispute takes more than there is, which is an alarm and no money in hand.
        "clearing": AccountKind("debit", may_be_negative=True, owned=True, claim="none", is_held=True),
        # What a dispute took, until it ends: nobody knows yet whose it is.
        "disputed": AccountKind("debit", may_be_negative=False, owned=False, claim="none"),
        # The house's accounts at banks, by statements that two people entered.
        "bank": AccountKind("debit", may_be_negative=False, owned=True, claim="none", is_held=True),
        "wallet": AccountKind("credit", may_be_negative=False, owned=True, claim="always", is_personal=True),
        # On its way back through the gateway that it came by; its owner is the payment.
        "refund": _OWED,
        # What somebody has spent that was taken back from us. It may never come: it backs nothing.
        "receivable": AccountKind("debit", may_be_negative=False, owned=True, claim="none", is_personal=True),
        # The bridge between currencies; its risk is the house's.
        "exchange": AccountKind("debit", may_be_negative=True, owned=False, claim="none"),
        # What a game's owner put in, and what the game earned.
        "bankroll": AccountKind("credit", may_be_negative=False, owned=True, claim="none"),
        # What was staked on a draw to come: it may have to go back whole, so it pays for nothing before the draw.
        "stakes": _OWED,
        # What a draw's winners have not got yet.
        "owed": _OWED,
    }
)


def kind_of(ref: AccountRef) -> AccountKind:
    """The chart's entry for an account.

    Raises:
        ValueError: the chart has no such kind, or the kind needs an owner and has none, or the other way round.
    """
    kind = CHART.get(ref.kind)
    if kind is None:
        raise ValueError(f"the chart of accounts has no {ref.kind!r}")
    if kind.owned != bool(ref.owner):
        raise ValueError(f"{ref.kind!r} {'needs an' if kind.owned else 'has no'} owner")
    return kind
