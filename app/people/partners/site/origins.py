"""Pure rules of the origins that may frame a site. They become part of a header, letter by letter."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

import idna

from app.core.errors import DomainError, InvalidInput

MAX_ORIGINS = 50
MAX_TOTAL_LENGTH = 4_000
"""Of all origins together: the header that carries them has to pass every proxy on the way."""

_EXAMPLE = "https://shop.example"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(r"(https?)://([^/?#@:\[\]\\\s]+)(?::([1-9][0-9]{0,4}))?", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")


def parse_origin(text: str) -> str:
    """The origin in `text` as browsers write it: lower case, the host in ASCII, no default port. The one slash that a
    browser's address bar copies after it is left off.

    Raises DomainError `origin_invalid`, with the text, for anything but an exact http or https origin.
    """
    # IDNA drops invisible characters without a word; an exact origin has none.
    match = _ORIGIN.fullmatch(text.removesuffix("/")) if text.isprintable() else None
    host = _ascii_host(match[2]) if match else None
    if match is None or host is None:
        raise _refused(text)
    scheme, port = match[1].lower(), int(match[3] or 0)
    if port > 65_535:
        raise _refused(text)
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def clean_origins(texts: Sequence[object]) -> list[str]:
    """Every origin once, in the order given.

    Raises DomainError (field `embed_origins`): `origin_invalid` (InvalidInput: of several, each), or `origins_too_many`
    beyond 50.
    """
    if len(texts) > MAX_ORIGINS:
        raise DomainError("origins_too_many", field="embed_origins", most=MAX_ORIGINS)
    origins: dict[str, None] = {}
    refused: list[DomainError] = []
    for text in texts:
        try:
            origins[parse_origin(text if isinstance(text, str) else "")] = None
        except DomainError as error:
            refused.append(error)
    if refused:
        raise InvalidInput(refused) if len(refused) > 1 else refused[0]
    if sum(map(len, origins)) > MAX_TOTAL_LENGTH:
        raise DomainError("origins_too_many", field="embed_origins", most=MAX_ORIGINS)
    return list(origins)


def _ascii_host(text: str) -> str | None:
    """The host in ASCII, or None. IPv6 is refused: a Content-Security-Policy has no way to name it."""
    host = text.lower()
    if not host.isascii() or "xn--" in host:
        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    if _NUMERIC_LABEL.fullmatch(labels[-1]):  # browsers read such a host as an IPv4 address, however it is written
        return host if _is_plain_ipv4(host) else None
    return host


def _is_plain_ipv4(host: str) -> bool:
    try:
        return str(ipaddress.IPv4Address(host)) == host
    except ValueError:
        return False


def _refused(text: str) -> DomainError:
    shown = "".join(char if char.isprintable() else "�" for char in text[:80])
    return DomainError("origin_invalid", field="embed_origins", origin=shown, such=_origin_within(text) or _EXAMPLE)


def _origin_within(text: str) -> str | None:
    """The origin of an address that goes on after it: what whoever copies a page's address means."""
    match = _ORIGIN.match(text)
    if match is None or text[match.end() : match.end() + 1] not in ("/", "?", "#"):
        return None
    try:
        return parse_origin(match[0])
    except DomainError:
        return None
