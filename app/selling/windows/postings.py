"""How money moves in every game of windows: recipes from events to postings.

A round's `pool` has the base prices of what it sold, `held` all else that was credited: edges and remainders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from uuid import UUID

from app.core.money import Sats
from app.record.ledger.entries import AccountRef, Posting

COINS = AccountRef("coins")
RESULT = AccountRef("result")
UNEXPLAINED = AccountRef("unexplained")
PAYMENT = "payment"
SUSPENSE = "suspense"
_POOL, _HELD, _SUSPENSE, _FROM_HELD = range(4)  # a credit's lines
_VOID_LINES = 10  # a refund's lines for what a void suspended come after those for what a credit did


@lru_cache(maxsize=64)  # a block asks for the same few thousands of times
def pool(game: str, round_number: int) -> AccountRef:
    """Base prices of what a round sold."""
    return AccountRef("pool", f"{game}-{round_number}")


@lru_cache(maxsize=64)
def held(game: str, round_number: int) -> AccountRef:
    """What a round was paid beyond base prices: edges and remainders."""
    return AccountRef("held", f"{game}-{round_number}")


@lru_cache(maxsize=64)
def suspense(reason: str) -> AccountRef:
    """Money that waits for a decision, by reason."""
    return AccountRef(SUSPENSE, reason)


def credit(
    payment_id: UUID, game: str, round_number: int, *, to_pool: Sats, credited: Sats, refundable: Sats, reason: str
) -> list[Posting]:
    """A confirmed payment, whatever its fate. `credited + refundable` is the payment, `to_pool` what it buys at base
    prices; it may be more than the payment, if earlier ones left a remainder. `reason` is why a part is refundable.

    What is held grows by what was bought beyond base prices; if a remainder is used up it shrinks.
    """
    to_held = credited - to_pool
    lines = (
        (_POOL, COINS, pool(game, round_number), to_pool + min(0, to_held)),
        (_HELD, COINS, held(game, round_number), to_held),
        (_SUSPENSE, COINS, suspense(reason), refundable),
        (_FROM_HELD, held(game, round_number), pool(game, round_number), -to_held),
    )
    return _payment_lines(payment_id, "credit", lines)


def void(
    payment_id: UUID, game: str, round_number: int, *, to_pool: Sats, credited: Sats, reason: str = "void"
) -> list[Posting]:
    """All that was credited of one payment waits for its refund after all: its round was voided, or `reason`.

    A payment that used up an earlier remainder gives that part back to what is held, for the earlier payment's void.
    """
    from_held = credited - to_pool
    lines = (
        (0, pool(game, round_number), suspense(reason), min(to_pool, credited)),
        (1, held(game, round_number), suspense(reason), from_held),
        (2, pool(game, round_number), held(game, round_number), -from_held),
    )
    return _payment_lines(payment_id, "void", lines)


def _payment_lines(
    payment_id: UUID, kind: str, lines: Iterable[tuple[int, AccountRef, AccountRef, Sats]]
) -> list[Posting]:
    payment = str(payment_id)
    return [
        Posting(debit, credit_to, sats, PAYMENT, payment, kind, line)
        for line, debit, credit_to, sats in lines
        if sats > 0
    ]


def settle(
    source: str, game: str, round_number: int, pool_sats: Sats, held_by_site: Mapping[UUID, Sats]
) -> list[Posting]:
    """A drawn round: base prices are the house's, the rest each partner's. A jackpot is owed separately.

    `source` is what the ledger calls a round of this game.
    """
    lines = [(pool(game, round_number), RESULT, pool_sats)]
    lines += [
        (held(game, round_number), AccountRef("partner", str(site)), sats)
        for site, sats in sorted(held_by_site.items())
    ]
    return [
        Posting(debit, credit_to, sats, source, str(round_number), "settle", line)
        for line, (debit, credit_to, sats) in enumerate(lines)
        if sats > 0
    ]


def refund(suspended: Posting, site: UUID) -> Posting:
    """What a payment left in suspense becomes its partner's. `suspended` is the posting that put it there."""
    line = suspended.line + (_VOID_LINES if suspended.kind == "void" else 0)
    partner = AccountRef("partner", str(site))
    return Posting(suspended.credit, partner, suspended.amount, PAYMENT, suspended.source_id, "refund", line)


def refund_undone(refunded: Posting, back: Sats) -> list[Posting]:
    """A refund's payment fell out of the chain. `back` is what its partner still has of it; the rest was paid out
    meanwhile and is the house's loss, until the payment comes back."""
    lines = ((refunded.credit, back, "undo_refund"), (UNEXPLAINED, refunded.amount - back, "refund_lost"))
    return [
        Posting(account, refunded.debit, sats, PAYMENT, refunded.source_id, kind, refunded.line)
        for account, sats, kind in lines
        if sats > 0
    ]


def refund_again(refund: Posting, lost: Sats) -> list[Posting]:
    """A payment came back whose partner has kept `lost` of its first refund: that much makes good the house's loss."""
    lines = ((UNEXPLAINED, lost, "regain"), (refund.credit, refund.amount - lost, "refund"))
    return [
        Posting(refund.debit, account, sats, PAYMENT, refund.source_id, kind, refund.line)
        for account, sats, kind in lines
        if sats > 0
    ]


def lost_after_settlement(posted: Sequence[Posting]) -> list[Posting]:
    """Payments of a settled round fell out of the chain: `posted` are their credits.

    What they brought the round has been given on, so it is a loss; what waited for a refund waits no longer.
    """
    return [
        Posting(
            leg.credit if leg.credit.kind == "suspense" else UNEXPLAINED,
            COINS,
            leg.amount,
            leg.source,
            leg.source_id,
            "undo",
            leg.line,
        )
        for leg in posted
        if leg.debit == COINS
    ]


def found_late(payment_id: UUID, amount: Sats) -> Posting:
    """A payment that came to light after its round was sealed without it."""
    return Posting(COINS, suspense("void"), amount, PAYMENT, str(payment_id), "credit", _SUSPENSE)
