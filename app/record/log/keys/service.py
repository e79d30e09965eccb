"""Changes the key that speaks for the log: one entry, which the old and the new key sign."""

from __future__ import annotations

from sqlalchemy import select, text

from app.core.database.session import db
from app.core.faults import step
from app.record.log import queries as log
from app.record.log import service, statements
from app.record.log.format import rotations
from app.record.log.format.notes import SigningKey, VerifierKey
from app.record.log.format.rotations import KIND
from app.record.log.models import Waiting
from app.record.log.settings import LogSettings

from . import queries


class RotationRefused(ValueError):
    """It would leave a log that nobody can follow."""


def rotate(settings: LogSettings, lost: VerifierKey | None = None) -> bool:
    """Say that LOG_KEY follows LOG_KEY_BEFORE; or, where that one is `lost`, its verifier key. False if that was said
    already. Whoever comes second waits for the sequencer's lock, and finds what the first one said.

    Raises RotationRefused.
    """
    db.session.execute(text(statements.ONE_SEQUENCER))
    new, size = settings.log_keys[0], log.size()
    told = [one.rotation for one in queries.told()[0]]
    told += [rotations.read(data) for data in db.session.scalars(select(Waiting.data).where(Waiting.kind == KIND))]
    if told and told[-1].new == new.verifier:
        return False
    old = lost or _before(settings)
    if any(new.verifier in (one.old, one.new) for one in told):
        raise RotationRefused("a key that was replaced is never in force again: make a new one")
    if not _is_in_force(old if isinstance(old, VerifierKey) else old.verifier, told, new.verifier):
        raise RotationRefused("the old key is not the one that signed what was signed last")
    service.append([rotations.leaf_of(old, new, size)])
    step("log.rotated")
    return True


def _before(settings: LogSettings) -> SigningKey:
    held = settings.log_keys
    if len(held) != 2:
        raise RotationRefused("LOG_KEY must be the new key and LOG_KEY_BEFORE the old one")
    return held[1]


def _is_in_force(old: VerifierKey, told: list[rotations.Rotation], new: VerifierKey) -> bool:
    if old.name != new.name or old == new:
        return False
    if told:
        return told[-1].new == old
    newest = log.newest_checkpoint()
    return newest is not None and queries.is_signed(newest.note, old)
