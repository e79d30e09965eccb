"""Which currencies are exchanged, and what a rate makes of an amount. Pure: rates are decimals, amounts whole."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from app.core.errors import DomainError
from app.core.money import CURRENCIES, MOST_MINOR
from app.money.wallets.rules import Currency

PAIRS: Final[frozenset[tuple[Currency, Currency]]] = frozenset({("USD", "HTG")})
"""What is given, and what is got for it."""
QUOTE_LIVES: Final = timedelta(minutes=10)

_RATE: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


def check_pair(sold: str, bought: str) -> None:
    """Raises DomainError `exchange_closed`, 409: these are not exchanged."""
    if (sold, bought) not in PAIRS:
        raise DomainError("exchange_closed", status=409)


def parse_rate(text: str) -> Decimal:
    """Units of what is got for one unit of what is given. Raises DomainError `rate_invalid` (field `rate`)."""
    rate = Decimal(text) if _RATE.fullmatch(text) else Decimal(0)
    if not rate:
        raise DomainError("rate_invalid", field="rate")
    return rate


def change_percent(before: Decimal, after: Decimal) -> Decimal:
    """By how much a rate differs from the one before, with one digit behind the point."""
    return ((after / before - 1) * 100).quantize(Decimal("0.1"))


def bought_for(sold_minor: int, rate: Decimal, sold: str, bought: str) -> int:
    """What an amount (minor units) buys, rounded down to a whole minor unit.

    Raises DomainError `amount_out_of_range` (field `amountMinor`): it buys nothing, or more than there can be.
    """
    exact = Decimal(sold_minor) * rate * Decimal(10) ** (CURRENCIES[bought] - CURRENCIES[sold])
    found = int(exact.to_integral_value(ROUND_FLOOR))
    if not 0 < found <= MOST_MINOR:
        raise DomainError("amount_out_of_range", field="amountMinor")
    return found
