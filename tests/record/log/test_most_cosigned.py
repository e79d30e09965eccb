"""Which checkpoint a bundle shows: the first of those that most of the promised witnesses had cosigned in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.core.database.session import db, transaction
from app.record.log.witnesses import lines
from app.record.log.witnesses.models import Cosignature, KnownWitness

CLOSING = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATE = timedelta(seconds=1)
ADA, BOB, EVE = "ada", "bob", "eve"


@pytest.fixture
def cosigned(committed_db: Flask) -> None:
    """Of an entry with number 4: Ada signed 4, 7 and 9; Bob 9 and 11; both 12 after the block; Eve all of it."""
    signed = [(4, ADA), (7, ADA), (9, ADA), (9, BOB), (11, BOB), *((size, EVE) for size in (4, 7, 9, 11))]
    with transaction():
        db.session.add_all([KnownWitness(key=key) for key in (ADA, BOB, EVE)])
        db.session.flush()
        db.session.add_all([Cosignature(size=size, witness=key, cosigned_at=CLOSING, line="") for size, key in signed])
        db.session.add_all(
            [Cosignature(size=12, witness=key, cosigned_at=CLOSING + LATE, line="") for key in (ADA, BOB)]
        )


@pytest.mark.usefixtures("cosigned")
@pytest.mark.parametrize(
    ("keys", "before", "size"),
    [
        ((ADA, BOB), CLOSING, 9),  # both; the block's own second counts
        ((ADA,), CLOSING, 7),  # the first that covers the entry; 4 entries do not
        ((BOB,), CLOSING, 9),
        ((ADA, BOB), CLOSING - LATE, None),
        (("nobody",), CLOSING, None),
        ((), CLOSING, None),
    ],
)
def test_the_first_with_most_of_them(keys: tuple[str, ...], before: datetime, size: int | None) -> None:
    assert lines.most_cosigned(4, keys, before=before) == size
