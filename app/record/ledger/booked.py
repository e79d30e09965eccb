"""What moved in our books, in a sentence: a posting by what it was made for. Each slice has the words of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from flask_babel import LazyString, lazy_gettext

from app.core.ports import Port
from app.core.text.amounts import written
from app.core.web.templating import sats
from app.record.log.kinds import LogKind

from .leaves import KIND

Bookings: TypeAlias = Mapping[tuple[str, str], LazyString | str]
"""Words by a posting's source and kind, with a place for all that moved by it: `%(sats)s` without a unit, `%(amount)s`
with its currency."""

BOOKINGS: Final = Port[Bookings]("what postings are made for, in words", {})


def booked(told: Mapping[str, Any]) -> str:
    """The sentence of a posting; "" where nobody has words for it any more.

    Raises KeyError, TypeError or ValueError: it is none.
    """
    source, _, kind = told["key"]
    amount = sum(line[-1] for line in told["transfers"])
    if (source, kind) == ("payment", "credit") and all(line[3] == "suspense" for line in told["transfers"]):
        kind = "suspended"
    if source.endswith("-round"):  # what each game of windows calls its rounds
        source = "round"
    words = BOOKINGS.get().get((source, kind))
    if words is None:
        return ""
    return str(words) % {"sats": sats(amount), "amount": written(amount, told["transfers"][0][-2])}


LOG_KINDS: Final = (LogKind(KIND, lazy_gettext("Money moved in our books"), booked),)
