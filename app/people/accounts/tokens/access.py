"""Access tokens: JWT signed with Ed25519, for a quarter of an hour, for people who play or for operators.

A token says which session it belongs to and opens nothing that this session does not: whoever takes one asks the
sessions' table in the same statement whether that still lives, and whether the token does, by the database's clock.
What a token's header says of keys and algorithms is compared with ours and never followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import jwt
from jwt.types import Options
from sqlalchemy import ColumnElement, literal

from app.core.config import current_settings
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.people.accounts.queries import database_now

from .keys import token_keys

Audience = Literal["player", "operator"]

LIFETIME: Final = timedelta(minutes=15)
LONGEST: Final = 1_024
_AUDIENCES: Final = ("player", "operator")
_ALGORITHM: Final = "EdDSA"
_TYPE: Final = "at+jwt"  # RFC 9068: no other JWT of ours passes for one
_OPTIONS: Final[Options] = {  # who it is for, and when, is asked here and in the database
    "require": ["iss", "aud", "sub", "fam", "iat", "exp"],
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token of ours says. `family` is the session it belongs to."""

    subject: UUID
    family: UUID
    issued_at: datetime
    expires_at: datetime

    @property
    def is_in_force(self) -> ColumnElement[bool]:
        """For the statement that asks whether the session lives."""
        return (literal(self.issued_at) <= database_now()) & (database_now() < literal(self.expires_at))


def issue(audience: Audience, subject: UUID, family: UUID, now: datetime) -> str:
    """A token from `now` on, the database's."""
    issued = int(now.timestamp())
    claims = {
        "iss": current_settings().base_url,
        "aud": audience,
        "sub": str(subject),
        "fam": str(family),
        "iat": issued,
        "exp": issued + int(LIFETIME.total_seconds()),
    }
    keys = token_keys()
    return jwt.encode(claims, keys.signing, algorithm=_ALGORITHM, headers={"kid": keys.name, "typ": _TYPE})


def looks_like_one(text: str) -> bool:
    """Whether it has a token's three parts; sessions and API keys have no points."""
    return text.count(".") == 2


def opened(text: str, audience: Audience) -> Claims | None:
    """What a token of ours says; None for any other text. Whether it is in force its family's table is asked.

    Raises DomainError: 403 `token_for_others`, for one that is for the other audience.
    """
    claims = _verified(text)
    if claims is None or claims["aud"] not in _AUDIENCES:
        return None
    if claims["aud"] != audience:
        raise DomainError("token_for_others", status=403)
    subject, family = (parse_id(str(claims[name])) for name in ("sub", "fam"))
    issued, expires = claims["iat"], claims["exp"]
    if subject is None or family is None or type(issued) is not int or type(expires) is not int:
        return None
    if not 0 < issued < expires <= issued + int(LIFETIME.total_seconds()) or expires > _LATEST:
        return None
    return Claims(subject, family, datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC))


_LATEST: Final = 2**40


def _verified(text: str) -> dict[str, Any] | None:
    if len(text) > LONGEST or not text.isascii():
        return None
    try:
        header = jwt.get_unverified_header(text)
        name = header.get("kid")
        key = token_keys().verifying.get(name) if isinstance(name, str) else None
        if key is None or header.get("alg") != _ALGORITHM or header.get("typ") != _TYPE:
            return None
        claims: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=[_ALGORITHM],
            issuer=current_settings().base_url,
            options=_OPTIONS,
        )
    except jwt.InvalidTokenError:
        return None
    return claims
