"""Pure decisions about letters: what they may say, how they are called, how long they are kept."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Final

from app.core.errors import DomainError
from app.core.text import names

TOPICS: Final = ("payment", "play", "account", "site", "other")
STATES: Final = ("open", "answered", "closed")
LONGEST: Final = 4_000
"""Of a letter, and of an answer."""
KEPT_FOR: Final = timedelta(days=365)
"""After its end: whoever complains further has that long."""
SOON: Final = timedelta(days=7)
"""Who waits longer has waited for half of what is promised, unless the house promises something else."""
OF_A_MAILBOX: Final = "5 per day"
OF_A_REQUESTER: Final = "50 per day"
"""Of who is signed in, or else of a network: a phone company's has thousands of people."""
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 8
NUMBER: Final = re.compile(f"L-[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")
_ABOUT: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


def new_number() -> str:
    """How a letter is called: nothing that looks like another sign, and nothing that counts letters."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return f"L-{drawn[:4]}-{drawn[4:]}"


def checked_topic(given: str) -> str:
    """Raises DomainError `choice_unknown`."""
    if given not in TOPICS:
        raise DomainError("choice_unknown", field="topic")
    return given


def checked_about(given: str) -> str:
    """The number of what it is about, or "". Raises DomainError `letter_about_invalid`."""
    found = given.strip()
    if found and not _ABOUT.fullmatch(found):
        raise DomainError("letter_about_invalid", field="about")
    return found


def checked_words(given: str) -> str:
    """Lines of which all shows. Raises DomainError with the field `words`: `letter_missing`, `letter_too_long`,
    `letter_invalid`."""
    if len(given) > LONGEST:
        raise DomainError("letter_too_long", field="words", most=LONGEST)
    lines = [_line(line) for line in given.replace("\r\n", "\n").replace("\t", " ").split("\n")]
    found = "\n".join(lines).strip("\n")
    if not found:
        raise DomainError("letter_missing", field="words")
    return found


def _line(line: str) -> str:
    found = names.words(line.strip(), LONGEST) if line.strip() else ""
    if found is None:
        raise DomainError("letter_invalid", field="words")
    return found
