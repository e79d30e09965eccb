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
        "bad", _l("Refund failed"), _l("The money is in the player’s wallet again: do not pay him another way.")
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

_STILL_OWED: Final = Words(
    "bad",
    _l("Refund failed"),
    _l("Nothing was bought with it, and it is still owed to its payer. Put right what the gateway says; give it back."),
)
_REST_FAILED: Final = Words("warn", _l("Partly back"), _l("Some of it went back; another refund failed."))

OF_DIFFERENCES: Final[Mapping[str, LazyString]] = {
    "missing_here": _l("On the gateway’s list, and not in our books"),
    "missing_there": _l("In our books, and not on the gateway’s list"),
    "amount": _l("Another amount or currency"),
    "balance": _l("It holds another amount for us than our books say"),
    "refund_nobody_asked": _l("A refund that nobody here has asked for"),
}


def of_state(state: str) -> Words:
    """A state as it is kept, in words."""
    return next(words for name, words in OF_STATES.items() if name == state)


def of_payment(state: str, said: str, *, is_taken: bool, has_failed: bool) -> Words:
    """The same of one payment. `said`: what the gateway has said of the last refund that failed; `is_taken`: something
    was bought with it; `has_failed`: a refund has, and was not made good."""
    if state == "refund_failed" and went_back_already(said):
        return _MADE_ELSEWHERE
    if state == "refund_failed" and not is_taken:
        return _STILL_OWED
    return _REST_FAILED if state == "partly_refunded" and has_failed else of_state(state)


def why_in_words(code: str) -> str | None:
    """Why something went back by itself, told to operators; None of what a gateway or an operator has written."""
    return str(_OF_CODES[code]) if code in _OF_CODES else words.why_in_words(code)


_TOO_LITTLE: Final = _l("Our account at the gateway holds too little. Put money there, then give it back again.")
_OF_CODES: Final[Mapping[str, LazyString]] = {
    "payer_not_yours": _l("It was paid from a number that is not the player’s verified one."),
    **dict.fromkeys(("insufficient_balance", "balance_insufficient", "INSUFFICIENT_FUNDS"), _TOO_LITTLE),
    "payer_unknown": _l("The gateway did not say who paid, so that it can send nothing back."),
    "amount_not_whole": _l("The gateway sends whole amounts only."),
}


def of_difference(kind: str) -> str:
    """A kind of difference in words; a new one as it is kept."""
    return str(OF_DIFFERENCES.get(kind, kind.replace("_", " ")))
