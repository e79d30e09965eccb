"""The journal: every accepted block and every invalidation, appended and synced before anybody is told.

It is the truth from which the kernel's databases and all indexes are rebuilt. A record is its kind, the payload's
length, a checksum and the payload; a torn tail, as a kill in mid-write leaves it, is cut off at opening.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

BLOCK, INVALIDATE, RECONSIDER = b"B", b"I", b"R"
_HEAD = struct.Struct("<cII")


class BlockStore:
    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self.size = 0

    def load(self) -> Iterator[tuple[bytes, bytes, int]]:
        """(kind, payload, position) of every whole record; afterwards the file ends with the last of them."""
        end = os.fstat(self._fd).st_size
        while self.size + _HEAD.size <= end:
            kind, length, checksum = _HEAD.unpack(os.pread(self._fd, _HEAD.size, self.size))
            payload = os.pread(self._fd, length, self.size + _HEAD.size) if length <= end else b""
            if len(payload) != length or zlib.crc32(kind + payload) != checksum:
                break
            yield kind, payload, self.size + _HEAD.size
            self.size += _HEAD.size + length
        os.ftruncate(self._fd, self.size)

    def append(self, kind: bytes, payload: bytes) -> int:
        """Writes one record and returns the position of its payload. It lasts after `sync`."""
        record = _HEAD.pack(kind, len(payload), zlib.crc32(kind + payload)) + payload
        written = 0
        while written < len(record):
            written += os.write(self._fd, record[written:])
        position = self.size + _HEAD.size
        self.size += len(record)
        return position

    def read(self, position: int, length: int) -> bytes:
        return os.pread(self._fd, length, position)

    def sync(self) -> None:
        os.fdatasync(self._fd)

    def close(self) -> None:
        os.close(self._fd)
