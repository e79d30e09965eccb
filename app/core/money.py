"""Amounts are integers in a currency's minor unit. No float comes near them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

Sats = int

MAX_SATS: Final = 21_000_000 * 100_000_000
SATS_PER_BTC: Final = 100_000_000
DUST_SATS: Final = 330  # Bitcoin Core's dust limit of a taproot output
CURRENCIES: Final[Mapping[str, int]] = {"HTG": 2, "PHP": 2, "USD": 2, "sat": 0}
"""What money may be kept in, by its code in the ledger, with the digits behind the point of what people read."""
MOST_MINOR: Final = MAX_SATS  # no amount of any currency is larger


def with_edge(base: Sats, percent: int) -> Sats:
    """`base` plus a whole percentage, rounded up once. Document 001, "House edge accounting"."""
    return (base * (100 + percent) + 99) // 100


def btc_string(amount: Sats) -> str:
    """`amount` in BTC with all eight places, as BIP 21 links carry it."""
    return f"{amount // SATS_PER_BTC}.{amount % SATS_PER_BTC:08d}"


def percent_from_rate(rate: Decimal) -> int | None:
    """The whole percentage of a decimal rate such as 0.1, or None if it is not whole."""
    percent = rate * 100
    return int(percent) if percent == percent.to_integral_value() else None
