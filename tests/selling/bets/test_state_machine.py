"""Everything at once against a model in plain Python: tickets from wallets and by GCash, paid in time, late, twice or
never, draws that are skipped, sealed, drawn and corrected, batches that die half-way, lost disputes, a bankroll that is
put in and taken out. After each step all books are what the model says; and what `flask audit` asks holds now and then.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from app.core.database.session import db
from app.core.ports import places
from app.selling.bets.sale.reserving import purchase, releasing
from tests.settings import EXPLORE

from .life import Life

STEPS, LIVES = 60, 2
BEGINNINGS = ("paid", "released", "late", "drawn", "skipped")
"""By chance alone no life may come so far: each of so many begins with one of them."""


@pytest.fixture
def lives(app: Flask, session: Any) -> Callable[..., None]:
    Life.app, Life.beginning, Life.steps, Life.reached = app, "paid", 0, set()
    held = dict(places(app).held)

    def run(beginning: str) -> None:
        Life.beginning = beginning
        run_state_machine_as_test(
            Life,
            settings=settings(
                max_examples=LIVES * (45 if EXPLORE else 1),
                stateful_step_count=STEPS,
                derandomize=not EXPLORE,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, *([Phase.shrink] if EXPLORE else [])],  # that takes minutes
            ),
        )

    yield run
    places(app).held.clear()
    places(app).held.update(held)


@pytest.mark.slow
def test_whatever_happens_every_book_is_what_the_model_says(lives: Callable[..., None]) -> None:
    for beginning in BEGINNINGS:
        lives(beginning)
    assert Life.steps >= 300
    # It led everywhere, or nothing was shown.
    wanted = {"posted", "released", "refunded", "bets.paid", "bets.given_back", "corrected", "corrected once final"}
    wanted |= {"exposure_full", "reservation_open", "dispute lost"}
    wanted |= {"paid when reserved", "paid when reserved, too late", "paid when released", "paid when posted"}
    assert wanted <= Life.reached


@pytest.mark.parametrize("beginning", ["released", "late"])
def test_a_rule_that_is_broken_is_found(
    lives: Callable[..., None], beginning: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is released weighs on; what is paid too late is a bet."""
    if beginning == "released":
        worst = text("SELECT worst_minor FROM bet_draws WHERE id = :id")
        kept = SimpleNamespace(remove=lambda draw, _: db.session.scalars(worst, {"id": draw}).one())
        monkeypatch.setattr(releasing, "exposure", kept)
    else:
        monkeypatch.setattr(purchase, "states", SimpleNamespace(told=lambda *_: "open"))
    with pytest.raises(AssertionError):
        lives(beginning)
