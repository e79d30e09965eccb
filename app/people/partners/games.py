"""Which game is meant where none is named: one of the product's says so itself."""

from __future__ import annotations

from typing import Final

from app.core.ports import Port

LEADING: Final = Port[str]("the game that leads")


def leading_game() -> str:
    """Its name."""
    return LEADING.get()
