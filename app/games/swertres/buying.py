"""A card as the game's own pages and JSON ask for it, sold by the rail: numbers of draws in, refusals as data out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.core.database.session import end_reading
from app.core.errors import DomainError
from app.money.gateways import asking
from app.money.gateways import queries as payments
from app.money.gateways.payers.offers import offers
from app.money.gateways.queries import Seen
from app.money.gateways.states import FUNDED
from app.record.answers.service import Attempt
from app.selling.bets import exposure
from app.selling.bets.bankroll import capacity
from app.selling.bets.rules import room
from app.selling.bets.sale import service as sale
from app.selling.bets.sale.reserving import service as reserving
from app.selling.bets.sale.ticket import KEY_REUSED, Accepted, Line, Payment, Quote, Refusal, RefusedSale, Wanted
from app.selling.bets.sale.waiting import asking as waiting

from .game import SWERTRES
from .reads import draws
from .reads.draws import Game
from .rules import Kind, odds, winning

PROVIDERS: Final[dict[Payment, str]] = {"gcash": "paymongo", "card": "stripe"}
"""Through whom a card is paid that is not paid from the wallet; first what keeps no winnings waiting."""
_NOBODYS: Final = UUID(int=0)
"""The row of a draw that there is none of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One bet as somebody asks for it, on a draw by its name; centavos."""

    game_id: str
    number: str
    stake: int
    is_rumble: bool = False

    @property
    def kind(self) -> Kind:
        """As the game calls the way to bet."""
        return "rumble" if self.is_rumble else "straight"


class CardRefused(DomainError):
    """Nothing of a card is sold; why, bet by bet."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__("card_refused")
        self.refusals = tuple(refusals)


def wanted(
    card_id: UUID, user_id: UUID, bets: Sequence[Asked], payment: Payment = "wallet", attempt: Attempt | None = None
) -> Wanted:
    """What the rail is asked for; `attempt`: by the request of this key, whose id is the card's."""
    known = draws.keys_of(bet.game_id for bet in bets)
    lines = tuple(Line(known.get(bet.game_id, _NOBODYS), bet.kind, bet.number, bet.stake) for bet in bets)
    return Wanted(card_id, user_id, SWERTRES.name, lines, payment, attempt=attempt)


def quote(card: Wanted) -> Quote:
    """What would come of it now. The player's row stays locked until the transaction ends."""
    return sale.quote(card)


def sell(card: Wanted) -> Accepted:
    """Sell it from the wallet, with what else waits; the same card again, or one under the same key, is the same sale.
    Outside any transaction.

    Raises CardRefused; DomainError: 422 `idempotency_key_reused`, the key belongs to another request.
    """
    answer = waiting.sell(card)
    if isinstance(answer, Accepted):
        return answer
    if answer.refusals == (Refusal(KEY_REUSED),):
        raise DomainError(KEY_REUSED)
    raise CardRefused(answer.refusals)


def reserve(card: Wanted) -> None:
    """Keep a card that is not paid from the wallet, in the caller's transaction; the same again is the same card, and
    the same payment, which the caller begins once this is committed (`payment_of`).

    Raises CardRefused; DomainError: 422 `gateway_off`.
    """
    answer, _ = reserving.reserve(card, PROVIDERS[card.payment])
    if isinstance(answer, RefusedSale):
        raise CardRefused(answer.refusals)


def payment_begun(card_id: UUID) -> UUID | None:
    """The payment that a card waits for, or was paid by; None: the wallet's."""
    return payments.of_purchase(reserving.PURCHASE_KIND, card_id)


def payment_of(card_id: UUID) -> Seen | None:
    """How a reserved card is paid; asked of its provider where nobody has yet. Outside any transaction."""
    payment_id = payment_begun(card_id)
    if payment_id is None:
        return None
    end_reading()
    asking.begin(payment_id)
    return payments.payment(payment_id)


def payment_seen(card_id: UUID) -> Seen | None:
    """How the payment of a card stands, as it is known; None: the wallet's."""
    payment_id = payment_begun(card_id)
    return payments.payment(payment_id) if payment_id is not None else None


def has_come(payment: Seen) -> bool:
    """Whether its money came in, whatever became of it then."""
    return payment.state in FUNDED


def paid_in_vain(user_id: UUID) -> dict[UUID, Seen]:
    """What came for somebody's cards when they could not be bets any more, by the card; it goes back."""
    return payments.not_taken(reserving.PURCHASE_KIND, user_id)


def ways() -> list[Payment]:
    """By what a card may be paid for now."""
    return ["wallet", *leasts()]


def leasts() -> dict[Payment, int]:
    """By what else than the wallet a card may be paid for now, and how much it has to cost for that, in centavos."""
    offered = {one.provider: one.least or 0 for one in offers(SWERTRES.currency)}
    return {way: offered[provider] for way, provider in PROVIDERS.items() if provider in offered}


def still_taken(game: Game, number: str, kind: Kind) -> int:
    """The largest stake that a draw still takes on a number now, by what it could cost already and what is left."""
    outcomes = winning(kind, number)
    so_far = exposure.at({game.key: outcomes})[game.key]
    row = draws.row_named(game.id)
    left = capacity.left(row)
    most = room(max(so_far.values(), default=0), row.worst_minor, left, odds(kind, number, game.multiple))
    return min(most, SWERTRES.limits().most_stake)
