"""Where a request really goes. A name is resolved once, each address it leads to is judged, and one of them is used.

Whoever owns a name decides where it leads, and may decide otherwise a moment later. So nothing is judged but the
addresses that the connection is then made to.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from app.core.dependencies.aside import in_time

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a name. Raises OSError if there are none."""

DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")  # of the network itself; some Pythons call parts of it global
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotAllowed(Exception):
    """The name leads to an address that nobody outside may send us to."""


def system_resolver(host: str, port: int) -> Sequence[str]:
    """What the system says, in its order, each address once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet; one that carries an IPv4 address inside is judged by that."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = [parsed.ipv4_mapped, parsed.sixtofour, *(parsed.teredo or ())]
        if parsed in _NAT64:
            inner.append(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF))
        embedded = [one for one in inner if one is not None]
        if embedded:
            return all(_is_global(one) for one in embedded)
    return _is_global(parsed)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if address in _PROTOCOLS or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def resolve(host: str, port: int, seconds: float, resolver: Resolver, *, allow_private: bool) -> Sequence[str]:
    """The addresses that may be connected to, found within `seconds`.

    Raises:
        NotAllowed: one of them is not public.
        TimeoutError: the name servers took too long.
        OSError: the name leads nowhere.
    """

    def look() -> Sequence[str]:
        try:
            return resolver(host, port)
        except UnicodeError:
            raise OSError("not a name") from None

    addresses = in_time(look, seconds)  # looking a name up has no time limit of its own
    if not addresses:
        raise OSError("no address")
    if not allow_private and not all(is_public(address) for address in addresses):
        raise NotAllowed
    return addresses


def connect(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """A connection to the first address that answers, within `seconds` for all of them.

    Raises OSError if none does.
    """
    deadline, trouble = time.monotonic() + seconds, OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            trouble = error
    raise trouble


@cache
def tls_context() -> ssl.SSLContext:
    """The system's trust, names checked, TLS 1.2 at least."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
