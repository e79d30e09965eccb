"""Why a draw is not held, or a bet goes back, in a sentence: what is kept is a code, or a code and somebody's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from ..calendar.service import SKIPPED
from .cancelling import CANCELLED
from .service import NO_RESULT, NOT_SEALED
from .witnessing import NOT_COSIGNED

GIVEN_BACK: Final = "given back by the operator"
"""A single ticket, decided by two of ours: what everybody may read; why is in the audit log."""
REVERSED: Final = "payment reversed"
"""A bank has taken back what it was paid with. What everybody may read."""
_BY_RULE: Final[Mapping[str, LazyString]] = {
    NOT_SEALED: _l("Its bets were not sealed in time, so the draw is void by rule."),
    NOT_COSIGNED: _l("Too few witnesses had signed its seal in time, so the draw is void by rule."),
    GIVEN_BACK: _l("Two of ours decided to give this bet back before its draw was sealed."),
    REVERSED: _l("The bank took back what this bet was paid with, so it takes no part."),
    NO_RESULT: _l("Nobody could read its result in the time that it promised, so the draw is void by rule."),
}


def why(because: str) -> str:
    """The sentence; "" for what says nothing to who bet."""
    code, _, words = because.partition(": ")
    words = words if words.endswith((".", "!", "?")) else f"{words}."
    if code == SKIPPED:
        return str(gettext("The draw is not held: %(words)s", words=words))
    if code == CANCELLED:
        return str(gettext("There was no official draw: %(words)s", words=words))
    return str(_BY_RULE.get(code, ""))
