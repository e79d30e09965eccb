"""By which ways money is paid out: a port that gateways' clients fill. What no way pays, an operator pays by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from app.core.ports import Port

from .withdrawals.states import Answered


@dataclass(frozen=True, slots=True)
class PayoutOrder:
    """What a provider is told: `reference` is ours and never used twice, `amount_minor` in minor units."""

    reference: str
    currency: str
    amount_minor: int
    account: str
    note: str


@dataclass(frozen=True, slots=True)
class PayoutAnswer:
    """What a provider says. `unknown` where nobody can tell, such as after an answer that did not come."""

    state: Answered
    provider_id: str = ""
    fee_minor: int = 0
    reason: str = ""


class PayoutWay(Protocol):
    """A provider's way out. Both calls go over the network: never within a transaction, and with a short deadline."""

    @property
    def name(self) -> str: ...

    @property
    def provider(self) -> str:
        """The owner of the clearing account that it is paid from."""

    @property
    def currencies(self) -> frozenset[str]: ...

    def check(self, currency: str, amount_minor: int) -> None:
        """Whether it pays such an amount; asks nobody. Raises DomainError (field `amountMinor`)."""

    def pay_out(self, order: PayoutOrder) -> PayoutAnswer: ...

    def ask(self, reference: str) -> PayoutAnswer: ...


WAYS: Final = Port[Mapping[str, PayoutWay]]("ways of paying out", {})
"""By the method that a player chooses."""
