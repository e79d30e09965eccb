"""The main game by itself: its tests count seals, draws, events and alarms, which another game would add to."""

from __future__ import annotations

import pytest

from app import wiring
from app.games.ticket_draw.parts import PARTS

ALONE = wiring.Product((PARTS,))


@pytest.fixture(autouse=True)
def rounds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications that a test makes know this game only."""
    monkeypatch.setattr(wiring, "PRODUCT", ALONE)
