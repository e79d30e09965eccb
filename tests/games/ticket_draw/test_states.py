"""An order's one word, for every combination that can be."""

from __future__ import annotations

from itertools import chain, combinations, product

from app.games.ticket_draw.models import PAYMENT_STATUSES
from app.games.ticket_draw.rules import STATES
from app.selling.windows.models import ROUND_STATUSES
from app.selling.windows.orders.states import Situation

SELLING = {"scheduled", "open", "unbacked"}
WITH_TICKETS = {
    "scheduled": "confirmed",
    "open": "confirmed",
    "unbacked": "confirmed",
    "closed": "confirmed",
    "sealed": "confirmed",
    "drawing": "drawn",
    "halted": "drawn",
    "void": "void",
}
# Without tickets the first of these that is among the payments decides.
PRECEDENCE = {"seen": "seen", "void": "void", "sold_out": "sold_out", "late": "late", "below_minimum": "partly_paid"}


def expected(status: str, payments: tuple[str, ...], has_slip: bool, has_won: bool, is_sold_out: bool) -> str:
    if has_slip and status == "settled":
        return "won" if has_won else "lost"
    if has_slip:
        return WITH_TICKETS[status]
    for fate, word in PRECEDENCE.items():
        if fate in payments:
            return word
    if status not in SELLING:
        return "expired"
    return "sold_out" if is_sold_out else "waiting"


def every_set_of_payments() -> list[tuple[str, ...]]:
    words = (*(status for status in PAYMENT_STATUSES if status != "credited"), "seen")
    return list(chain.from_iterable(combinations(words, size) for size in range(len(words) + 1)))


def test_every_combination_has_its_word() -> None:
    reached = set()
    for status in ROUND_STATUSES:
        for payments in every_set_of_payments():
            for (has_slip, has_won), is_sold_out in product(
                ((False, False), (True, False), (True, True)), (False, True)
            ):
                paid = ("credited", *payments) if has_slip else payments
                slip = ("won" if has_won else "assigned") if has_slip else None
                one = Situation(status, slip, frozenset(paid), is_sold_out)
                assert STATES.of(one) == expected(status, paid, has_slip, has_won, is_sold_out), one
                reached.add(STATES.of(one))
    assert reached == set(STATES.names)


def test_an_orphaned_payment_says_nothing() -> None:
    assert STATES.of(Situation("open", None, frozenset({"orphaned"}))) == "waiting"
    assert STATES.of(Situation("closed", None, frozenset({"orphaned"}))) == "expired"
