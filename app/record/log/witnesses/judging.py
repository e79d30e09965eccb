"""What a witness's answer is worth: a cosignature of ours, nothing, or a contradiction. Pure."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.record.log.format import notes
from app.record.log.format.notes import Checkpoint, NoteRefused, VerifierKey

AHEAD_SECONDS: Final = 120
"""That clocks may differ."""
_SIZE: Final = re.compile(r"(0|[1-9][0-9]{0,17})\n?")


class AnswerRefused(Exception):
    """It is worth nothing; `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Shown:
    """A checkpoint that a key of ours signed: its text, the lines below, and the note with our own line alone."""

    text: str
    lines: Sequence[str]
    checkpoint: Checkpoint
    note: str


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What a witness signed: a checkpoint's text, when by its own clock, and the line that a note has of it."""

    text: str
    checkpoint: Checkpoint
    time: int
    line: str


def from_lines(ours: str, key: VerifierKey, body: bytes, now: float) -> Cosigned:
    """What an answer of add-checkpoint says of a note that it was sent.

    Raises AnswerRefused: `not_signed`, `signature_wrong`, `time_ahead`, `time_before`, `not_understood`.
    """
    text, _ = notes.parted(ours)
    return _cosigned(text, _decoded(body).splitlines(), key, now)


def signed_by_us(body: bytes, origin: str, own: Callable[[int], Sequence[VerifierKey]]) -> Shown:
    """A note as somebody serves or brings it, which must be signed by a key of ours: one that was in force when the
    log had so many entries.

    Raises AnswerRefused: `not_understood`, `not_ours`, `other_log`.
    """
    note = _decoded(body)
    try:
        text, lines = notes.parted(note)
    except NoteRefused:
        raise AnswerRefused("not_understood") from None
    if text.partition("\n")[0] != origin:
        raise AnswerRefused("other_log")
    try:
        checkpoint = Checkpoint.parse(text)
    except NoteRefused:
        raise AnswerRefused("not_understood") from None
    ours = [line for one in own(checkpoint.size) for line in lines if _is_signed(f"{text}\n{line}\n", one)]
    if not ours:
        raise AnswerRefused("not_ours")
    return Shown(text, lines, checkpoint, f"{text}\n{ours[0]}\n")


def from_shown(shown: Shown, key: VerifierKey, now: float) -> Cosigned:
    """What a witness signed of such a note.

    Raises AnswerRefused, as `from_lines`.
    """
    return _cosigned(shown.text, shown.lines, key, now)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise AnswerRefused("not_understood") from None


def _is_signed(note: str, key: VerifierKey) -> bool:
    try:
        notes.opened(note, key)
    except NoteRefused:
        return False
    return True


def _cosigned(text: str, lines: Sequence[str], key: VerifierKey, now: float) -> Cosigned:
    try:
        found = [signature for line in lines if (signature := notes.signature_of(line, key)) is not None]
        checkpoint = Checkpoint.parse(text)
    except NoteRefused:
        raise AnswerRefused("not_understood") from None
    if not found:
        raise AnswerRefused("not_signed")
    times = [key.cosigned_at(text, signature) for signature in found]
    if None in times:
        raise AnswerRefused("signature_wrong")
    time, signature = min((when, one) for when, one in zip(times, found, strict=True) if when is not None)
    if time > now + AHEAD_SECONDS:
        raise AnswerRefused("time_ahead")
    if time < checkpoint.time - AHEAD_SECONDS:
        raise AnswerRefused("time_before")
    raw = base64.b64encode(key.identifier + signature).decode()
    return Cosigned(text, checkpoint, time, f"— {key.name} {raw}\n")


def size_of(kind: str, body: bytes) -> int | None:
    """The size that a witness has, of an answer 409; None where it says something else."""
    found = _SIZE.fullmatch(body.decode("ascii", "replace"))
    return int(found[1]) if kind.startswith("text/x.tlog.size") and found else None


def submission(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """What add-checkpoint takes (C2SP tlog-witness)."""
    return "\n".join([f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", note]).encode()
