"""What always holds of the log's keys: each followed the one before by an entry that both signed."""

from __future__ import annotations

from app.core.checks import Breach

from . import queries


def rotations_hold() -> list[Breach]:
    """Every entry of a key is signed by both, and names the key that was in force."""
    return [Breach("log.key_wrong", why) for why in queries.told()[1]]
