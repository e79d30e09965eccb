"""Addresses of the public records. The same pages stand on the website and in a partner's frame; links stay there."""

from __future__ import annotations

from urllib.parse import quote

from app.catalogue.windows.links import RecordLinks
from app.core.money import Sats, btc_string

record_url = RecordLinks(
    {"rounds": "/rounds", "round": "/rounds/{}", "slip": "/slips/{}", "receipt": "/slips/{}/receipt.json"}
)
"""A slip is named by its order's id, or by a receipt's secret; a receipt by the secret alone."""


def payment_link(address: str, amount: Sats, round_number: int) -> str:
    """A payment request of BIP 21: the amount in bitcoin with all eight places, and what a wallet may note it as."""
    return f"bitcoin:{address}?amount={btc_string(amount)}&label={quote(f'Tiraj round {round_number}')}"
