"""Pure decisions of verification: which moves there are, which files are taken, and what is possible without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, cast

from app.core.errors import DomainError
from app.core.money import CURRENCIES, MOST_MINOR

State: TypeAlias = Literal["none", "pending", "verified", "rejected"]
Move: TypeAlias = Literal["submit", "reopen", "withdraw", "verify", "reject"]

STATES: Final[tuple[State, ...]] = ("none", "pending", "verified", "rejected")
MOVES: Final[Mapping[Move, Mapping[State, State]]] = {
    "submit": {"none": "pending", "rejected": "pending"},
    "reopen": {"verified": "pending"},
    "withdraw": {"pending": "none"},
    "verify": {"pending": "verified"},
    "reject": {"pending": "rejected", "verified": "rejected"},
}
"""Every move from every state; there are no others. A verified person hands his papers in once more (`reopen`) who is
known by the same as somebody that is kept out since."""
OPEN: Final[frozenset[State]] = frozenset({"none", "rejected"})
"""In these a person changes documents and who he says he is: nobody looks at them at the time."""

DOCUMENT_KINDS: Final = ("identity", "address")
PICTURE: Final = "picture"
FILE_KINDS: Final = (*DOCUMENT_KINDS, PICTURE)
MEDIA_TYPES: Final = ("image/webp", "application/pdf")
MOST_FILES: Final = 6
MOST_BYTES: Final = 8 * 1024 * 1024
DOCUMENT_PIXELS: Final = 2_400
PICTURE_PIXELS: Final = 512

_LIMIT: Final = re.compile(r"([A-Za-z]{3})=(\d{1,16})")
_PDF: Final = re.compile(rb"%PDF-[12]\.\d[\r\n]")


def moved(state: State, move: Move) -> State:
    """The state after a move. Raises DomainError `verification_state`, 409."""
    found = MOVES[move].get(state)
    if found is None:
        raise DomainError("verification_state", status=409)
    return found


def is_pdf(data: bytes) -> bool:
    """Whether bytes begin and end as a PDF does; what is in it, nobody here looks at."""
    return _PDF.match(data) is not None and b"%%EOF" in data[-1024:]


def check_kind(kind: str) -> str:
    """Raises DomainError `document_kind_unknown` (field `kind`)."""
    if kind not in DOCUMENT_KINDS:
        raise DomainError("document_kind_unknown", field="kind")
    return kind


def as_state(text: str | None) -> State:
    """A state as it is kept; without a row nobody has asked."""
    return cast(State, text or "none")


def parse_limits(text: str) -> dict[str, int]:
    """`HTG=2500000,USD=20000`: the most in 30 days without verification, in minor units; `none` for no limit.

    Raises ValueError.
    """
    if text.strip() == "none":
        return {}
    limits: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        found = _LIMIT.fullmatch(part)
        if found is None or found.group(1) not in CURRENCIES or int(found.group(2)) > MOST_MINOR:
            raise ValueError(f"each is one of {', '.join(CURRENCIES)}, an equals sign and minor units: HTG=2500000")
        limits[found.group(1)] = int(found.group(2))
    return limits
