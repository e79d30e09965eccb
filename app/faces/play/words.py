"""What limits are called for whoever set them, and the names of currencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import LazyString, format_date, gettext
from flask_babel import lazy_gettext as _l

from app.core.text.amounts import written
from app.core.web.languages import LANGUAGES
from app.people.players.rules import Kind, Period

KINDS: Final[Mapping[Kind, LazyString]] = {
    "deposit": _l("Deposits"),
    "stake": _l("Stakes"),
    "loss": _l("Losses"),
}
MEANT: Final[Mapping[Kind, LazyString]] = {
    "deposit": _l("Deposits: what you pay in"),
    "stake": _l("Stakes: what you play with"),
    "loss": _l("Losses: what you play with and do not win back"),
}
PERIODS: Final[Mapping[Period, LazyString]] = {
    "day": _l("in any 24 hours"),
    "week": _l("in any 7 days"),
    "month": _l("in any 30 days"),
}
CURRENCIES: Final[Mapping[str, LazyString]] = {
    "HTG": _l("HTG, Haitian gourdes"),
    "PHP": _l("PHP, Philippine pesos"),
    "USD": _l("USD, US dollars"),
    "sat": _l("sats, hundred-millionths of a bitcoin"),
}

_JURISDICTIONS: Final[Mapping[str, LazyString]] = {
    "HT": _l("Haiti"),
    "PH": _l("Philippines"),
    "US": _l("United States"),
}


def jurisdiction(code: str) -> str:
    """A country by its name."""
    return str(_JURISDICTIONS.get(code, code))


def day(when: date) -> str:
    """A date, as the page's language writes it."""
    return str(format_date(when, "long"))


def language(tag: str) -> str:
    """A language by its own name."""
    return LANGUAGES.get(tag, tag)


def name_of(kind: Kind, period: Period) -> str:
    """A limit by its name: "Deposits in any 24 hours"."""
    return f"{KINDS[kind]} {PERIODS[period]}"


def amount_of(amount: int | None, currency: str) -> str:
    """What a limit lets through."""
    return written(amount, currency) if amount is not None else gettext("no limit")
