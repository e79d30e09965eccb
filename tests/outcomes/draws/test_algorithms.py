"""Every draw algorithm of the product, by its id."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.outcomes.draws.service import algorithm
from app.wiring import DRAW_ALGORITHMS

HASH = "ab" * 32


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(DRAW_ALGORITHMS)), st.integers(1, 60))
def test_every_algorithm_runs_from_its_parameters_and_records_its_result(app: Flask, name: str, hashes: int) -> None:
    parameters = {"digits": 3, "hashesPerDigit": hashes, "poolSize": 30, "hashWork": hashes}
    with app.app_context():
        found = algorithm(name)
    told: list[Any] = []
    recorded = found.record(found.run(HASH, parameters, None, told.append))
    again = found.record(found.run(HASH, parameters, told[0].to_json(), told.append))
    assert json.loads(json.dumps(recorded)) == recorded == again


def test_an_unknown_algorithm(app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="unknown"):
        algorithm("hash-draw-9")
