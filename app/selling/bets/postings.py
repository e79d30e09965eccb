"""What happens to money that is bet, as transfers. Pure: the chart of accounts says what each account is.

A stake belongs to nobody until the draw; then it is the bankroll's, which owes what was won.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.core.ids import parse_id
from app.record.ledger.entries import AccountRef, Posting

SALE: Final = "bet"
DRAW: Final = "bet-draw"
BANKROLL: Final = "bankroll"


def stakes(draw_id: object, currency: str) -> AccountRef:
    """What was staked on a draw that is still to come."""
    return AccountRef("stakes", str(draw_id), currency)


def owed(draw_id: object, currency: str) -> AccountRef:
    """What a draw's winners are owed and have not got yet."""
    return AccountRef("owed", str(draw_id), currency)


def draw_of(account: AccountRef) -> UUID | None:
    """The draw that an account of these is of."""
    return parse_id(account.owner) if account.kind in ("stakes", "owed") else None


def bankroll(game: str, currency: str) -> AccountRef:
    """What a game's owner put in, and what it earned."""
    return AccountRef("bankroll", game, currency)


def sold(ticket_id: object, source: AccountRef, parts: Sequence[tuple[object, int]]) -> list[Posting]:
    """A ticket is accepted: its stake on each draw (by its id) comes from a wallet, or straight from a gateway."""
    return [
        Posting(source, stakes(draw_id, source.currency), stake, SALE, str(ticket_id), "sold", line)
        for line, (draw_id, stake) in enumerate(parts)
    ]


def given_back(entry_id: object, draw_id: object, target: AccountRef, stake: int) -> list[Posting]:
    """A ticket's stake on one draw goes back: to the wallet, or on its way through the gateway that it came by."""
    return [Posting(stakes(draw_id, target.currency), target, stake, SALE, str(entry_id), "given_back")]


def taken_back(key: str, own: AccountRef, refund: AccountRef, amount: int) -> list[Posting]:
    """What a ticket was paid with is about to go back the way it came; its stake is in the wallet."""
    return [Posting(own, refund, amount, SALE, key, "take_back")]


def came_back(key: str, own: AccountRef, refund: AccountRef, amount: int) -> list[Posting]:
    """It did not: the refund failed."""
    return [Posting(refund, own, amount, SALE, key, "give_back")]


def drawn(draw_id: object, game: str, currency: str, staked: int, won: int) -> list[Posting]:
    """A draw has its result: its stakes are the bankroll's, which owes what they won."""
    own = bankroll(game, currency)
    moves = ((stakes(draw_id, currency), own, staked), (own, owed(draw_id, currency), won))
    return [
        Posting(debit, credit, amount, DRAW, str(draw_id), "drawn", line)
        for line, (debit, credit, amount) in enumerate(moves)
        if amount
    ]


def funded(decision_id: object, game: str, source: AccountRef, amount: int) -> list[Posting]:
    """A game's owner has put money into its bankroll."""
    return [Posting(source, bankroll(game, source.currency), amount, BANKROLL, str(decision_id), "funded")]


def withdrawn(decision_id: object, game: str, target: AccountRef, amount: int) -> list[Posting]:
    """A game's owner has taken money out of it."""
    return [Posting(bankroll(game, target.currency), target, amount, BANKROLL, str(decision_id), "withdrawn")]
