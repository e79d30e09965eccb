"""What limits are called, wherever people read of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.core.text.amounts import written

from ..rules import Kind, Period

KINDS: Final[Mapping[Kind, LazyString]] = {
    "deposit": _l("Deposits"),
    "stake": _l("Stakes"),
    "loss": _l("Losses"),
}
PERIODS: Final[Mapping[Period, LazyString]] = {
    "day": _l("in any 24 hours"),
    "week": _l("in any 7 days"),
    "month": _l("in any 30 days"),
}


def name_of(kind: Kind, period: Period) -> str:
    """A limit by its name: "Deposits in any 24 hours"."""
    return f"{KINDS[kind]} {PERIODS[period]}"


def amount_of(amount: int | None, currency: str) -> str:
    """What a limit lets through."""
    return written(amount, currency) if amount is not None else gettext("no limit")
