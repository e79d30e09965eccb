"""No game of windows is without this contract."""

from __future__ import annotations

from flask import Flask

from app.selling.windows.games import window_games

from .adapters import ADAPTERS


def test_every_game_of_windows_has_an_adapter(app: Flask) -> None:
    with app.app_context():
        assert [adapter.game for adapter in ADAPTERS] == list(window_games())
