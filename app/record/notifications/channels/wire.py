"""One question to a provider: with a deadline, behind its channel's breaker; and what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from app.core.dependencies import fetching
from app.core.dependencies.breaker import breaker
from app.core.dependencies.fetching import Answer, NoAnswer

from .outcomes import Refused, Unknown
from .settings import message_settings

_MOST_BYTES: Final = 4 * 2**20  # a page of a thousand messages
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
JSON: Final = {"Content-Type": "application/json"}


class _NotAsked(Exception):
    """Somebody waited in vain a moment ago."""


class _StoodStill(Exception):
    """No answer within the deadline."""

    def __init__(self, outcome: Refused | Unknown) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def question(
    channel: str, url: str, body: bytes | None = None, headers: Mapping[str, str] = fetching.NO_HEADERS
) -> Answer | Refused | Unknown:
    """The answer, whatever it says; else Refused if the question never left us, and Unknown if it may have arrived."""
    try:
        with breaker(channel).asked(_NotAsked, _StoodStill):
            return _ask(url, body, headers)
    except _NotAsked as told:
        return Refused(str(told))
    except _StoodStill as stood:
        return stood.outcome


def _ask(url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer | Refused | Unknown:
    try:
        return fetching.ask(
            url,
            body,
            most=_MOST_BYTES,
            seconds=message_settings().message_seconds,
            allow_private=True,  # its address is a setting: the operator's own choice
            headers=headers,
        )
    except NoAnswer as nothing:
        outcome = Unknown(nothing.why) if nothing.left else Refused(nothing.why)
        if nothing.why == "timeout":
            raise _StoodStill(outcome) from None
        return outcome


def parsed(answer: Answer) -> Any:
    """Its JSON; None where there is none."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def unanswered(provider: str, answer: Answer, detail: str = "") -> Refused | Unknown:
    """What an answer means that is no success: a request that was wrong or one too many was never taken; what broke in
    the middle, and what we do not understand, may have been."""
    reason = f"{provider} {answer.status}{detail and ' ' + detail}"
    if answer.status == 429:
        return Refused(reason, wait=answer.retry_after)
    if answer.status in (401, 403, 404, 405):
        return Refused(reason)  # a setting is wrong: it may be mended
    if 400 <= answer.status < 500 and answer.status not in (408, 409, 425):
        return Refused(reason, for_good=True)
    return Unknown(reason)
