"""What states of results and reasons without one are called, for operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "expected": ("live", "Awaited"),
    "provisional": ("warn", "Provisional"),
    "confirmed": ("ok", "Confirmed"),
    "settled": ("ok", "Settled"),
    "dismissed": ("mute", "Not awaited"),
}
"""By state the tone and the words of its badge."""

HOWS: Final[Mapping[str, str]] = {
    "consensus": "sources agreed",
    "by_hand": "entered by two people",
    "correction": "corrected by two people",
}

_REASONS: Final[Mapping[str, str]] = {
    "not_yet": "not there yet",
    "not_listed": "not in its list",
    "other_day": "its page is of another day",
    "partial": "too few digits",
    "half": "one of its two games is not there yet",
    "zeros_lost": "digits are missing in front: zeros may have been dropped, and how many nobody knows",
    "too_many_numbers": "too many numbers",
    "two_numbers": "says two numbers",
    "as_another": "shows another draw’s numbers for this one too",
    "not_a_number": "what stands there is no number",
    "cut_off": "its page breaks off",
    "markup_changed": "its page is built otherwise than it was",
    "no_json": "it answered no JSON",
    "not_understood": "its page was not understood",
    "timeout": "it stood still",
    "stood_still": "it stood still a moment before",
    "connection_failed": "no connection",
    "name_unknown": "its name leads nowhere",
    "tls_failed": "its certificate is not good",
    "answer_too_long": "its answer has no end",
    "answer_not_understood": "its answer was no HTTP",
    "address_not_allowed": "its name leads into a private network",
}


def reason_in_words(code: str) -> str:
    """Why a look found no result."""
    if code.startswith("status_"):
        return f"it answered {code.removeprefix('status_')}"
    return _REASONS.get(code, code.replace("_", " "))
