"""Amounts of currencies as people write and read them. They are kept in the currency's minor unit, as whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from flask_babel import format_decimal

from app.core.money import CURRENCIES

_GAPS: Final = re.compile("[ \u00a0\u202f]")
_AMOUNT: Final = re.compile(r"([0-9]{1,16})(?:[.,]([0-9]{1,2}))?")
_UNITS: Final[Mapping[str, str]] = {"sat": "sats"}


def parse_minor(text: str, currency: str) -> int | None:
    """The amount that a person wrote, with a point or a comma before at most as many digits as the currency has.

    None for anything else. A comma before three digits is refused: it means thousands to one and a fraction to another.
    """
    found = _AMOUNT.fullmatch(_GAPS.sub("", text.strip()))
    if found is None:
        return None
    whole, fraction, places = found[1], found[2] or "", CURRENCIES[currency]
    return int(whole + fraction.ljust(places, "0")) if len(fraction) <= places else None


def plain(amount: int, currency: str) -> str:
    """The amount as a field takes it: a point, no thousands."""
    return str(Decimal(amount).scaleb(-CURRENCIES[currency]))


def written(amount: int, currency: str) -> str:
    """The amount with its unit, as the reader's language writes numbers; unit and number stay on one line."""
    places = CURRENCIES[currency]
    pattern = "#,##0" + ("." + "0" * places if places else "")
    number = format_decimal(Decimal(amount).scaleb(-places), format=pattern)
    return f"{number}\u00a0{_UNITS.get(currency, currency)}"
