"""Leaves that a receipt proves: written with their fact, their salts kept for whoever holds it, until they are
forgotten.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import CursorResult, update

from app.core.database.session import db
from app.record.log.format.leaves import Leaf

from .models import ReceiptLeaf

SALT: Final = 32
"""Bytes of a leaf's own salt."""


class Given(NamedTuple):
    """A leaf that a statement is to write, the row it tells of, and the salt of the person in it."""

    leaf: Leaf
    fact: str
    salt: bytes


def new_salts(count: int) -> list[bytes]:
    """So many salts, of one question to the system."""
    drawn = secrets.token_bytes(SALT * count)
    return [drawn[at : at + SALT] for at in range(0, len(drawn), SALT)]


def person_hash(salt: bytes, identifier: str) -> str:
    """How a leaf names a person: nobody without the salt can tell who that is, or that two are the same."""
    return hashlib.sha256(salt + identifier.encode()).hexdigest()


def columns(given: Sequence[Given]) -> dict[str, list[Any]]:
    """The leaves as the values that `statements.keep_given` asks for."""
    return {
        "leaf_subjects": [one.leaf.subject for one in given],
        "leaf_hashes": [one.leaf.hash for one in given],
        "leaf_facts": [one.fact for one in given],
        "leaf_salts": [one.salt for one in given],
        "leaf_data": [one.leaf.data for one in given],
    }


def forget_salts(subjects: Collection[str]) -> int:
    """From now on nobody here can tell whose these are; what was said stays said. Returns how many salts are gone."""
    gone = db.session.execute(
        update(ReceiptLeaf)
        .where(ReceiptLeaf.subject.in_(subjects), ReceiptLeaf.salt.is_not(None))
        .values(salt=None)
        .execution_options(synchronize_session=False)
    )
    return gone.rowcount if isinstance(gone, CursorResult) else 0
