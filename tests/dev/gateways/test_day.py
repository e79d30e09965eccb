"""A day of random misbehaviour, small: everything comes to rest, and both sides believe the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dev.gateways.day.running import Day, Plan
from dev.gateways.day.simulators import Simulators
from tests.conftest import _application
from tests.factories.gateways import Gateways

SEED, PAYMENTS = "7", 20


def test_a_day_on_which_everything_goes_wrong_ends_with_what_the_gateways_believe(
    fresh_database: Callable[[], str], app_settings: dict[str, str], gateways: Gateways, tmp_path: Path
) -> None:
    own = {"DATABASE_URL": fresh_database(), "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal", "GATEWAY_SECONDS": "0.8"}
    app = _application({**app_settings, **gateways.environ, **own})
    found = Day(app, Simulators(gateways.environ), Plan(SEED, PAYMENTS)).run()
    assert (found.faults, found.stories) == ([], [])
    came_in = [name for name in found.states if name.startswith("payments ") and "expired" not in name]
    assert found.said["topups 201"] > PAYMENTS // 2, "a quiet day"
    assert came_in, "a day on which nobody could pay"
