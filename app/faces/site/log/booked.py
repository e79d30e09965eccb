"""What moved in our books, in a sentence: a posting by what it was made for. Pure but for the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext

from app.core.web.templating import sats

_WORDS: Final[Mapping[tuple[str, str], object]] = {
    ("payment", "credit"): lazy_gettext("%(sats)s sats of a payment were entered for what they bought"),
    ("payment", "suspended"): lazy_gettext("%(sats)s sats of a payment that bought nothing were set aside"),
    ("payment", "void"): lazy_gettext("%(sats)s sats of a payment that counts no more were set aside"),
    ("payment", "refund"): lazy_gettext("%(sats)s sats that bought nothing became a partner's, to be given back"),
    ("payment", "undo"): lazy_gettext("A payment of %(sats)s sats left the chain and was taken back"),
    ("payment", "undo_refund"): lazy_gettext("%(sats)s sats were taken back: what was to be given back left the chain"),
    ("payment", "refund_lost"): lazy_gettext("%(sats)s sats are our loss: what was given back left the chain"),
    ("payment", "regain"): lazy_gettext("A loss of %(sats)s sats was made good: its payment is back in the chain"),
    ("payment", "undo_regain"): lazy_gettext("%(sats)s sats that had come back left the chain again"),
    ("round", "settle"): lazy_gettext("A drawn round's %(sats)s sats were shared between house and partners"),
    ("obligation", "jackpot"): lazy_gettext("A jackpot of %(sats)s sats is owed"),
    ("payout", "reserve"): lazy_gettext("%(sats)s sats were set aside for a payout"),
    ("payout", "cancel"): lazy_gettext("A payout was given up: %(sats)s sats are owed again"),
    ("confirmation", "confirm"): lazy_gettext("A payout took %(sats)s sats out of our coins, with its fee"),
    ("confirmation", "revive"): lazy_gettext("A payout that was given up took %(sats)s sats after all"),
    ("confirmation", "undo"): lazy_gettext("A payout of %(sats)s sats left the chain"),
    ("coin", "credit"): lazy_gettext("%(sats)s sats were added to our reserve"),
    ("coin", "undo"): lazy_gettext("%(sats)s sats of our reserve left the chain"),
    ("spend", "spend"): lazy_gettext("%(sats)s sats of ours were spent by no payout of ours"),
    ("spend", "undo"): lazy_gettext("%(sats)s sats that no payout of ours had spent are back"),
}


def booked(told: Mapping[str, Any]) -> str:
    """The sentence of a posting; "" where a later version posts what is not known here.

    Raises KeyError, TypeError or ValueError: it is none.
    """
    source, _, kind = told["key"]
    amount = sum(line[-1] for line in told["transfers"])
    if (source, kind) == ("payment", "credit") and all(line[3] == "suspense" for line in told["transfers"]):
        kind = "suspended"
    if source.endswith("-round"):  # what each game calls its rounds
        source = "round"
    words = _WORDS.get((source, kind))
    return str(words) % {"sats": sats(amount)} if words is not None else ""
