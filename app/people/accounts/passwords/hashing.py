"""Hashing of people's passwords: argon2id, with no connection held, and never in more threads than there is room for.

A hash takes tens of milliseconds and tens of megabytes. Whoever finds the room taken waits for a moment, and whoever
finds the waiting taken too is sent away at once: a flood of guesses leaves threads for everybody else.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.database.session import end_reading, in_transaction
from app.core.errors import Unavailable
from app.people.accounts.login.settings import account_settings

WAIT_SECONDS: Final = 0.5
_RETRY_AFTER: Final = 2


class HashedInside(RuntimeError):
    """Somebody hashed inside a transaction, which would hold rows and a connection for as long."""


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


class _Room:
    """Places for so many hashes at once, and for as many threads that wait for one."""

    def __init__(self, at_once: int) -> None:
        self.places = BoundedSemaphore(at_once)
        self.inside = BoundedSemaphore(2 * at_once)


@lru_cache(maxsize=8)
def _room(at_once: int) -> _Room:
    """This process's."""
    return _Room(at_once)


@contextmanager
def _place() -> Iterator[None]:
    if in_transaction():
        raise HashedInside
    end_reading()
    room = _room(account_settings().password_hashes_at_once)
    if not room.inside.acquire(blocking=False):
        raise Unavailable("passwords_busy", retry_after=_RETRY_AFTER)
    try:
        if not room.places.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("passwords_busy", retry_after=_RETRY_AFTER)
        try:
            yield
        finally:
            room.places.release()
    finally:
        room.inside.release()
