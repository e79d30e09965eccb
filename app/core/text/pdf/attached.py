"""The file that one of our documents has inside. Pure."""

from __future__ import annotations

import re
import zlib
from typing import Final

MARK: Final = b"%PDF-"
_STREAM: Final = re.compile(rb"obj\n(<<(?:[^<>]|<<[^<>]{0,200}>>){1,400}>>)\nstream\n")
_FILE: Final = re.compile(rb"/Type /EmbeddedFile\s")
_LENGTH: Final = re.compile(rb"/Filter /FlateDecode\s+/Length ([0-9]{1,9})\s")
_MOST: Final = 4_000_000


def attached(document: bytes) -> bytes | None:
    """The one file in it; None where there is none, or several, or one that is broken or too long."""
    found = [one for one in _STREAM.finditer(document) if _FILE.search(one[1])]
    length = _LENGTH.search(found[0][1]) if len(found) == 1 else None
    if length is None:
        return None
    start, unpacking = found[0].end(), zlib.decompressobj()
    try:
        data = unpacking.decompress(document[start : start + int(length[1])], _MOST)
    except zlib.error:
        return None
    return data if unpacking.eof else None
