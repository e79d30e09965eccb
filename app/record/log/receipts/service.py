"""Leaves that a receipt proves: written with their fact, their salts kept for whoever holds it, until they are
forgotten.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from typing import Final

from sqlalchemy import CursorResult, update

from app.core.database.session import db

from .models import ReceiptLeaf

SALT: Final = 32
"""Bytes of a leaf's own salt."""


def new_salts(count: int) -> bytes:
    """So many salts, one after the other, of one question to the system."""
    return secrets.token_bytes(SALT * count)


def person_hash(salt: bytes, identifier: str) -> str:
    """How a leaf names a person: nobody without the salt can tell who that is, or that two are the same."""
    return hashlib.sha256(salt + identifier.encode()).hexdigest()


def forget_salts(subjects: Collection[str]) -> int:
    """From now on nobody here can tell whose these are; what was said stays said. Returns how many salts are gone."""
    gone = db.session.execute(
        update(ReceiptLeaf)
        .where(ReceiptLeaf.subject.in_(subjects), ReceiptLeaf.salt.is_not(None))
        .values(salt=None)
        .execution_options(synchronize_session=False)
    )
    return gone.rowcount if isinstance(gone, CursorResult) else 0
