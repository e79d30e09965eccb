"""Keeps what witnesses say: claims whom to ask, judges the answer against our own tree, and writes how it went."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from app.core import clock
from app.core.database.session import db
from app.core.dependencies.fetching import Answer
from app.core.faults import step
from app.core.ids import new_id
from app.record.log import queries as log
from app.record.log.format import tree
from app.record.log.format.notes import COSIGNER, VerifierKey
from app.record.log.keys import queries as keys
from app.record.log.models import SignedCheckpoint
from app.record.log.settings import LogSettings

from . import judging, statements
from .judging import AnswerRefused, Cosigned, Shown
from .named import Witness

ANSWER_SECONDS: Final = 5.0
_LEASE_SECONDS: Final = 30
_AGAIN_SECONDS: Final = 30
"""Though nothing is new: so that one who falls silent is missed."""
_REST_SECONDS: Final = 2
_REST_OF_OFFERED: Final = 30
"""After an answer. Rounds wait for those that the settings name."""
_LONGEST_REST_SECONDS: Final = 60
AT_ONCE: Final = 16
_MOST_EVIDENCE: Final = 65_536
MOST_BROUGHT: Final = 64
"""Contradictions that anybody brings: whoever has our key could make them without an end."""
# A witness that finds our clock wrong has not seen another log.
_OF_CLOCKS: Final = ("future", "replayed", "time-back")


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask one witness. `body` is what is sent; None fetches."""

    key: str
    url: str
    body: bytes | None
    note: str
    old: int
    then_pull: str
    is_trusted: bool
    """Whether it is in the settings: then its address may be a private one."""


def keep_named(witnesses: list[Witness]) -> None:
    """The witnesses of the settings have their rows."""
    if witnesses:
        columns = {"keys": [str(one.key) for one in witnesses], "pushes": [one.push for one in witnesses]}
        db.session.execute(text(statements.KEEP_NAMED), columns | {"pulls": [one.pull for one in witnesses]})


def claim(settings: LogSettings, *, offered: bool) -> list[Question]:
    """Whom to ask now, each ours until the lease ends: of those that rounds wait for, or of those that offered
    themselves."""
    newest = log.newest_checkpoint()
    if newest is None:
        return []
    named = [str(one.key) for one in settings.witnesses]
    values = {"named": named, "size": newest.size, "lease": _LEASE_SECONDS, "again": _AGAIN_SECONDS, "most": AT_ONCE}
    rows = db.session.execute(text(statements.CLAIM), values | {"offered": offered}).all()
    return [_question(row, newest, is_trusted=not offered) for row in rows]


def _question(row: Any, newest: SignedCheckpoint, *, is_trusted: bool) -> Question:
    if not row.push:
        return Question(row.key, row.pull, None, newest.note, row.size, "", is_trusted)
    old = min(row.size, newest.size)
    body = judging.submission(old, _consistency(old, newest.size), newest.note)
    return Question(row.key, row.push, body, newest.note, old, row.pull, is_trusted)


def _consistency(old: int, new: int) -> list[bytes]:
    return tree.consistency(old, new, log.tiles()) if old else []


def heard(settings: LogSettings, asked: Question, answer: Answer) -> Question | None:
    """Judge what came, and keep it. What to ask next, if the answer asks for it."""
    try:
        return _judged(settings, asked, answer)
    except AnswerRefused as refused:
        return troubled(asked, refused.why)


def troubled(asked: Question, why: str) -> Question | None:
    """Write that nothing came of it. Whoever has two addresses is asked at the other one."""
    if asked.then_pull:
        return Question(asked.key, asked.then_pull, None, asked.note, asked.old, "", asked.is_trusted)
    db.session.execute(
        text(statements.TROUBLED), {"key": asked.key, "why": why[:100], "longest": _LONGEST_REST_SECONDS}
    )
    return None


def _judged(settings: LogSettings, asked: Question, answer: Answer) -> Question | None:
    key, now = VerifierKey.parse(asked.key, COSIGNER), clock.now().timestamp()
    if asked.body is None:
        if answer.status != 200:
            raise AnswerRefused(f"http_{answer.status}")
        shown = judging.signed_by_us(answer.body, settings.log_origin, keys.Accepted().of)
        compare(asked, shown, answer)  # before the witness's line: our own signature shows it without that
        keep(asked, judging.from_shown(shown, key, now))
        return None
    if answer.status == 200:
        _cosigned(asked, judging.from_lines(asked.note, key, answer.body, now))
        return None
    return _refused(asked, answer)


def _refused(asked: Question, answer: Answer) -> Question | None:
    """What a witness means that did not sign what it was sent."""
    size = judging.size_of(answer.kind, answer.body) if answer.status == 409 else None
    if size is not None:
        return _again_from(asked, size, answer)
    words = answer.body[:1000].decode("utf-8", "replace")
    if answer.status in (409, 422) and not words.startswith(_OF_CLOCKS):
        _disagrees(asked, "inconsistent", answer)
        return troubled(asked, "disagrees")
    raise AnswerRefused(f"http_{answer.status}")


def _again_from(asked: Question, size: int, answer: Answer) -> Question | None:
    newest = log.newest_checkpoint()
    if newest is None or size == asked.old:
        raise AnswerRefused("not_understood")
    if size > newest.size:  # asked after the answer came: whatever we have signed by then is there
        _disagrees(asked, "ahead", answer)
        return troubled(asked, "disagrees")
    body = judging.submission(size, _consistency(size, newest.size), newest.note)
    return Question(asked.key, asked.url, body, newest.note, size, asked.then_pull, asked.is_trusted)


def contradicts(shown: Shown) -> str:
    """How a checkpoint that a key of ours signed is not of our tree; empty where it is."""
    checkpoint = shown.checkpoint
    if checkpoint.size > log.signed_size():
        return "ahead"
    return "" if tree.root(checkpoint.size, log.tiles()) == checkpoint.root else "forked"


def compare(asked: Question, shown: Shown, answer: Answer) -> None:
    """What a witness serves bears a signature of ours: it is of our tree, or we lied to somebody.

    Raises AnswerRefused: `disagrees`, which is kept.
    """
    kind = contradicts(shown)
    if kind:
        _disagrees(asked, kind, answer, shown)
        raise AnswerRefused("disagrees")


def keep(asked: Question, cosigned: Cosigned) -> None:
    """Keep what a witness signed of our tree.

    Raises AnswerRefused: `not_kept`.
    """
    ours = db.session.get(SignedCheckpoint, cosigned.checkpoint.size)
    if ours is None or not ours.note.startswith(cosigned.text + "\n"):
        raise AnswerRefused("not_kept")  # of our tree, and signed in a time that was lost
    _cosigned(asked, cosigned)


def _cosigned(asked: Question, cosigned: Cosigned) -> None:
    values = {"key": asked.key, "size": cosigned.checkpoint.size, "time": cosigned.time, "line": cosigned.line}
    rest = _REST_SECONDS if asked.is_trusted else _REST_OF_OFFERED
    db.session.execute(text(statements.KEEP), values)
    db.session.execute(text(statements.HEARD), values | {"rest": rest})
    step("log.cosigned")


def _disagrees(asked: Question, kind: str, answer: Answer, shown: Shown | None = None) -> None:
    """Keep what shows it: what we say, and what came. It is proven by what our key signed."""
    said = _words(answer.body)
    parts = [f"{kind}\n{asked.key}", f"--- we sent, from {asked.old}" if asked.body else "--- we say", asked.note]
    evidence = "\n".join([*parts, f"--- it answered {answer.status}", said])[:_MOST_EVIDENCE]
    digest = hashlib.sha256(said.encode() if shown else evidence.encode()).digest()
    values = {"id": new_id(), "key": asked.key, "kind": kind, "evidence": evidence, "digest": digest}
    proof = {"proven": shown is not None, "note": shown.note if shown else None}
    db.session.execute(text(statements.KEEP_DISAGREEMENT), values | proof)


def keep_brought(shown: Shown, brought: str) -> None:
    """Keep what shows it, though no witness that we know has a line below: one row for each size and root, and no more
    of them than anybody needs."""
    newest, place = log.newest_checkpoint(), shown.checkpoint
    parts = [contradicts(shown), "--- we say", newest.note if newest else "nothing", "--- somebody brought"]
    evidence = "\n".join([*parts, _words(brought.encode())])[:_MOST_EVIDENCE]
    digest = hashlib.sha256(f"{place.size} {place.root.hex()}".encode()).digest()
    values = {"id": new_id(), "kind": parts[0], "evidence": evidence, "digest": digest, "note": shown.note}
    db.session.execute(text(statements.KEEP_BROUGHT), values | {"most": MOST_BROUGHT})


def _words(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\0", "\ufffd")
