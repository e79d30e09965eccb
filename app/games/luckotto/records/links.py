"""Addresses of Luckotto's public records, on the website and in a partner's frame."""

from __future__ import annotations

from app.catalogue.frame.links import on_surface

_PATHS = {"rounds": "/luckotto", "round": "/luckotto/rounds/{}", "order": "/luckotto/orders/{}"}


def luckotto_url(kind: str, value: object = None, **query: object) -> str:
    """The address of a record on the surface of the request at hand: rounds, round (its number), order (its id)."""
    return on_surface(_PATHS[kind].format(value), **query)
