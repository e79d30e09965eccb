"""What a payment's states, and differences, are for operators: a word for lists, and what there is to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.money.gateways.pages import words
from app.money.gateways.states import STATES, State, went_back_already

Tone = Literal["ok", "warn", "bad", "live", "mute"]


@dataclass(frozen=True, slots=True)
class Words:
    """A badge, and a sentence for whoever opens it."""

    tone: Tone
    title: LazyString
    text: LazyString


_ASKED: Final = _l("The gateway is asked about it by itself, until it says how it ended.")
OF_STATES: Final[Mapping[State, Words]] = {
    "initiated": Words("live", _l("Begun"), _l("The gateway is being told of it.")),
    "pending": Words("live", _l("Waiting"), _ASKED),
    "unknown": Words(
        "warn", _l("Unknown"), _l("An answer was lost. It is asked about, and never begun twice blindly.")
    ),
    "failed": Words("mute", _l("Failed"), _l("Nothing came in. The gateway is asked a few times more.")),
    "expired": Words("mute", _l("Ran out"), _l("Nothing came in. What comes late goes back by itself.")),
    "canceled": Words("mute", _l("Cancelled"), _l("Nothing came in. What comes late goes back by itself.")),
    "succeeded": Words("ok", _l("Paid"), _l("It came in, and bought what it was for.")),
    "refunding": Words("live", _l("Going back"), _l("A refund is on its way. The gateway is asked about it.")),
    "partly_refunded": Words("ok", _l("Partly back"), _l("The rest stays paid.")),
    "refunded": Words("mute", _l("Given back"), _l("All of it went back to who paid.")),
    "refund_failed": Words(
        "bad", _l("Refund failed"), _l("The money is where it was before. Ask the player how to pay him otherwise.")
    ),
    "disputed": Words(
        "warn", _l("Disputed"), _l("Answer in the gateway’s console before its date, with what the player did here.")
    ),
    "dispute_won": Words("ok", _l("Dispute won"), _l("The money is here again.")),
    "dispute_lost": Words(
        "bad", _l("Dispute lost"), _l("The wallet bore it as far as it went; the player owes the rest.")
    ),
}
assert set(OF_STATES) == set(STATES)
_MADE_ELSEWHERE: Final = Words(
    "warn",
    _l("Given back elsewhere"),
    _l(
        "The gateway has given it back already, by nobody here: do not pay the player again. Its list is compared by "
        "itself; then its refund stands here, and you say who bears it."
    ),
)

OF_DIFFERENCES: Final[Mapping[str, LazyString]] = {
    "missing_here": _l("On the gateway’s list, and not in our books"),
    "missing_there": _l("In our books, and not on the gateway’s list"),
    "amount": _l("Another amount or currency"),
    "balance": _l("It holds another amount for us than our books say"),
    "refund_nobody_asked": _l("A refund that nobody here has asked for"),
}


def of_state(state: str, said: str = "") -> Words:
    """A state as it is kept, in words. `said`: what the gateway has said of the last refund that failed."""
    if state == "refund_failed" and went_back_already(said):
        return _MADE_ELSEWHERE
    return next(words for name, words in OF_STATES.items() if name == state)


def why_in_words(code: str) -> str | None:
    """Why something went back by itself, told to operators; None of what a gateway or an operator has written."""
    return str(_OF_THE_PAYER[code]) if code in _OF_THE_PAYER else words.why_in_words(code)


_OF_THE_PAYER: Final[Mapping[str, LazyString]] = {
    "payer_not_yours": _l("It was paid from a number that is not the player’s verified one."),
}


def of_difference(kind: str) -> str:
    """A kind of difference in words; a new one as it is kept."""
    return str(OF_DIFFERENCES.get(kind, kind.replace("_", " ")))
