"""A password that somebody gives, compared with the one that is kept: between transactions, for hashing takes long.

What came of it is told to `service` in the transaction that follows, which asks whether the password is still that.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

from app.people.accounts.models import User

from . import hashing, queries, rules


@dataclass(frozen=True, slots=True)
class Proof:
    """What it was compared with, if it was right, and that hash made anew where it was made otherwise than now."""

    hash: str | None
    renewed: str | None = None


def of_account(whose: ColumnElement[bool], text: str) -> Proof:
    """Compare it with the password of the person whom a condition over users finds. One hash, whoever that is, and
    where there is nobody, or nobody with a password.

    Raises Unavailable `passwords_busy`.
    """
    password = rules.normalised(text)
    known = queries.known_where(whose)
    if not hashing.is_right(known.hash if known else None, password) or known is None or password is None:
        return Proof(None)
    return Proof(known.hash, hashing.renewed(known.hash, password))


def of_person(user_id: UUID, text: str) -> Proof:
    """The same of somebody who is signed in."""
    return of_account(User.id == user_id, text)
