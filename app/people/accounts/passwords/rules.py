"""Pure decisions about passwords: what one is as bytes, and which are refused."""

from __future__ import annotations

import unicodedata
from typing import Final

from zxcvbn.matching import RANKED_DICTIONARIES, build_ranked_dict, omnimatch
from zxcvbn.scoring import most_guessable_match_sequence

from app.core.errors import DomainError

SHORTEST: Final = 10
LONGEST_BYTES: Final = 256
LONGEST_TEXT: Final = 1_024
"""Of what is read at all: characters that are one when they are normalised may be typed as several."""
GUESSED_WITHIN: Final = 1_000_000
"""Whoever knows what people choose has such a password within so many guesses: words of lists, names, years, rows of
keys, and what is repeated."""
_LOOKED_AT: Final = 40
_MOST_SIGNS: Final = 4
_OURS: Final = "tiraj"


def normalised(text: str) -> bytes | None:
    """A password as it is hashed: the same bytes on every keyboard. None: no text, or too long to be anybody's."""
    try:
        found = unicodedata.normalize("NFKC", text[: LONGEST_TEXT + 1]).encode()
    except UnicodeEncodeError:
        return None
    return found if len(text) <= LONGEST_TEXT and len(found) <= LONGEST_BYTES else None


def checked(text: str, email: str) -> bytes:
    """A new password for the account with this address, as it is hashed.

    Raises DomainError (field `password`): `password_too_long`, `password_too_short`, `password_is_email`,
    `password_guessed`.
    """
    found = normalised(text)
    if found is None:
        raise DomainError("password_too_long", field="password", most=LONGEST_BYTES)
    told = found.decode()
    if len(told) < SHORTEST:
        raise DomainError("password_too_short", field="password", least=SHORTEST)
    address = email.strip().casefold()
    if told.strip().casefold() in {address, *address.split("@")}:
        raise DomainError("password_is_email", field="password")
    if _is_guessed(told, address):
        raise DomainError("password_guessed", field="password")
    return found


def _is_guessed(text: str, address: str) -> bool:
    """Whether guessers begin with it. Long ones, and those with many different signs, are not asked about: they are
    nobody's first guess, and the estimate of an ill-chosen one takes seconds."""
    signs = {char for char in text if not char.isalnum()}
    if len(text) > _LOOKED_AT or len(signs) > _MOST_SIGNS:
        return len(set(text)) == 1
    of_person = build_ranked_dict([address, *address.replace(".", "@").split("@"), _OURS])
    # `zxcvbn()` itself would put these words among the lists of the whole process, for everybody else's password too
    found = omnimatch(text, {**RANKED_DICTIONARIES, "user_inputs": of_person})
    return int(most_guessable_match_sequence(text, found)["guesses"]) < GUESSED_WITHIN
