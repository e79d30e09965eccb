"""What always holds for sealed values."""

from __future__ import annotations

from app.core.checks import Breach

from . import resealing


def every_key_is_at_hand() -> list[Breach]:
    """Nothing is sealed with a key that DATA_KEYS does not have: nobody could read it."""
    return [
        Breach("sealing.keys", f"{count} values are sealed with the key {name}, which DATA_KEYS does not have")
        for name, count in resealing.unknown().items()
    ]


CHECKS = (every_key_is_at_hand,)
