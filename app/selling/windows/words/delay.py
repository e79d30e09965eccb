"""A sealed draw in words: what will come out of the closing block, and what goes on until it does."""

from __future__ import annotations

from flask_babel import gettext

from app.selling.windows.models import WindowRound
from app.selling.windows.wording import number


def before(round_: WindowRound) -> str:
    """By which work something will come out of what."""
    said: str = gettext(
        "It comes out of the hash of block %(height)s together with what was promised and sealed, after %(hashes)s "
        "hashes in a row. Nobody can know it before that block exists.",
        height=number(round_.closing_height),
        hashes=number(round_.hashes or 0),
    )
    return said


def meanwhile() -> str:
    """While the delay runs."""
    said: str = gettext(
        "What was promised, what was sealed and the closing block are hashed together, and the result again and "
        "again. The whole chain of hashes comes first; nothing of the outcome is known before its end."
    )
    return said
