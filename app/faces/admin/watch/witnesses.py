"""The alarms of witnesses: one that is silent, one that has seen another log than ours."""

from __future__ import annotations

from sqlalchemy import select

from app.core.database.session import db
from app.record.audit.models import Alarm
from app.record.audit.service import close_alarm, raise_alarm
from app.record.log.format.notes import COSIGNER, VerifierKey
from app.record.log.witnesses import queries
from app.record.log.witnesses.models import Disagreement, KnownWitness


def look() -> None:
    """Raise and close the alarms of every witness. One that only offered itself is believed where it proves."""
    silent, named = {one.key for one in queries.silent()}, queries.named()
    for one in queries.known():
        _silence(one, is_silent=one.key in silent)
    for key in queries.disagreeing():
        said = queries.last_disagreement(key)
        if said is not None and (said.proven or key in named):
            _disagreement(said)


def subject_of(key: str | None) -> str:
    """What alarms call a witness: its name, and the four bytes that tell its keys apart."""
    if key is None:
        return "witness:unknown"  # whoever brought what our key signed
    found = VerifierKey.parse(key, COSIGNER)
    return f"witness:{found.name}+{found.identifier.hex()}"


def _silence(one: KnownWitness, *, is_silent: bool) -> None:
    if is_silent:
        since = one.heard_at or one.known_since
        raise_alarm("witness_silent", subject_of(one.key), since=since.isoformat(), trouble=one.trouble)
    else:
        close_alarm("witness_silent", subject_of(one.key))


def _disagreement(said: Disagreement) -> None:
    """Once for each: whoever understood one is not told of it again."""
    subject = subject_of(said.witness)
    told = select(Alarm.id).where(
        Alarm.code == "witness_disagrees", Alarm.subject == subject, Alarm.raised_at >= said.seen_at
    )
    if db.session.scalar(told.limit(1)) is None:
        raise_alarm("witness_disagrees", subject, kind=said.kind, proven=said.proven, evidence=str(said.id))
