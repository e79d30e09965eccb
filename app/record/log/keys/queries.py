"""Which key speaks for the log: as its entries say, not as settings do, so that no deployment changes it unseen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text

from app.core.database.session import db
from app.record.log import queries as log
from app.record.log.format import notes, rotations
from app.record.log.format.notes import NoteRefused, SigningKey, VerifierKey
from app.record.log.format.rotations import KIND, Rotated
from app.record.log.models import Entry
from app.record.log.settings import LogSettings, log_settings


class KeyUnknown(RuntimeError):
    """The settings do not hold the key that has to sign."""


def told() -> tuple[list[Rotated], list[str]]:
    """All rotations that were numbered, and what is wrong with entries that say to be one."""
    wanted = select(Entry.number, Entry.data).where(
        Entry.subject == log_settings().log_origin, Entry.kind == KIND, text("kind <> 'ledger'")
    )
    return rotations.chain((number, data) for number, data in db.session.execute(wanted.order_by(Entry.number)))


def signing(settings: LogSettings, size: int) -> list[SigningKey]:
    """Who signs the checkpoint of a size: the key in force, and beside it the one before while the settings hold that.

    A new key signs nothing before the entry that both signed, except below a log that had two keys before there were
    such entries.

    Raises KeyUnknown.
    """
    held, chain = settings.log_keys, told()[0]
    key = rotations.in_force(chain, size)
    if key is None:
        return _as_before(held)
    past = [one.rotation for one in chain if one.number < size]
    beside = past[-1].old if past else None
    first = [one for one in held if one.verifier == key]
    if not first:
        raise KeyUnknown(f"the key in force is {key}, and LOG_KEY is another")
    return first + [one for one in held if one.verifier == beside]


def _as_before(held: list[SigningKey]) -> list[SigningKey]:
    """The keys that signed what was signed last."""
    newest = log.newest_checkpoint()
    if newest is None:
        return held[-1:]
    found = [one for one in held if is_signed(newest.note, one.verifier)]
    if not found:
        raise KeyUnknown("LOG_KEY did not sign what was signed last, and no entry says that it took over")
    return found


def is_signed(note: str, key: VerifierKey) -> bool:
    """Whether a key signed a note."""
    try:
        notes.opened(note, key)
    except NoteRefused:
        return False
    return True


def promising(settings: LogSettings) -> list[SigningKey]:
    """Who signs promises: whoever signs what is numbered. While one key is held, it needs no question."""
    held = settings.log_keys
    if len(held) == 1:
        return held
    try:
        return signing(settings, log.size())
    except KeyUnknown:
        return held[:1]  # the sequencer stands still, and says so


def current() -> VerifierKey:
    """The key in force, as everybody is told it."""
    held = log_settings().log_keys
    if len(held) == 1:
        return held[0].verifier
    try:
        return signing(log_settings(), log.signed_size())[0].verifier
    except KeyUnknown:
        return held[0].verifier


def signed() -> list[Rotated]:
    """The rotations that a signed checkpoint covers."""
    size = log.signed_size()
    return [one for one in told()[0] if one.number < size]


class Accepted:
    """Whose signature a checkpoint of ours must bear, by its size."""

    def __init__(self) -> None:
        self._chain = told()[0]
        self._held = [one.verifier for one in log_settings().log_keys]

    def of(self, size: int) -> Sequence[VerifierKey]:
        """Any of these. A key that was replaced says nothing about what came after it."""
        key = rotations.in_force(self._chain, size)
        return self._held if key is None else [key]

    @property
    def all(self) -> list[VerifierKey]:
        """Every key that ever was the log's."""
        pairs = [key for one in self._chain for key in (one.rotation.old, one.rotation.new)]
        return list(dict.fromkeys([*self._held, *pairs]))
