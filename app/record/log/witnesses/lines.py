"""The lines of witnesses below our checkpoints, and which checkpoint has enough of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.core.database.session import db
from app.record.log.format.notes import COSIGNER, VerifierKey
from app.record.log.models import SignedCheckpoint
from app.record.log.settings import log_settings

from .models import Cosignature

_MOST: Final = 48
"""Below a note: readers take 64 signatures, and the log's own are among them."""


def named() -> list[str]:
    """The keys of the witnesses in the settings, as text."""
    return [str(one.key) for one in log_settings().witnesses]


def cosigned_note(checkpoint: SignedCheckpoint) -> str:
    """A checkpoint with the lines of all who cosigned it: first those of the settings, and no name twice."""
    keys = named()
    lines = select(Cosignature.witness, Cosignature.line).where(Cosignature.size == checkpoint.size)
    in_order = lines.order_by(Cosignature.witness.in_(keys).desc(), Cosignature.seen_at, Cosignature.witness)
    found: dict[str, str] = {}
    for witness, line in db.session.execute(in_order):
        found.setdefault(VerifierKey.parse(witness, COSIGNER).name, line)
    return checkpoint.note + "".join(list(found.values())[:_MOST])


def newest_size_with_quorum() -> int | None:
    """How many entries the newest checkpoint covers that as many witnesses cosigned as a new round promises."""
    quorum = log_settings().quorum
    if not quorum:
        return None
    enough = (
        select(Cosignature.size)
        .where(Cosignature.witness.in_(named()))
        .group_by(Cosignature.size)
        .having(func.count() >= quorum)
    )
    return db.session.scalar(enough.order_by(Cosignature.size.desc()).limit(1))


def most_cosigned(number: int, keys: Iterable[str], *, before: datetime) -> int | None:
    """The size that most of these witnesses had cosigned by then, of those that cover an entry: the first such."""
    count = func.count()
    by_then = select(Cosignature.size).where(
        Cosignature.size > number, Cosignature.witness.in_(set(keys)), Cosignature.cosigned_at <= before
    )
    return db.session.scalar(by_then.group_by(Cosignature.size).order_by(count.desc(), Cosignature.size).limit(1))


def first_over(number: int, keys: Iterable[str]) -> dict[str, Cosignature]:
    """What each of these witnesses cosigned first of all that covers an entry, by its key."""
    wanted = select(Cosignature).where(Cosignature.size > number, Cosignature.witness.in_(set(keys)))
    in_order = wanted.ext(distinct_on(Cosignature.witness)).order_by(Cosignature.witness, Cosignature.size)
    return {one.witness: one for one in db.session.scalars(in_order)}


def first_cosigned(number: int, keys: Iterable[str]) -> int | None:
    """The size of the first checkpoint that covers an entry and has a cosignature of one of these witnesses."""
    sizes = select(func.min(Cosignature.size)).where(Cosignature.size > number, Cosignature.witness.in_(set(keys)))
    return db.session.scalar(sizes)
