"""Stores, chain, web, jobs, blocks and players, as `make demo` starts them. `make check` asks it, for starting them is
most of it, and of each of them there are tests.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import LiteralString

import pytest

from .test_slow_platform import SECONDS, demo, number, standings

pytestmark = pytest.mark.slow


def test_all_of_a_demo_works_together(tmp_path: Path) -> None:
    """Its blocks are followed, so that each game opens a round; its players order from its web."""
    with demo(tmp_path) as database:
        deadline = time.monotonic() + SECONDS
        orders: LiteralString = "SELECT count(*) FROM ticket_slips"
        while not (all("open" in one for one in standings(database)) and number(database, orders)):
            assert time.monotonic() < deadline, standings(database)
            time.sleep(0.2)
