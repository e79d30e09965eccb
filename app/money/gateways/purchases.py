"""What is bought: another slice's purchase, told how its payment goes on. Ports, which `filling` fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from app.core.errors import NotFound
from app.core.ports import Port
from app.record.ledger.entries import AccountRef


@dataclass(frozen=True, slots=True)
class Payment:
    """What a purchase is told of its payment; amounts in minor units. `payer` is the account that paid, as the
    provider names it."""

    id: UUID
    user_id: UUID
    purchase_kind: str
    purchase_id: UUID
    provider: str
    currency: str
    amount_minor: int
    payer: str | None
    is_card: bool
    has_3ds: bool

    @property
    def clearing(self) -> AccountRef:
        """What the provider holds for us."""
        return AccountRef("clearing", self.provider, self.currency)

    @property
    def refund(self) -> AccountRef:
        """What of it is on its way back."""
        return AccountRef("refund", str(self.id), self.currency)


class PurchaseKind(Protocol):
    """One kind of purchase. Each is called inside the transaction that records the payment's change."""

    @property
    def name(self) -> str: ...

    def paid(self, payment: Payment) -> None:
        """Post clearing -> its own. Raises the refusal of `Sold`: then the money goes back the way it came."""

    def ended(self, payment: Payment, state: str) -> None:
        """It failed, expired or was cancelled, or what came in goes back: release what was reserved."""

    def take_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        """Post its own -> refund, before a refund is asked for. Raises DomainError: it is spent."""

    def within_reach(self, payment: Payment) -> int:
        """How much could be taken back now, in minor units: what its buyer has not spent."""

    def returnable(self, payment: Payment) -> int:
        """How much of it could go back to its payer now, in minor units: what it bought has not played or spent it."""

    def give_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        """Post refund -> its own: the refund failed."""

    def unplayed(self, payment: Payment) -> int:
        """What of it has bought nothing yet and lies in its payer's wallet; 0 where it buys at once."""

    def set_aside(self, payment: Payment, amount_minor: int, key: str) -> None:
        """So much of what was not played is played by nobody while its payer's wish to have it back waits. Raises
        DomainError: it is spent, or he owes."""

    def set_free(self, payment: Payment, amount_minor: int, key: str) -> None:
        """That wish has ended, whether the money goes now or stays: it is its own again."""

    def give_up(self, payment: Payment, amount_minor: int) -> None:
        """A dispute of so much is about to be lost: void what may still be, so that it pays for that. Nothing of the
        ledger is locked before."""

    def charged_back(self, payment: Payment, amount_minor: int, key: str) -> None:
        """A dispute is lost: post its own as far as it goes, then a receivable, -> disputed."""


@dataclass(frozen=True, slots=True)
class Sold:
    """A kind, and the error by which it refuses a payment; its text is the code of why."""

    kind: PurchaseKind
    refusal: type[Exception]


PURCHASES: Final = Port[Mapping[str, Sold]]("kinds of purchases that are paid for", {})


SEEN_AT: Final = Port[Mapping[str, Callable[[UUID], str | None]]]("where a payer sees what he bought", {})
"""By kinds of purchases; a kind that is not there is seen in the wallet alone."""


def seen_at(kind: str, purchase_id: UUID) -> str | None:
    """The page of what was bought; None: it has none."""
    found = SEEN_AT.get().get(kind)
    return found(purchase_id) if found is not None else None


CALLED: Final = Port[Mapping[str, Callable[[UUID], str | None]]]("what a payer calls what he bought", {})
"""By kinds of purchases, by a name that is the same in every language, such as a code."""


def called(kind: str, purchase_id: UUID) -> str | None:
    """The name of what was bought; None: it has none, for its money is for the wallet."""
    found = CALLED.get().get(kind)
    return found(purchase_id) if found is not None else None


MEANS: Final = Port[Callable[[str], str]](
    "what paying by a provider means for when winnings may leave, in words", lambda provider: ""
)


def _nothing(user_id: UUID, currency: str, amount_minor: int) -> UUID:
    raise NotFound


BEGIN_TOPUP: Final = Port[Callable[[UUID, str, int], UUID]]("begins a top-up within a player's limits", _nothing)
"""Its id; without wallets there is nothing to top up."""


class Payout(Protocol):
    """What went out to somebody through a provider, as whoever pays out has it; amounts in minor units. `reference` is
    what the provider knows it by."""

    @property
    def reference(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def amount_minor(self) -> int: ...
    @property
    def state(self) -> str: ...


def _none_went(account: str, since: datetime) -> Sequence[Payout]:
    return ()


OUTGOING: Final = Port[Callable[[str, datetime], Sequence[Payout]]]("what went out through a provider", _none_went)
"""By the owner of the clearing account that it left, all since a moment."""
