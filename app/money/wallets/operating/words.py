"""What a withdrawal's states are for operators, and what an account's proof is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.money.wallets.withdrawals.states import STATES, State

Tone = Literal["ok", "warn", "bad", "live", "mute"]


@dataclass(frozen=True, slots=True)
class Words:
    """A badge, and a sentence for whoever opens it."""

    tone: Tone
    title: LazyString
    text: LazyString


OF_STATES: Final[Mapping[State, Words]] = {
    "held": Words("warn", _l("To review"), _l("It is set aside in the wallet. Nothing leaves before you decide.")),
    "approved": Words("live", _l("Approved"), _l("It is sent by itself.")),
    "sending": Words("live", _l("Being sent"), _l("Its provider is being told. It is never sent a second time.")),
    "sent": Words("live", _l("Sent"), _l("It has left. Its provider is asked until it says that it has arrived.")),
    "paid": Words("ok", _l("Paid"), _l("It has arrived.")),
    "refused": Words("mute", _l("Refused"), _l("Its money is in the wallet again.")),
    "unknown": Words("bad", _l("Unknown"), _l("An answer was lost. It is asked about; do not pay it by hand.")),
    "returned": Words("bad", _l("Came back"), _l("Its money is in the wallet again. Its provider says why.")),
}
assert set(OF_STATES) == set(STATES)

HOW_VERIFIED: Final[Mapping[str, LazyString]] = {
    "payer": _l("they have paid in from it"),
    "phone": _l("it is the number or address that they sign in with"),
    "person": _l("two operators compare its holder with the verified name"),
}


def of_state(state: str) -> Words:
    """A state as it is kept, in words."""
    return next(words for name, words in OF_STATES.items() if name == state)


def of_by_hand(state: str) -> Words:
    """The same of one that is approved, and that no way pays: it waits for somebody who pays it."""
    own = of_state(state)
    return Words("warn", own.title, _l("It leaves once somebody has paid it by hand."))


def of_entered(state: str, operator: str) -> Words:
    """The same of one that an operator has entered as paid: nobody else said so."""
    own = of_state(state)
    text = _l("%(name)s entered it as paid. No provider has told us that it arrived.", name=operator)
    return Words(own.tone, own.title, text) if state == "paid" else own
