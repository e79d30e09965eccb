"""What limits are called for whoever set them, and the names of currencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _l

from app.core.web.languages import LANGUAGES
from app.people.players.rules import Kind

MEANT: Final[Mapping[Kind, LazyString]] = {
    "deposit": _l("Deposits: what you pay in"),
    "stake": _l("Stakes: what you play with"),
    "loss": _l("Losses: what you play with and do not win back"),
}
CURRENCIES: Final[Mapping[str, LazyString]] = {
    "HTG": _l("HTG, Haitian gourdes"),
    "PHP": _l("PHP, Philippine pesos"),
    "USD": _l("USD, US dollars"),
    "sat": _l("sats, hundred-millionths of a bitcoin"),
}

DOCUMENTS: Final[Mapping[str, LazyString]] = {
    "identity": _l("Who I am: identity card, passport"),
    "address": _l("Where I live: a bill, a letter"),
}
VERIFICATION: Final[Mapping[str, LazyString]] = {
    "none": _l("Not verified"),
    "pending": _l("Waits to be looked at"),
    "verified": _l("Verified"),
    "rejected": _l("Refused"),
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
