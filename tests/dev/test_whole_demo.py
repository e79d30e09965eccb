"""Stores, chain, web, jobs, blocks and players, as `make demo` starts them. `make check` asks it, for starting them is
most of it, and of each of them there are tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import LiteralString

import pytest
import requests

from dev import environment, merchant
from tests.architecture.sources import TOP

from .test_slow_platform import SECONDS, demo, number, standings

pytestmark = pytest.mark.slow


def test_all_of_a_demo_works_together(tmp_path: Path) -> None:
    """Its blocks are followed, so that each game opens a round; its players order from its web; an SMS arrives."""
    with demo(tmp_path) as database:
        deadline = time.monotonic() + SECONDS
        orders: LiteralString = "SELECT count(*) FROM ticket_slips"
        while not (all("open" in one for one in standings(database)) and number(database, orders)):
            assert time.monotonic() < deadline, standings(database)
            time.sleep(0.2)
        values = environment.read(tmp_path / "env")
        said = command(values, "messages", "test", "--to", "+50934101234")
        assert "sms to +50934101234: taken as SM" in said
        for name in merchant.PROVIDERS:
            told = requests.get(f"{values[f'DEMO_{name.upper()}_URL']}/_control", timeout=60).json()
            assert (told["gateway"], told["targets"]) == (name, [f"{values['BASE_URL']}/api/webhooks/{name}"])
        arrived = requests.get(values["MESSAGES_URL"], headers={"Accept": "application/json"}, timeout=60).json()
        # Alarms of the demo come by SMS as well, and may be newer.
        assert any("an operator tries" in one["text"] for one in arrived if one["channel"] == "sms")


def command(values: dict[str, str], *words: str) -> str:
    """As whoever has read the demo's env file types it."""
    whole = [sys.executable, "-m", "flask", *words]
    given = {**os.environ, **values}
    done = subprocess.run(whole, env=given, cwd=TOP, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
