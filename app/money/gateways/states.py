"""The states of a payment, and what a provider's word does to each. Pure.

Until money has come in, one table says it. Once it has, the state follows from refunds and disputes alone, so that
nothing depends on the order in which they were heard of.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias

State: TypeAlias = Literal[
    "initiated", "pending", "unknown", "failed", "expired", "canceled",
    "succeeded", "refunding", "partly_refunded", "refunded", "refund_failed", "disputed", "dispute_won", "dispute_lost",
]  # fmt: off
Answered: TypeAlias = Literal["paid", "open", "failed", "expired", "canceled", "not_found", "unknown"]
RefundState: TypeAlias = Literal["requested", "asked", "pending", "succeeded", "failed"]
DisputeState: TypeAlias = Literal["open", "won", "lost"]
Effect: TypeAlias = Literal["take", "end", "send_back", "none"]

OPEN: Final[tuple[State, ...]] = ("initiated", "pending", "unknown")
"""Nothing came in yet: the provider is asked, and what is bought stays reserved."""
OVER: Final[tuple[State, ...]] = ("failed", "expired", "canceled")
"""Nothing came in, and what was bought is free again. The provider may change its mind all the same."""
FUNDED: Final[tuple[State, ...]] = (
    "succeeded", "refunding", "partly_refunded", "refunded", "refund_failed", "disputed", "dispute_won", "dispute_lost",
)  # fmt: off
STATES: Final[tuple[State, ...]] = OPEN + OVER + FUNDED
LIVE_REFUNDS: Final[tuple[RefundState, ...]] = ("requested", "asked", "pending")


@dataclass(frozen=True, slots=True)
class Step:
    """The state afterwards, and what becomes of the purchase: it takes the money, it ends, or the money goes back."""

    state: State
    effect: Effect = "none"


_HEARD: Final[Mapping[Answered, Mapping[State, Step]]] = {
    "paid": {
        **{state: Step("succeeded", "take") for state in OPEN},
        **{state: Step("refunding", "send_back") for state in OVER},
    },
    "open": {"initiated": Step("pending"), "unknown": Step("pending")},
    "failed": {state: Step("failed", "end") for state in OPEN},
    "expired": {state: Step("expired", "end") for state in OPEN},
    "canceled": {state: Step("canceled", "end") for state in OPEN},
    "not_found": {"initiated": Step("unknown")},
    "unknown": {"initiated": Step("unknown")},
}
"""What is not here leaves a payment as it is: a word about money that has come in is a refund's or a dispute's."""


def heard(state: State, answered: Answered, *, is_over: bool) -> Step:
    """What a provider's word does. `is_over`: its time is up and nobody can pay it any more, so that what the provider
    does not know of never came to be."""
    if answered == "not_found" and is_over and state in OPEN:
        return Step("expired", "end")
    return _HEARD[answered].get(state, Step(state))


def refused(state: State) -> Step:
    """The provider refused to begin it."""
    return Step("failed", "end") if state in OPEN else Step(state)


def standing(received: int, refunds: Sequence[tuple[RefundState, int]], disputes: Collection[DisputeState]) -> State:
    """The state of a payment of which so much came in, by its refunds (state, amount) and disputes: what is still to
    be decided before what is past."""
    if "open" in disputes:
        return "disputed"
    if any(state in LIVE_REFUNDS for state, _ in refunds):
        return "refunding"
    if "lost" in disputes:
        return "dispute_lost"
    returned = sum(amount for state, amount in refunds if state == "succeeded")
    if returned:
        return "refunded" if returned >= received else "partly_refunded"
    if refunds:
        return "refund_failed"
    return "dispute_won" if "won" in disputes else "succeeded"


def failures(refunds: Sequence[tuple[RefundState, int]]) -> list[int]:
    """Which of a payment's refunds (state, amount; in the order of their making) have failed and still stand so: no
    later one of as much or more has left or is on its way."""
    later: list[int] = []
    found = []
    for place in reversed(range(len(refunds))):
        state, amount = refunds[place]
        made_good = min((one for one in later if one >= amount), default=None)
        if state != "failed":
            later.append(amount)
        elif made_good is not None:
            later.remove(made_good)
        else:
            found.append(place)
    return found[::-1]


_OF_REFUNDS: Final[Mapping[State, tuple[RefundState, ...]]] = {
    "refunding": LIVE_REFUNDS,
    "partly_refunded": ("succeeded",),
    "refunded": ("succeeded",),
}


def amount_of(state: State, amount: int, refunds: Sequence[tuple[RefundState, int]]) -> int:
    """What a state is said of, in minor units: refunds, where it is about them, or else all that was paid."""
    counted = _OF_REFUNDS.get(state)
    return amount if counted is None else sum(back for how, back in refunds if how in counted)


_REFUNDS: Final[Mapping[RefundState, Mapping[str, RefundState]]] = {
    "requested": {},
    "asked": {"succeeded": "succeeded", "pending": "pending", "failed": "failed", "not_sent": "requested"},
    "pending": {"succeeded": "succeeded", "failed": "failed"},
    "succeeded": {"failed": "failed"},
    "failed": {},
}


def refund_heard(state: RefundState, answered: str, *, is_late: bool) -> RefundState:
    """A refund's state after its provider's word; it is `asked` before the provider hears of it.

    That nobody knows of it counts as a failure once that is no delay (`is_late`), and never after it had succeeded.
    """
    if answered == "not_found":
        answered = "failed" if is_late and state == "asked" else "unknown"
    return _REFUNDS[state].get(answered, state)


_WENT_BACK: Final = (
    *("charge_already_refunded", "greater than unrefunded amount"),  # Stripe, all of it and a part
    *("CAPTURE_FULLY_REFUNDED", "REFUND_AMOUNT_EXCEEDED"),  # PayPal
    "refund_amount_exceeded",  # PayMongo
)


def went_back_already(said: str) -> bool:
    """Whether a refund failed because its provider has given the money back before, in the provider's words."""
    return any(words in said for words in _WENT_BACK)


LATER: Final = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 6 * 60, 24 * 60, 3 * 24 * 60, 10 * 24 * 60))
"""So long after an end a provider is asked once more, whether it is one."""


def back_off(asked: int) -> int:
    """Seconds until a payment is asked about again that was asked so often: soon at first, in the end once an hour."""
    return (3, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)[min(asked, 10)]
