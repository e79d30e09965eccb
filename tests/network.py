"""No test reaches the outside world by surprise: Python's own sockets connect to this machine only."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
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


def _checked(name: str, real: Callable[..., Any], place: int) -> Callable[..., Any]:
    """The same, for addresses and names of this machine: `place` is where among its arguments it has one."""

    @wraps(real)
    def checked(*arguments: Any, **more: Any) -> Any:
        address = arguments[place] if arguments else more.get("host")
        host = address[0] if isinstance(address, tuple) and address else address if place == 0 else None
        if not is_local(host):
            raise SurpriseNetwork(f"{name} to {host!r}: tests do not leave this machine")
        return real(*arguments, **more)

    return checked


def forbid() -> None:
    """For the rest of the process. An audit hook would see each socket too, and each `id()` besides: a hundredth of all
    that a worker does."""
    if getattr(socket, "_is_forbidden", False):
        return
    for name, place in (("connect", 1), ("connect_ex", 1), ("sendto", -1)):
        setattr(socket.socket, name, _checked(name, getattr(socket.socket, name), place))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _checked(name, getattr(socket, name), 0))
    socket._is_forbidden = True  # type: ignore[attr-defined]
