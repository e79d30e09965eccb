"""Pure decisions of webhooks: which addresses, when to try again, how long to rest, when to give up."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from app.core.errors import DomainError
from app.people.partners.site.origins import parse_origin

MOST_ENDPOINTS: Final = 10
LONGEST_URL: Final = 2_000
PORTS: Final = (443, 8443)
TEST_TYPE: Final = "endpoint.test"

_S, _M, _H = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DELAYS: Final[tuple[timedelta, ...]] = (
    5 * _S,
    30 * _S,
    2 * _M,
    10 * _M,
    30 * _M,
    2 * _H,
    5 * _H,
    8 * _H,
    12 * _H,
    20 * _H,
    24 * _H,
)
"""Between one try and the next: three days in all, and twelve tries."""
MOST_ATTEMPTS: Final = len(DELAYS) + 1
JITTER: Final = 0.2
TOLD_AFTER: Final = timedelta(minutes=2)
TOLD_FAILURES: Final = 3
TOLD_AGAIN: Final = timedelta(days=1)
"""One that fails for a while each hour is told of once a day."""
DISABLED_AFTER: Final = timedelta(days=3)
"""Of nothing but failures."""
FEWEST_FAILURES: Final = 5
BOTH_SECRETS_FOR: Final = timedelta(hours=24)
KEPT_FOR: Final = timedelta(days=30)

BREADTH: Final = 4
"""Requests an endpoint gets at once, each about another subject; one alone if it fails or is slow."""
SLOW_MS: Final = 2_000
_LONGEST_REST: Final = timedelta(minutes=5)
_LONGEST_ASKED_REST: Final = timedelta(days=1)

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_LOOPBACK: Final = ("localhost", "127.0.0.1")
_NUMBERS = re.compile(r"[0-9.]+")


def check_url(text: str, *, allow_private: bool = False) -> str:
    """The address as it is kept: https, a public name, the port 443 or 8443, no userinfo, no fragment.

    With `allow_private` (development and tests) plain http to this machine and any port will do too. Where the name
    leads is not asked here: that is checked at every connection.

    Raises DomainError (field `url`): `webhook_url_missing`, `webhook_url_invalid`, `webhook_url_not_https`,
    `webhook_url_port`.
    """
    text = text.strip(" ")
    if not text:
        raise _refused("missing")
    if len(text) > LONGEST_URL or not _PRINTABLE.fullmatch(text) or "\\" in text or "#" in text:
        raise _refused("invalid")
    try:
        parts = urlsplit(text)
        origin = parse_origin(f"{parts.scheme}://{parts.netloc}")
        port = urlsplit(origin).port
    except (ValueError, DomainError):
        raise _refused("invalid") from None
    host = urlsplit(origin).hostname or ""
    is_here = allow_private and host in _LOOPBACK
    if parts.scheme != "https" and not is_here:
        raise _refused("not_https")
    if not is_here and (_NUMBERS.fullmatch(host) or "." not in host):
        raise _refused("invalid")
    if not is_here and port not in (None, *PORTS):
        raise _refused("port")
    return f"{origin}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def _refused(why: str) -> DomainError:
    return DomainError(f"webhook_url_{why}", field="url")


def check_events(chosen: Sequence[str], catalogue: Collection[str]) -> list[str]:
    """The chosen types once each, in the catalogue's own order of names.

    Raises DomainError (field `events`): `webhook_events_missing`, `webhook_event_unknown`.
    """
    if not chosen:
        raise DomainError("webhook_events_missing", field="events")
    if set(chosen) - set(catalogue):
        raise DomainError("webhook_event_unknown", field="events")
    return sorted(set(chosen))


def retry_delay(attempts: int, chance: float) -> timedelta:
    """How long after try number `attempts` the next one comes; `chance` (0 to 1) spreads it by a fifth both ways."""
    base = DELAYS[min(attempts, len(DELAYS)) - 1]
    return base * (1 - JITTER + 2 * JITTER * chance)


def rest(failures: int) -> timedelta:
    """How long a whole lane rests after so many failures in a row: a single one costs the other subjects nothing."""
    if failures < 2:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - 1, 20)), _LONGEST_REST)


def is_trouble(failures: int, failing_since: datetime | None, at: datetime) -> bool:
    """Whether an endpoint's owner is told that it fails: a restart of a server is over by then."""
    return failing_since is not None and failures >= TOLD_FAILURES and at - failing_since >= TOLD_AFTER


def is_given_up(failures: int, failing_since: datetime | None, at: datetime) -> bool:
    """Whether days of nothing but failures are enough to disable an endpoint; two failures far apart are not."""
    return failing_since is not None and failures >= FEWEST_FAILURES and at - failing_since >= DISABLED_AFTER


def asked_rest(retry_after: str, at: datetime) -> timedelta:
    """What an answer's Retry-After asks for (seconds or a date), a day at most; nothing if it cannot be read."""
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=min(int(value[:9]), 10**8)), _LONGEST_ASKED_REST)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return timedelta(0)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - at, timedelta(0)), _LONGEST_ASKED_REST)
