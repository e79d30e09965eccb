"""Promises to holders of receipts: a leaf will be in the log within a minute of its writing (a signed note). Pure.

The time is that at which the leaf was written, not that of the answer: whoever asks again gets the same promise, to the
last byte, and no answer moves the deadline.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

from . import notes

PROMISED_SECONDS: Final = 60
_FIRST_LINE: Final = "tiraj/promise/1"


def promise(origin: str, leaf: bytes, time: int, keys: Sequence[notes.SigningKey]) -> str:
    """That a checkpoint which covers the leaf with this hash is signed no later than a minute after `time`."""
    lines = (_FIRST_LINE, origin, base64.b64encode(leaf).decode(), str(time), str(PROMISED_SECONDS))
    return notes.sign("".join(f"{line}\n" for line in lines), keys)
