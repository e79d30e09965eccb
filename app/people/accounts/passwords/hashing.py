"""Hashing of people's passwords: argon2id, with no connection held, and never in more threads than there is room for.

A hash takes tens of milliseconds and tens of megabytes: a flood of guesses leaves threads for everybody else.
"""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Unavailable
from app.core.limits.places import place
from app.people.accounts.login.settings import account_settings

WAIT_SECONDS: Final = 0.5


def hashed(password: bytes) -> str:
    """The hash of a new password. Raises Unavailable `passwords_busy`."""
    with _place():
        return _hasher().hash(password)


def is_right(against: str | None, password: bytes | None) -> bool:
    """Whether this is the password of that hash. As long where there is no hash, or no password that could be one.

    Raises Unavailable `passwords_busy`.
    """
    with _place():
        nobodys = _nobodys_hash(_hasher())  # whoever is first makes it, known or not
        try:
            _hasher().verify(against or nobodys, password or b"")
        except (VerificationError, InvalidHashError):
            return False
    return against is not None and password is not None


def renewed(against: str, password: bytes) -> str | None:
    """A new hash of a password that is right, where the old one was made otherwise than hashes are made now. None: it
    was not, or there is no room at the moment, and the next sign-in does it."""
    if not _hasher().check_needs_rehash(against):
        return None
    try:
        return hashed(password)
    except Unavailable:
        return None


def _hasher() -> PasswordHasher:
    settings = account_settings()
    return _made(settings.password_passes, settings.password_memory_kib)


@lru_cache(maxsize=8)
def _made(passes: int, memory_kib: int) -> PasswordHasher:
    """One lane: a hash is one thread's work, so that who counts hashes counts cores."""
    return PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=8)
def _nobodys_hash(of: PasswordHasher) -> str:
    """The hash of a password that nobody knows, as dear to check as everybody's."""
    return of.hash(secrets.token_bytes(32))


def _place() -> AbstractContextManager[None]:
    return place("passwords", account_settings().password_hashes_at_once, wait=WAIT_SECONDS)
