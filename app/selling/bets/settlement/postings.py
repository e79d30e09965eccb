"""How winnings reach wallets, and how they come back from there, as transfers. Pure; amounts are in minor units.

A ticket's winnings by one settlement move once each way: the key is the ticket's and the settlement's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.money.wallets.postings import receivable, wallet
from app.record.ledger.entries import AccountRef, Posting
from app.selling.bets.postings import bankroll, owed

WIN: Final = "bet-win"
SETTLEMENT: Final = "bet-settlement"


def split(amounts: Sequence[int], left: int) -> list[int]:
    """What of each amount is covered by what is `left`, one after the other."""
    parts = []
    for amount in amounts:
        part = min(amount, max(left, 0))
        parts.append(part)
        left -= part
    return parts


def key(ticket_id: object, settlement_id: object) -> str:
    """A ticket's winnings by a settlement, as the book names them."""
    return f"{ticket_id}:{settlement_id}"


def paid(win: str, draw_id: UUID, currency: str, user_id: UUID, amount: int, set_off: int) -> list[Posting]:
    """A ticket's winnings are the player's; what he owes (`set_off` of it) is paid first."""
    own = owed(draw_id, currency)
    to = ((receivable(user_id, currency), set_off), (wallet(user_id, currency), amount - set_off))
    return [Posting(own, account, part, WIN, win, "paid", line) for line, (account, part) in enumerate(to) if part]


def taken_back(win: str, draw_id: UUID, currency: str, user_id: UUID, amount: int, in_wallet: int) -> list[Posting]:
    """A result was another one: what of the winnings is still in the wallet comes back, and the rest is owed to us."""
    own = owed(draw_id, currency)
    of = ((wallet(user_id, currency), in_wallet), (receivable(user_id, currency), amount - in_wallet))
    return [
        Posting(account, own, part, WIN, win, "taken_back", line) for line, (account, part) in enumerate(of) if part
    ]


def undone(settlement_id: UUID, draw_id: UUID, game: str, currency: str, won: int) -> list[Posting]:
    """What a result that was another one had won is the bankroll's again."""
    return _moved(settlement_id, owed(draw_id, currency), bankroll(game, currency), won, "undone")


def drawn_anew(settlement_id: UUID, draw_id: UUID, game: str, currency: str, won: int) -> list[Posting]:
    """The bankroll owes what the corrected result won."""
    return _moved(settlement_id, bankroll(game, currency), owed(draw_id, currency), won, "drawn")


def _moved(settlement_id: UUID, debit: AccountRef, credit: AccountRef, amount: int, kind: str) -> list[Posting]:
    return [Posting(debit, credit, amount, SETTLEMENT, str(settlement_id), kind)] if amount else []
