"""How one key of the log follows another: a note that both sign, and the entry that tells it. Pure.

The note says: from the entry that holds me on, checkpoints are signed by the new key. The old key's signature names its
successor, the new key's takes over; so none can be made a successor that does not want to, nor appoint itself. A key
that was lost signs nothing: then the entry says `lost`, and nobody who knows only that key has to believe it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from . import notes
from .leaves import Leaf, canonical, leaves_of
from .notes import NoteRefused, SigningKey, VerifierKey

KIND: Final = "log.key"
_TEXT: Final = re.compile(r"tiraj/log-key/1\n([^\n]+)\n([^\n]+)\n([^\n]+)\n(0|[1-9][0-9]{0,17})\n")


@dataclass(frozen=True, slots=True)
class Rotation:
    """`new` follows `old`. The entry that says so has no number below `size`, so that no other one can be its copy."""

    old: VerifierKey
    new: VerifierKey
    size: int
    is_lost: bool

    @property
    def text(self) -> str:
        return f"tiraj/log-key/1\n{self.new.name}\n{self.old}\n{self.new}\n{self.size}\n"


class Rotated(NamedTuple):
    """A rotation, and the number of its entry: the first checkpoint that covers it is the new key's."""

    number: int
    rotation: Rotation


def leaf_of(old: SigningKey | VerifierKey, new: SigningKey, size: int) -> Leaf:
    """The entry that says it; `old` is only a verifier key where its other half is lost."""
    known = old.verifier if isinstance(old, SigningKey) else old
    said = Rotation(known, new.verifier, size, not isinstance(old, SigningKey))
    note = notes.sign(said.text, [old, new] if isinstance(old, SigningKey) else [new])
    (leaf,) = leaves_of(KIND, new.name, {"lost": said.is_lost, "note": note})
    return leaf


def read(data: str) -> Rotation:
    """What an entry says.

    Raises NoteRefused: it is none, or one of the signatures that it needs does not hold.
    """
    try:
        told = json.loads(data)
        note, is_lost = str(told["note"]), told["lost"]
        is_whole = canonical({"lost": bool(is_lost), "note": note, "subject": told["subject"], "type": KIND}) == data
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoteRefused("not an entry of a key") from None
    found = _TEXT.fullmatch(notes.parted(note)[0])
    if not is_whole or found is None:
        raise NoteRefused("not an entry of a key")
    said = Rotation(VerifierKey.parse(found[2]), VerifierKey.parse(found[3]), int(found[4]), is_lost)
    if not said.old.name == said.new.name == found[1] == told["subject"]:
        raise NoteRefused("a log keeps its name")
    for key in (said.new,) if is_lost else (said.new, said.old):
        notes.opened(note, key)
    return said


def chain(told: Iterable[tuple[int, str]]) -> tuple[list[Rotated], list[str]]:
    """The rotations of a log that follow each other, of its entries in their order; and what is wrong with others."""
    found: list[Rotated] = []
    wrong: list[str] = []
    used: set[VerifierKey] = set()
    for number, data in told:
        try:
            said = read(data)
        except NoteRefused as refused:
            wrong.append(f"entry {number}: {refused}")
            continue
        if said.size > number or said.new in used | {said.old}:
            wrong.append(f"entry {number}: it is a copy, or a key comes again")
        elif found and said.old != found[-1].rotation.new:
            wrong.append(f"entry {number}: it follows a key that was not in force")
        else:
            found.append(Rotated(number, said))
            used |= {said.old, said.new}
    return found, wrong


def in_force(rotated: list[Rotated], size: int) -> VerifierKey | None:
    """Whose signature the checkpoint of a size must bear; None where no key ever followed another."""
    if not rotated:
        return None
    past = [one.rotation.new for one in rotated if one.number < size]
    return past[-1] if past else rotated[0].rotation.old
