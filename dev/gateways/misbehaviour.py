"""What a gateway may do wrong: by name, asked for once or so many times, or at random by a seed."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """`point`: what it waits for. `weight`: how often it comes when they come at random; 0 is on demand alone."""

    name: str
    point: str
    sentence: str
    weight: int = 2


ALL: Final = {
    one.name: one
    for one in (
        # Any call of the API but for a token.
        Misbehaviour("cut", "call", "hangs up without having done anything"),
        Misbehaviour("error", "call", "does nothing and answers 500"),
        Misbehaviour("hang", "call", "does nothing and says nothing, for as long as its process was told to", 1),
        Misbehaviour("slow", "call", "does it and answers after some seconds", 1),
        Misbehaviour("rate_limited", "call", "does nothing and answers 429"),
        Misbehaviour("html", "call", "does it and answers 200 with a page of HTML", 1),
        Misbehaviour("stale_token", "call", "says 401 although the token is good", 1),
        # Calls that change something.
        Misbehaviour("lost_answer", "act", "does it and hangs up without an answer", 3),
        Misbehaviour("error_with_effect", "act", "does it and answers 500", 3),
        Misbehaviour("hang_with_effect", "act", "does it and never answers", 1),
        Misbehaviour("key_in_use", "act", "says 409: another request with this key is still running", 1),
        # Calls that ask.
        Misbehaviour("hidden", "ask", "answers 404 for what exists"),
        Misbehaviour("wrong_unit_told", "ask", "tells each amount a hundred times too high", 1),
        # What it sends of its own accord.
        Misbehaviour("duplicate_notice", "notice", "sends the next notice twice", 3),
        Misbehaviour("twin_notice", "notice", "sends two notices with numbers of their own for one change", 1),
        Misbehaviour("late_notice", "notice", "sends the next notice five minutes late"),
        Misbehaviour("lost_notice", "notice", "never sends the next notice"),
        Misbehaviour("reordered_notices", "notice", "sends the next notice after the one that follows it", 3),
        Misbehaviour(
            "wrong_signature", "notice", "signs the next notice wrongly, and sends it well signed a minute later"
        ),
        Misbehaviour(
            "old_timestamp", "notice", "signs the next notice as of an hour ago, and again a minute later as of now"
        ),
        Misbehaviour("wrong_unit", "notice", "tells amounts in the next notice a hundred times too high", 1),
        Misbehaviour("forged_notice", "notice", "sends beside the next notice one about a payment that never was", 1),
        Misbehaviour("opaque_notice", "notice", "tells in the next notice a number that nobody can ask about", 1),
        Misbehaviour("json_notice", "notice", "sends the next notice as JSON, and its number under another name", 1),
        # A payer who presses "Pay", or a client who confirms.
        Misbehaviour("declined", "pay", "declines the next payment whatever the payer does"),
        Misbehaviour("partial_payment", "pay", "takes half of what the next payment is to be", 1),
        Misbehaviour("pending_payment", "pay", "keeps the next payment pending, and it succeeds five minutes later"),
        Misbehaviour("pending_failure", "pay", "keeps the next payment pending, and it fails five minutes later", 1),
        Misbehaviour(
            "late_success", "end", "the next payment that fails, expires or is cancelled succeeds five minutes later"
        ),
        # What PayPal alone says to a capture.
        Misbehaviour("completion_in_progress", "pay", "refuses the next capture: another one is still running", 1),
        Misbehaviour(
            "payer_action_required", "pay", "refuses the next capture: the payer has to do something first", 1
        ),
        Misbehaviour("compliance_violation", "pay", "refuses the next capture for the law's sake", 1),
        Misbehaviour("transaction_refused", "pay", "refuses the next capture without saying why", 1),
        # A payment that succeeded.
        Misbehaviour(
            "dispute", "paid", "ten minutes after the next success its payer disputes it, and it stays open", 1
        ),
        Misbehaviour("dispute_won", "paid", "the next success is disputed, and a day later the dispute is won", 1),
        Misbehaviour("dispute_lost", "paid", "the next success is disputed, and a day later the dispute is lost", 1),
        Misbehaviour("unasked_refund", "paid", "ten minutes after the next success it is refunded, by nobody here", 1),
        # Refunds.
        Misbehaviour("refund_refused", "refund", "refuses the next refund"),
        Misbehaviour("refund_pending", "refund", "keeps the next refund pending for an hour"),
        Misbehaviour("refund_fails_later", "refund", "the next refund succeeds, and fails a day later", 3),
        # Money sent to people.
        Misbehaviour("payout_refused", "payout", "refuses the next payout"),
        Misbehaviour(
            "payout_unknown", "payout", "makes the next payout, answers 500 and does not find it for ten minutes"
        ),
        Misbehaviour("payout_returned", "payout", "makes the next payout, and the money comes back a day later", 1),
    )
}
OF_PAYPAL: Final = frozenset(
    ["completion_in_progress", "payer_action_required", "compliance_violation", "transaction_refused"]
)
_MOST_TIMES: Final = 1_000


class Refused(ValueError):
    """What was asked for is no misbehaviour of this gateway."""


@dataclass(frozen=True, slots=True)
class _Coming:
    name: str
    path: str


class Misbehaviours:
    """Those of one gateway that are still to come."""

    def __init__(self, names: Iterable[str], seed: str = "", rate: float = 0.0) -> None:
        self.known = {name: ALL[name] for name in ALL if name in set(names)}
        self._coming: list[_Coming] = []
        self._lock = threading.Lock()
        self.set_random(seed, rate)

    def set_random(self, seed: str, rate: float) -> None:
        """The same seed and the same calls misbehave alike. `rate`: of how many occasions something goes wrong."""
        if not 0 <= rate <= 1:
            raise Refused("rate is between 0 and 1")
        self.seed, self.rate, self._random = seed, rate, random.Random(seed)

    def ask_for(self, given: Mapping[str, Any]) -> None:
        """`next`, `times` and, for calls, a part of the `path` that is meant. Raises Refused."""
        name, path = str(given.get("next", "")), str(given.get("path") or "")
        try:
            times = int(given.get("times", 1))
        except (TypeError, ValueError):
            raise Refused("times is a number") from None
        if name not in self.known:
            raise Refused(f"next is one of {', '.join(self.known)}")
        if not 1 <= times <= _MOST_TIMES:
            raise Refused(f"times is 1 to {_MOST_TIMES}")
        with self._lock:
            self._coming = [*self._coming, *[_Coming(name, path)] * times][-_MOST_TIMES:]

    def clear(self) -> None:
        with self._lock:
            self._coming.clear()

    def coming(self) -> list[dict[str, str]]:
        with self._lock:
            return [{"name": one.name} | ({"path": one.path} if one.path else {}) for one in self._coming]

    def strike(self, *points: str, path: str = "") -> str:
        """The name of what goes wrong at this occasion, which is then over; empty when nothing does."""
        with self._lock:
            for one in self._coming:
                if self.known[one.name].point in points and one.path in path:
                    self._coming.remove(one)
                    return one.name
            fitting = [one for one in self.known.values() if one.point in points and one.weight]
            if not fitting or self.rate == 0 or self._random.random() >= self.rate:
                return ""
            return self._random.choices(fitting, [one.weight for one in fitting])[0].name
