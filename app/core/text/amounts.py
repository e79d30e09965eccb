"""Amounts of currencies as people write and read them. They are kept in the currency's minor unit, as whole numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from babel.numbers import get_group_symbol
from flask_babel import format_decimal, get_locale

from app.core.errors import DomainError
from app.core.money import CURRENCIES

_GAPS: Final = re.compile("[ \u00a0\u202f]")
_AMOUNT: Final = re.compile(r"([0-9]{1,16})(?:[.,]([0-9]{1,2}))?")
_IN_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
_UNCLEAR: Final = re.compile(r"[0-9]+(?:[.,][0-9]{3})+(?:[.,][0-9]*)?")
_LONG: Final = re.compile(r"[0-9]{17,}(?:[.,][0-9]{1,2})?")
_UNITS: Final[Mapping[str, str]] = {"sat": "sats"}


def parse_minor(text: str, currency: str) -> int | None:
    """The amount that a person wrote, with a point or a comma before at most as many digits as the currency has.

    None for anything else. Thousands may be apart as the reader's language has them, by spaces or by commas; otherwise
    a comma or point before three digits is refused: it means thousands to one and a fraction to another.
    """
    found = _AMOUNT.fullmatch(_tidy(text))
    if found is None:
        return None
    whole, fraction, places = found[1], found[2] or "", CURRENCIES[currency]
    return int(whole + fraction.ljust(places, "0")) if len(fraction) <= places else None


def unread(text: str, currency: str) -> DomainError:
    """Why an amount was not read (field `amount`): `amount_unclear` (thousands or a fraction), `amount_too_long`,
    `amount_without_parts` or `amount_unreadable`."""
    tidy = _tidy(text)
    if _LONG.fullmatch(tidy):
        return DomainError("amount_too_long", field="amount")
    if _UNCLEAR.fullmatch(tidy):
        return DomainError("amount_unclear", field="amount")
    return DomainError("amount_unreadable" if CURRENCIES[currency] else "amount_without_parts", field="amount")


def _tidy(text: str) -> str:
    """Without what stands between thousands in the reader's language."""
    tidy, locale = _GAPS.sub("", text.strip()), get_locale()
    commas = locale is not None and get_group_symbol(locale) == ","
    return tidy.replace(",", "") if commas and _IN_THOUSANDS.fullmatch(tidy) else tidy


def plain(amount: int, currency: str) -> str:
    """The amount as a field takes it: a point, no thousands."""
    return str(major(amount, currency))


def major(amount: int, currency: str) -> Decimal:
    """The amount in the currency's own unit, exactly."""
    return Decimal(amount).scaleb(-CURRENCIES[currency])


def written(amount: int, currency: str) -> str:
    """The amount with its unit, as the reader's language writes numbers; unit and number stay on one line."""
    places = CURRENCIES[currency]
    pattern = "#,##0" + ("." + "0" * places if places else "")
    number = format_decimal(major(amount, currency), format=pattern)
    return f"{number}\u00a0{_UNITS.get(currency, currency)}"
