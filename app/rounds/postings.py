"""How the main game moves money: recipes from events to postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.core.money import Sats
from app.ledger.entries import AccountRef, Posting

from .rules import GAME, Assessment

COINS = AccountRef("coins")
RESULT = AccountRef("result")
UNEXPLAINED = AccountRef("unexplained")
PAYMENT = "payment"
ROUND = "round"
_POOL, _HELD, _SUSPENSE, _FROM_HELD = range(4)  # a credit's lines
_VOID_LINES = 10  # a refund's lines for what a void suspended come after those for what a credit did


def pool(round_number: int) -> AccountRef:
    """Base prices of a round's sold tickets."""
    return AccountRef("pool", f"{GAME}-{round_number}")


def held(round_number: int) -> AccountRef:
    """What a round was paid beyond base prices: edges and remainders."""
    return AccountRef("held", f"{GAME}-{round_number}")


def suspense(reason: str) -> AccountRef:
    """Money that waits for a decision, by reason."""
    return AccountRef("suspense", reason)


def credit(payment_id: UUID, round_number: int, base_price: Sats, outcome: Assessment) -> list[Posting]:
    """A confirmed payment, whatever its fate.

    What is held grows by what the tickets cost beyond their base price; if a remainder is used up it shrinks.
    """
    to_pool = outcome.tickets * base_price
    to_held = outcome.credited - to_pool
    reason = outcome.fate if outcome.credited == 0 else "sold_out"
    lines = (
        (_POOL, COINS, pool(round_number), to_pool + min(0, to_held)),
        (_HELD, COINS, held(round_number), to_held),
        (_SUSPENSE, COINS, suspense(reason), outcome.refundable),
        (_FROM_HELD, held(round_number), pool(round_number), -to_held),
    )
    return [
        Posting(debit, credit_to, sats, PAYMENT, str(payment_id), "credit", line)
        for line, debit, credit_to, sats in lines
        if sats > 0
    ]


def settle(round_number: int, pool_sats: Sats, held_by_site: Mapping[UUID, Sats]) -> list[Posting]:
    """A drawn round: base prices are the house's, the rest each partner's. A jackpot is owed separately."""
    number = str(round_number)
    lines = [(pool(round_number), RESULT, pool_sats)]
    lines += [
        (held(round_number), AccountRef("partner", str(site)), sats) for site, sats in sorted(held_by_site.items())
    ]
    return [
        Posting(debit, credit_to, sats, ROUND, number, "settle", line)
        for line, (debit, credit_to, sats) in enumerate(lines)
        if sats > 0
    ]


def void(payment_id: UUID, round_number: int, credited: Sats, tickets: int, base_price: Sats) -> list[Posting]:
    """One payment of a voided round: all that was credited of it waits for its refund.

    A payment that used up an earlier remainder gives that part back to what is held, for the earlier payment's void.
    """
    to_pool = tickets * base_price
    from_held = credited - to_pool
    parts = (
        (pool(round_number), suspense("void"), min(to_pool, credited)),
        (held(round_number), suspense("void"), from_held),
        (pool(round_number), held(round_number), -from_held),
    )
    return [
        Posting(debit, credit_to, sats, PAYMENT, str(payment_id), "void", line)
        for line, (debit, credit_to, sats) in enumerate(parts)
        if sats > 0
    ]


def refund(suspended: Posting, site: UUID) -> Posting:
    """What a payment left in suspense becomes its partner's. `suspended` is the posting that put it there."""
    line = suspended.line + (_VOID_LINES if suspended.kind == "void" else 0)
    partner = AccountRef("partner", str(site))
    return Posting(suspended.credit, partner, suspended.amount, PAYMENT, suspended.source_id, "refund", line)


def lost_after_settlement(posted: Sequence[Posting]) -> list[Posting]:
    """Payments of a settled round fell out of the chain: `posted` are their credits.

    What they brought the round has been given on, so it is a loss; what waited for a refund waits no longer.
    """
    return [
        Posting(
            leg.credit if leg.credit.kind == "suspense" else UNEXPLAINED,
            COINS, leg.amount, leg.source, leg.source_id, "undo", leg.line,
        )
        for leg in posted
        if leg.debit == COINS
    ]  # fmt: skip


def found_late(payment_id: UUID, amount: Sats) -> Posting:
    """A payment that came to light after its round was sealed without it."""
    return Posting(COINS, suspense("void"), amount, PAYMENT, str(payment_id), "credit", _SUSPENSE)
