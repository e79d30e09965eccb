"""A day of random misbehaviour, small: everything comes to rest, and both sides believe the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from dev.gateways.day.running import Day, Plan
from dev.gateways.day.simulators import Simulators
from tests.conftest import _application
from tests.factories.gateways import Gateways

SEED = os.environ.get("DAY_SEED", "7")
PAYMENTS = int(os.environ.get("DAY_PAYMENTS", "20"))


def test_a_day_on_which_everything_goes_wrong_ends_with_what_the_gateways_believe(
    fresh_database: Callable[[], str], app_settings: dict[str, str], gateways: Gateways, tmp_path: Path
) -> None:
    own = {"DATABASE_URL": fresh_database(), "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal", "GATEWAY_SECONDS": "0.8"}
    app = _application({**app_settings, **gateways.environ, **own})
    found = Day(app, Simulators(gateways.environ), Plan(SEED, PAYMENTS)).run()
    print(found.states, found.said, found.killed)
    assert found.faults == []
