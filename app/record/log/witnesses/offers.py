"""Witnesses that offer themselves: they are asked and shown, and no round counts on them. And what is brought to us."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select, text, update

from app.core import clock
from app.core.database.session import TO_CHANGE, db
from app.core.dependencies.fetching import Answer
from app.core.errors import DomainError, NotFound
from app.record.log import queries as log
from app.record.log.format import notes
from app.record.log.format.notes import COSIGNER, NoteRefused, VerifierKey
from app.record.log.keys import queries as log_keys
from app.record.log.settings import log_settings

from . import judging, named, queries, service, statements
from .judging import AnswerRefused, Shown
from .models import KnownWitness
from .named import PUSHED, WitnessRefused
from .service import Question

WAYS: Final = ("push", "pull", "brings")
# A stranger's name stands beside the log: none that looks like another's, or turns the line around.
_PLAIN_NAME: Final = re.compile(r"[a-z0-9][a-z0-9./_:-]{0,99}")


def of(subject: str) -> KnownWitness | None:
    """The witness that somebody offers now."""
    mine = (KnownWitness.offered_by == subject) & KnownWitness.removed_at.is_(None)
    return db.session.scalar(select(KnownWitness).where(mine).limit(1))


def offer(subject: str, key: str, way: str, url: str, *, allow_private: bool) -> KnownWitness:
    """Take a witness in, by `push` or `pull` at an address, or one that `brings` us its cosignatures.

    Raises DomainError: `witness_there` (409), for whoever has one already; `witness_key_invalid`, `witness_key_known`
    (field `key`), `witness_way_invalid` (field `way`), `witness_url_invalid` (field `url`).
    """
    db.session.execute(text(statements.ONE_OFFER))  # so that none takes the name that another is about to take
    if of(subject) is not None:
        raise DomainError("witness_there", status=409)
    verifier = _key(key.strip())
    if way not in WAYS:
        raise DomainError("witness_way_invalid", field="way")
    address = _address(way, url.strip(), allow_private=allow_private)
    row = db.session.get(KnownWitness, str(verifier), with_for_update=TO_CHANGE)
    if str(verifier) in queries.named() or (row is not None and row.offered_by != subject):
        raise DomainError("witness_key_known", field="key")
    if row is None:
        row = KnownWitness(key=str(verifier), offered_by=subject, stopped_at=_stopped_at(subject))
        db.session.add(row)
    row.push, row.pull = (address if way == "push" else ""), (address if way == "pull" else "")
    row.removed_at, row.rests_until, row.trouble, row.failures = None, None, "", 0
    db.session.flush()
    return row


def _key(text: str) -> VerifierKey:
    try:
        key = named.key_of(text)
    except WitnessRefused:
        raise DomainError("witness_key_invalid", field="key") from None
    if not _PLAIN_NAME.fullmatch(key.name):
        raise DomainError("witness_key_invalid", field="key")
    own = log_keys.Accepted().all
    others = [VerifierKey.parse(one, COSIGNER) for one in _taken() if one != text]
    try:
        named.refuse_doubles([key, *{(one.name, one.public): one for one in (*others, *own)}.values()])
    except WitnessRefused:
        raise DomainError("witness_key_known", field="key") from None
    return key


def _stopped_at(subject: str) -> datetime | None:
    """Since when an operator wants nothing of whoever offers: another key does not change that."""
    return db.session.scalar(select(func.min(KnownWitness.stopped_at)).where(KnownWitness.offered_by == subject))


def _taken() -> list[str]:
    """Keys that the settings name, those that anybody offers, and those that an operator switched off: such a name
    does not come back with another key."""
    wanted = or_(KnownWitness.removed_at.is_(None), KnownWitness.stopped_at.is_not(None))
    rows = db.session.scalars(select(KnownWitness.key).where(wanted))
    return list({*queries.named(), *rows})


def _address(way: str, url: str, *, allow_private: bool) -> str:
    if way == "brings":
        return ""
    is_secure = urlsplit(url).scheme == "https" or allow_private if named.is_address(url) else False
    if not is_secure or url.endswith(PUSHED) != (way == "push"):
        raise DomainError("witness_url_invalid", field="url")
    return url


def remove(subject: str) -> KnownWitness | None:
    """Ask somebody's witness no more; None if there is none any more. What it signed stays."""
    row = of(subject)
    if row is not None:
        row.removed_at = clock.now()
        db.session.flush()
    return row


def switch(key: str, *, off: bool) -> KnownWitness:
    """Have whoever offered a witness left alone, or asked again: with all keys of his, and those to come.

    Raises NotFound.
    """
    db.session.execute(text(statements.ONE_OFFER))
    row = db.session.get(KnownWitness, key)
    if row is None or row.offered_by is None:
        raise NotFound
    changed = update(KnownWitness).where(KnownWitness.offered_by == row.offered_by)
    db.session.execute(changed.values(stopped_at=func.now() if off else None))
    db.session.refresh(row)
    return row


def brought(note: str) -> tuple[int, str]:
    """Keep what witnesses signed of a checkpoint that is brought to us; how many lines, else why none.

    What a key of ours signed and our tree has not is kept whoever else signed it: then the reason is `disagrees`.

    Raises NotFound: no line is of a witness that we know.
    """
    asked = {key: VerifierKey.parse(key, COSIGNER) for key in queries.heard_out()}
    try:
        _, lines = notes.parted(note)
        signers = [key for key, one in asked.items() if any(notes.signature_of(line, one) for line in lines)]
    except NoteRefused:
        return 0, "not_understood"
    try:
        shown = judging.signed_by_us(note.encode(), log_settings().log_origin, log_keys.Accepted().of)
    except AnswerRefused as refused:
        return _none(signers, refused.why)
    if service.contradicts(shown):
        _contradicted(shown, {key: asked[key] for key in signers}, note)
        return 0, "disagrees"
    kept, why = 0, ""
    for key in signers:
        try:
            service.keep(_unasked(key), judging.from_shown(shown, asked[key], clock.now().timestamp()))
            kept += 1
        except AnswerRefused as refused:
            why = refused.why
    return (kept, why) if kept else _none(signers, why)


def _none(signers: list[str], why: str) -> tuple[int, str]:
    if not signers:
        raise NotFound("witness_unknown")
    return 0, why


def _contradicted(shown: Shown, signers: dict[str, VerifierKey], note: str) -> None:
    """It is each witness's who signed it; else nobody's."""
    is_kept = False
    for key, verifier in signers.items():
        try:
            judging.from_shown(shown, verifier, clock.now().timestamp())
            service.compare(_unasked(key), shown, Answer(200, note.encode(), ""))
        except AnswerRefused as refused:
            is_kept = is_kept or refused.why == "disagrees"
    if not is_kept:
        service.keep_brought(shown, note)


def _unasked(key: str) -> Question:
    newest = log.newest_checkpoint()
    return Question(key, "", None, newest.note if newest else "", 0, "", is_trusted=False)
