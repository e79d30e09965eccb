"""One question to a provider over HTTP: with a deadline for all of it, behind its breaker; and its answer as JSON."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from app.core.dependencies import fetching
from app.core.dependencies.breaker import breaker
from app.core.dependencies.fetching import Answer, NoAnswer
from app.money.gateways.settings import gateway_settings

_MOST_BYTES: Final = 4 * 2**20  # a page of a hundred payments


class Lost(Exception):
    """No answer that can be read. `left`: the question may have arrived, and what it asked for may be done."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.why, self.left = why, left


class _StoodStill(Lost):
    """No answer within the deadline."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status below 500, and an object of JSON whose numbers are exact."""

    status: int
    said: dict[str, Any]

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


def asked(provider: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """The answer, whatever it says. Raises Lost."""
    with breaker(provider).asked(lambda why: Lost(why, left=False), _StoodStill):
        try:
            return fetching.ask(
                url,
                body,
                most=_MOST_BYTES,
                seconds=gateway_settings().gateway_seconds,
                allow_private=True,  # its address is a setting: the operator's own choice
                headers=headers or {},
            )
        except NoAnswer as nothing:
            kind = _StoodStill if nothing.why == "timeout" else Lost
            raise kind(nothing.why, left=nothing.left) from None


def question(
    provider: str,
    url: str,
    *,
    json_body: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str],
) -> Reply:
    """The same as JSON, of what is sent and of what comes back.

    Raises Lost: there is no answer, it is none, or it says that the server broke.
    """
    body: bytes | None = None
    kind: dict[str, str] = {}
    if json_body is not None:
        body, kind = json.dumps(json_body).encode(), {"Content-Type": "application/json"}
    elif form is not None:
        body, kind = urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    answer = asked(provider, url, body, {"Accept": "application/json", **kind, **headers})
    if answer.status >= 500:
        raise Lost(f"status_{answer.status}", left=True)
    if answer.status == 429:
        raise Lost("too_many", left=False)
    return Reply(answer.status, parsed(answer.body))


def parsed(body: bytes) -> dict[str, Any]:
    """An object of JSON, its numbers exact. Raises Lost."""
    try:
        said = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Lost("no_json", left=True) from None
    if not isinstance(said, dict):
        raise Lost("no_object", left=True)
    return said


def inner(said: object, *names: str | int) -> Any:
    """What lies so deep in an answer; None where it does not."""
    for name in names:
        if isinstance(said, dict):
            said = said.get(name)
        elif isinstance(said, list) and isinstance(name, int) and len(said) > name:
            said = said[name]
        else:
            return None
    return said


def text(said: object, *names: str | int) -> str:
    """A text that lies so deep; "" where there is none."""
    found = inner(said, *names)
    return found if isinstance(found, str) else ""


def whole(said: object, *names: str | int) -> int:
    """A whole number that lies so deep; -1 where there is none, which is no amount."""
    found = inner(said, *names)
    return found if type(found) is int else -1


def minor(value: object) -> int:
    """An amount in major units, as a number or a text, in minor ones; -1 for what is no amount of two decimals."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return -1
    try:
        amount = Decimal(value) * 100
        whole_amount = int(amount)
    except (ArithmeticError, ValueError):
        return -1
    return whole_amount if whole_amount == amount and whole_amount >= 0 else -1


def major(amount_minor: int) -> str:
    """The other way round, with both decimals."""
    return f"{amount_minor // 100}.{amount_minor % 100:02d}"


def basic(user: str, password: str) -> dict[str, str]:
    """HTTP's basic authentication."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}
