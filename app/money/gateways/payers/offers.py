"""By which ways somebody can pay in, in a currency, and how much each of them takes."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import DomainError
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.clients.interface import Client


@dataclass(frozen=True, slots=True)
class Offer:
    """A gateway that is on. `least` and `most` are what it takes at once, minor units; None where it does not say."""

    provider: str
    least: int | None
    most: int | None


def offers(currency: str) -> list[Offer]:
    """Those that take a currency, in the order of their names."""
    found = sorted((name, client) for name, client in CLIENTS.get().items() if currency in client.currencies)
    return [_offer(name, client, currency) for name, client in found]


def _offer(name: str, client: Client, currency: str) -> Offer:
    """Its bounds are those that it refuses nothing at all with, so that what is told and what is checked are one."""
    try:
        client.check(currency, 0)
    except DomainError as error:
        least, most = error.params.get("leastMinor"), error.params.get("mostMinor")
        if isinstance(least, int) and isinstance(most, int):
            return Offer(name, least, most)
    return Offer(name, None, None)
