"""Addresses of the public records. The same pages stand on the website and in a partner's frame; links stay there."""

from __future__ import annotations

from urllib.parse import quote

from app.catalogue.frame.links import on_surface
from app.core.money import Sats, btc_string

_PATHS = {
    "rounds": "/rounds",
    "round": "/rounds/{}",
    "slip": "/slips/{}",
    "receipt": "/slips/{}/receipt.json",
}


def record_url(kind: str, value: object = None, **query: object) -> str:
    """The address of a record on the surface of the request at hand.

    `kind`: rounds, round (its number), slip (an order's id, or a receipt secret), receipt (a receipt secret). In the
    frame the partner and the identifiers of the request go along. A query value of None is left out.
    """
    return on_surface(_PATHS[kind].format(value), **query)


def payment_link(address: str, amount: Sats, round_number: int) -> str:
    """A payment request of BIP 21: the amount in bitcoin with all eight places, and what a wallet may note it as."""
    return f"bitcoin:{address}?amount={btc_string(amount)}&label={quote(f'Tiraj round {round_number}')}"
