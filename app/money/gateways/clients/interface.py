"""What every provider can be asked, and what it says: plain values, amounts in minor units. Nothing here is believed
before it was compared with what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias, runtime_checkable
from uuid import UUID

from app.money.gateways.states import Answered, DisputeState

RefundAnswered: TypeAlias = Literal["succeeded", "pending", "failed", "not_found", "not_sent", "unknown"]
LineKind: TypeAlias = Literal["payment", "refund", "dispute", "payout"]


class BadSignature(Exception):
    """Nobody knows who sent this."""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment as a provider is told of it. `return_url` is where its page sends the payer afterwards."""

    id: UUID
    currency: str
    amount_minor: int
    provider_id: str
    charge_id: str
    created_at: datetime
    expires_at: datetime
    return_url: str

    @property
    def reference(self) -> str:
        """What the provider knows it by."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class Begun:
    """The provider waits for the payer at `url`; until `expires_at`, if it says so."""

    provider_id: str
    url: str
    client_secret: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not take it, and said so."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have taken it."""

    reason: str


@dataclass(frozen=True, slots=True)
class DisputeTold:
    """A dispute that has taken money. `fee_minor`: what the provider charges for it, as things stand; `answer_by`:
    until when it takes an answer, None where it does not say."""

    provider_id: str
    amount_minor: int
    state: DisputeState
    because: str = ""
    fee_minor: int = 0
    answer_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a provider's own list. `reference` is ours, if it has it; `payment` our name of its payment."""

    kind: LineKind
    provider_id: str
    reference: str
    currency: str
    amount_minor: int
    payment: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How a payment stands with its provider. Figures belong to `paid` alone. `gone`: its refunds that have left or are
    on their way, whoever made them, where the provider tells that with the payment. `url` belongs to `open`: where it
    can be paid, "" while what its payer has done is being processed, None where the provider tells neither."""

    answered: Answered
    reference: str = ""
    provider_id: str = ""
    charge_id: str = ""
    currency: str = ""
    amount_minor: int = 0
    payer: str | None = None
    is_card: bool = False
    has_3ds: bool = False
    fee_minor: int = 0
    disputes: tuple[DisputeTold, ...] = ()
    gone: tuple[Line, ...] = ()
    url: str | None = None

    @property
    def is_processing(self) -> bool:
        """Whether its payer has paid, as far as he can, and the provider has still to decide."""
        return self.answered == "open" and self.url == ""


NOTHING_HEARD: Final = Told("unknown")


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to go back. `charge_id` and `payer` are the payment's."""

    id: UUID
    payment_reference: str
    charge_id: str
    payer: str | None
    currency: str
    amount_minor: int
    provider_id: str = ""

    @property
    def reference(self) -> str:
        """What the provider knows it by; never used twice."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class RefundTold:
    """How a refund stands with its provider."""

    answered: RefundAnswered
    provider_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a webhook was sent, by whom it says it is. `event_id` is "" where it bears none."""

    event_id: str
    kind: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """Which payment a letter is about, by any of its names; by none of them: perhaps any that is open."""

    reference: str = ""
    provider_id: str = ""
    charge_id: str = ""
    transaction: str = ""
    """A name that only the provider can lead back to a payment."""


@dataclass(frozen=True, slots=True)
class Funds:
    """What a provider holds for us; `account` is the owner of the clearing account."""

    account: str
    currency: str
    amount_minor: int


class Client(Protocol):
    """A provider. Whatever goes over the network has a short whole deadline, and is never asked in a transaction.

    None of it raises for what the provider does.
    """

    @property
    def name(self) -> str: ...

    @property
    def currencies(self) -> frozenset[str]: ...

    @property
    def refunds_from(self) -> str:
        """Whose clearing account refunds are paid from."""

    @property
    def begins_again(self) -> bool:
        """Whether beginning twice under one reference gives the first payment back, within a day."""

    def check(self, currency: str, amount_minor: int) -> None:
        """Whether it would take such a payment. Raises DomainError (field `amountMinor`)."""

    def begin(self, order: Order) -> Begun | Refused | Unknown: ...

    def ask(self, order: Order) -> Told: ...

    def cancel(self, order: Order) -> Told:
        """Let nobody pay it any more, where that can be done; then how it stands."""

    def refund(self, order: RefundOrder) -> RefundTold: ...

    def ask_refund(self, order: RefundOrder) -> RefundTold: ...

    def letter(self, headers: Mapping[str, str], raw: bytes) -> Letter:
        """Who sent this. Raises BadSignature. May fetch what signatures are checked with, once."""

    def hint(self, raw: bytes) -> Hint:
        """Which payment a letter is about. Raises ValueError for what cannot be read. Touches no network."""

    def reference_of(self, transaction: str) -> str | None:
        """Our reference of a transaction of the provider's; None if it says none."""

    def list_since(self, moment: datetime) -> list[Line] | None:
        """Its own list of what moved since; None where it keeps none. Raises Unanswered."""

    def funds(self) -> list[Funds]:
        """What it holds for us now; nothing where it does not tell. Raises Unanswered."""


@runtime_checkable
class PaysOut(Protocol):
    """A provider that sends money to people by transfers, which are asked about by our reference."""

    @property
    def pays_from(self) -> str:
        """Whose clearing account they leave."""

    def ask_transfer(self, reference: str) -> RefundTold: ...


class Unanswered(Exception):
    """The provider gave no list."""
