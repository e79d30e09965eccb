"""No test reaches the outside world by surprise: Python's own sockets connect to this machine only."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any


class SurpriseNetwork(RuntimeError):
    """A test tried to leave the machine. Not an OSError, which code that tolerates a bad network would swallow."""


def is_local(host: object) -> bool:
    """Whether an address or name means this machine. Other names are refused before they are resolved."""
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text == socket.gethostname()
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not is_local(host):
        raise SurpriseNetwork(f"{event} to {host!r}: tests do not leave this machine")


def forbid() -> None:
    """For the rest of the process. An audit hook sees every socket, whatever library opened it."""
    if not getattr(sys, "_network_forbidden", False):
        sys.addaudithook(_refuse)
        sys._network_forbidden = True
