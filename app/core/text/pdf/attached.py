"""The file that one of our documents has inside. Pure."""

from __future__ import annotations

import re
import zlib
from typing import Final

MARK: Final = b"%PDF-"
_HEAD: Final = re.compile(rb"/Type /EmbeddedFile [^>]*>> /Filter /FlateDecode /Length ([0-9]{1,9}) >>\nstream\n")
_MOST: Final = 4_000_000


def attached(document: bytes) -> bytes | None:
    """The one file in it; None where there is none, or several, or one that is broken or too long."""
    found = list(_HEAD.finditer(document))
    if len(found) != 1:
        return None
    start, unpacking = found[0].end(), zlib.decompressobj()
    try:
        data = unpacking.decompress(document[start : start + int(found[0][1])], _MOST)
    except zlib.error:
        return None
    return data if unpacking.eof else None
