"""A rail with money in its bankroll: `rail` is rolled back, `committed_rail` commits, for races and kills."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from app.selling.bets.games import GAMES

from .pick_game import PickGame
from .rail import Rail


@contextmanager
def on_rail(app: Flask) -> Iterator[Rail]:
    known, game = GAMES.get(app), PickGame()
    GAMES.fill(app, {**known, game.name: game})
    try:
        one = Rail(app, game)
        one.fund()
        yield one
    finally:
        GAMES.fill(app, known)


@pytest.fixture
def rail(app: Flask, session: scoped_session[Session]) -> Iterator[Rail]:
    with on_rail(app) as one:
        yield one


@pytest.fixture
def committed_rail(committed_db: Flask) -> Iterator[Rail]:
    with on_rail(committed_db) as one:
        yield one
