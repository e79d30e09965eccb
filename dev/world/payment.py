"""What the development wallet is asked to pay: a BIP 21 link, or an address and an amount. Decides, sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qs

from app.chain.deposits.addresses import parse_address
from app.core.errors import DomainError
from app.core.money import DUST_SATS, SATS_PER_BTC

MOST_SATS = 10 * SATS_PER_BTC
"""More than any order of the demo costs: a slip of the finger must not empty the wallet."""


class Unpayable(ValueError):
    """The request makes no payment; the text says why, to the person who sent it."""


@dataclass(frozen=True)
class Wish:
    """Pay so much there."""

    address: str
    sats: int


def parse(link: str, amount_sats: str) -> Wish:
    """An amount given by itself goes before the link's.

    Raises:
        Unpayable: no regtest address, or no amount that could be sent.
    """
    text = link.strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() != "bitcoin":
        raise Unpayable("Paste a bitcoin: link or an address.")
    address, _, query = (rest if colon else text).partition("?")
    if address.isupper():  # as QR codes carry it
        address = address.lower()
    try:
        parse_address(address, "regtest")
    except DomainError:
        raise Unpayable("This is no address of the demo's own test chain.") from None
    sats = _whole(amount_sats) if amount_sats.strip() else _of_link(query)
    if not DUST_SATS <= sats <= MOST_SATS:
        raise Unpayable(f"The amount must lie between {DUST_SATS} and {MOST_SATS:,} sats.")
    return Wish(address, sats)


def _whole(text: str) -> int:
    digits = text.strip().replace(",", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 16):
        raise Unpayable("The amount is a whole number of sats.")
    return int(digits)


def _of_link(query: str) -> int:
    amounts = parse_qs(query).get("amount", [])
    if len(amounts) != 1:
        raise Unpayable("The link names no amount; type one in sats.")
    try:
        sats = Decimal(amounts[0]) * SATS_PER_BTC
        whole = int(sats)
    except (InvalidOperation, ValueError, OverflowError):
        raise Unpayable("The link's amount is no number.") from None
    if sats != whole:
        raise Unpayable("The link's amount has more than eight decimal places.")
    return whole
