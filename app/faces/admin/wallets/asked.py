"""What addresses of lists of money ask for, by the names that people read: a person, an amount, days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import request

from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.text.amounts import parse_minor
from app.core.text.names import composed
from app.faces.admin.forms import choice, day, kept_words
from app.money.wallets.rules import WALLET_CURRENCIES
from app.people.players.operating import finding

_LONGEST: Final = 254
_ANY_CURRENCY: Final = WALLET_CURRENCIES[0]  # each has a hundredth


@dataclass(frozen=True, slots=True)
class Asked:
    """What every list of money may be narrowed by. `words` are kept as they were typed, `refused` why they find
    nothing."""

    words: str
    refused: str
    currency: str
    least: int | None
    since: datetime | None
    until: datetime | None
    before: UUID | None


def read() -> Asked:
    """Of the request at hand. Raises DomainError that names the part of the address that is wrong."""
    words, refused = kept_words("q", _LONGEST)
    until = day("until")
    return Asked(
        words,
        refused,
        choice("currency", "", *WALLET_CURRENCIES),
        _least(),
        day("since"),
        until + timedelta(days=1) if until else None,
        place(),
    )


def person_of(text: str) -> UUID | None:
    """Whom an id, a whole mail address or a whole phone number means."""
    named = parse_id(text)
    if named is not None:
        return named if finding.exists(named) else None
    return finding.find(text) if composed(text, _LONGEST) else None


def place() -> UUID | None:
    """Where a page begins. Raises DomainError `number_invalid`."""
    text = request.args.get("before", "")
    found = parse_id(text)
    if text and found is None:
        raise DomainError("number_invalid", field="before")
    return found


def text(name: str) -> str | None:
    """A word of the address; None if there is none."""
    return request.args.get(name, "").strip() or None


def following(last: object) -> str:
    """The next page of the list at hand, as it is narrowed."""
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if value and name != "before"}
    return f"{request.path}?{urlencode({**kept, 'before': str(last)})}"


def typed() -> dict[str, str]:
    """What stands in the fields of the form that narrows."""
    return {name: request.args.get(name, "") for name in ("least", "since", "until", "currency", "state")}


def _least() -> int | None:
    text = request.args.get("least", "").strip()
    found = parse_minor(text, _ANY_CURRENCY) if text else None
    if text and found is None:
        raise DomainError("amount_unreadable", field="least")
    return found
