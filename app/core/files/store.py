"""Files on disk, each encrypted under a key of its own, which its row keeps sealed (core/sealing).

So `flask keys reseal` reaches every file without writing one; a file carried to another row does not open, for it is
bound to its row and has another key; and once its row is gone nobody reads it any more, in no backup of the folder.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.core.ids import created_at, parse_id

from .settings import files_dir

_NONCE_BYTES: Final = 12


class FileLost(Exception):
    """A file that is not there, or is not what was kept for its row."""


def put(room: str, row: UUID, plain: bytes) -> bytes:
    """Keep a new row's file; the key that the row keeps. It is on the disk when this returns.

    Written inside the row's transaction: a file whose transaction fails is a stray, and `strays` finds it.
    """
    key, nonce = AESGCM.generate_key(bit_length=256), secrets.token_bytes(_NONCE_BYTES)
    path = _path(room, row)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(nonce + AESGCM(key).encrypt(nonce, plain, _place(room, row)))
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    _settle(path.parent)
    return key


def get(room: str, row: UUID, key: bytes) -> bytes:
    """What was put there. Raises FileLost."""
    try:
        kept = _path(room, row).read_bytes()
    except OSError as error:
        raise FileLost(f"{room} {row}: {error.strerror}") from None
    try:
        return AESGCM(key).decrypt(kept[:_NONCE_BYTES], kept[_NONCE_BYTES:], _place(room, row))
    except (InvalidTag, ValueError):
        raise FileLost(f"{room} {row}: it was changed, or is another row's") from None


def drop(room: str, row: UUID) -> None:
    """Remove a file; one that is gone already is gone."""
    _path(room, row).unlink(missing_ok=True)


def is_there(room: str, row: UUID) -> bool:
    """Whether a file lies there, whatever is in it."""
    return _path(room, row).is_file()


def older_than(room: str, moment: datetime) -> Iterator[UUID]:
    """The rows' ids of files that were made before, half-written ones too."""
    for path in sorted((files_dir() / room).glob("*/*")):
        found = parse_id(path.stem)
        if found is not None and created_at(found) < moment:
            yield found


def drop_half(room: str, row: UUID) -> None:
    """Remove what a process that died had begun."""
    _path(room, row).with_suffix(".part").unlink(missing_ok=True)


def _path(room: str, row: UUID) -> Path:
    """By the end of the id, which is random: its beginning is the time."""
    return files_dir() / room / row.hex[-2:] / f"{row}.sealed"


def _place(room: str, row: UUID) -> bytes:
    return f"{room}.file\0".encode() + row.bytes


def _settle(folder: Path) -> None:
    """A name is on the disk once its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
