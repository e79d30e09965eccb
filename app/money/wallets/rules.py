"""What wallets are kept in, by which ways money leaves them, how an account is written so that it is found. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, cast

from app.core.errors import DomainError
from app.core.money import MOST_MINOR

Currency: TypeAlias = Literal["HTG", "PHP", "USD"]
Method: TypeAlias = Literal["moncash", "gcash", "bank", "paypal"]

WALLET_CURRENCIES: Final[tuple[Currency, ...]] = ("HTG", "PHP", "USD")
BY_HAND: Final = "bank"

_BANK_ACCOUNT: Final = re.compile(r"[A-Z0-9]{6,34}")
_GAPS: Final = re.compile(r"[\s.\-]")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A way out: its currencies, and by which provider's payments money comes in from the same accounts ("": none)."""

    currencies: tuple[Currency, ...]
    provider: str


METHODS: Final[Mapping[Method, Leaving]] = {
    "moncash": Leaving(("HTG",), "moncash"),
    "gcash": Leaving(("PHP",), "paymongo"),
    "bank": Leaving(WALLET_CURRENCIES, ""),
    "paypal": Leaving(("USD",), "paypal"),
}
BY_PHONE: Final[frozenset[Method]] = frozenset({"moncash", "gcash"})
"""Their accounts are phone numbers."""
PAYER_IS_PHONE: Final = frozenset({"moncash"})
"""Providers whose payers are told by their numbers, which have to be the verified one."""
PAYER_IS_TYPED: Final = frozenset({"paymongo"})
"""Providers that tell of a payer what he typed, which shows nothing unless it is the verified number."""


def check_currency(currency: str) -> Currency:
    """Raises DomainError `currency_unknown` (field `currency`)."""
    if currency not in WALLET_CURRENCIES:
        raise DomainError("currency_unknown", field="currency")
    return currency


def check_amount(amount: int) -> None:
    """Raises DomainError `amount_out_of_range` (field `amountMinor`)."""
    if not 0 < amount <= MOST_MINOR:
        raise DomainError("amount_out_of_range", field="amountMinor")


def check_method(method: str, currency: str) -> Method:
    """Raises DomainError `method_unknown` (field `method`): there is no such way, or it does not take the currency."""
    if method not in METHODS or currency not in METHODS[cast(Method, method)].currencies:
        raise DomainError("method_unknown", field="method")
    return cast(Method, method)


def bank_account(text: str) -> str:
    """A bank's account as it is kept. Raises DomainError `account_invalid` (field `account`)."""
    found = _GAPS.sub("", text).upper()
    if not _BANK_ACCOUNT.fullmatch(found):
        raise DomainError("account_invalid", field="account")
    return found


def payer_as_kept(provider: str, payer: str | None) -> str | None:
    """A payer as a provider names him, in the form in which accounts are kept."""
    if not payer or not payer.strip():
        return None
    text = payer.strip().lower()
    digits = re.sub(r"\D", "", text)
    if "@" not in text and provider in {"moncash", "paymongo"} and 8 <= len(digits) <= 15:
        return f"+{digits}" if len(digits) > 8 else f"+509{digits}"
    return text
