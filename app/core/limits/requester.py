"""Who is asking, as far as limits can tell: one name for each network that one person has. Everything that counts
requesters asks here.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from flask import request

from app.core.config import current_settings

_IPV6_PREFIX: Final = 64  # what one line, phone or server has to itself; its holder moves inside it at will
_NAT64: Final = IPv6Network("64:ff9b::/96")


def requester() -> str:
    """The network of the request at hand, behind as many proxies as the settings trust."""
    return network_of(request.remote_addr or "")


@lru_cache(maxsize=1024)
def network_of(address: str) -> str:
    """An IPv4 address as it is, however IPv6 wraps it; of another IPv6 address the /64. "unknown" for what is none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv4Address):
        return str(found)
    inner = _wrapped(found)
    return str(inner) if inner is not None else str(IPv6Network((found, _IPV6_PREFIX), strict=False))


def requester_mark(purpose: str, of: str | None = None) -> bytes:
    """The requester (or `of`, another name for who asks) as it may be stored."""
    return keyed_mark(purpose, of or requester())


def keyed_mark(purpose: str, text: str) -> bytes:
    """Equal for the same text and purpose, and nothing that the text is found from without our key."""
    key = current_settings().secret_key.get_secret_value().encode()
    return hmac.digest(key, f"tiraj/requester/1|{purpose}|{text}".encode(), "sha256")[:16]


def neighbourhood() -> str:
    """About where the request at hand comes from, for whoever is told of it later; "" for what is no address."""
    return coarse_network_of(request.remote_addr or "")


def coarse_network_of(address: str) -> str:
    """The /24 of an IPv4 address, however IPv6 wraps it; of another IPv6 address the /48: a town, and nobody in it."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    inner = found if isinstance(found, IPv4Address) else _wrapped(found)
    of = inner if inner is not None else found
    return str(ip_network((of, 24 if isinstance(of, IPv4Address) else 48), strict=False))


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that stands behind an IPv6 one: mapped, 6to4, or through a translator."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
