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

import psycopg
import pytest
import requests

from app.record.log.format.notes import SigningKey
from dev import environment, merchant
from tests.architecture.sources import TOP

from .test_slow_platform import SECONDS, demo, number, standings

pytestmark = pytest.mark.slow
NOTHING_WRONG = (0, 3)
"""The script's exit codes where all of a draw holds, and where not all of it is there yet."""


def test_all_of_a_demo_works_together(tmp_path: Path) -> None:
    """Its blocks are followed, so that each game opens a round; its players order from its web, and bet there on a draw
    by which a script finds nothing wrong; an SMS arrives."""
    with demo(tmp_path) as database:
        deadline = time.monotonic() + SECONDS
        orders: LiteralString = "SELECT count(*) FROM ticket_slips"
        bets: LiteralString = "SELECT count(*) FROM bet_tickets WHERE state = 'posted'"
        while not (
            all("open" in one for one in standings(database)) and all(number(database, one) for one in (orders, bets))
        ):
            assert time.monotonic() < deadline, standings(database)
            time.sleep(0.2)
        values = environment.read(tmp_path / "env")
        verify_a_draw(values, database, tmp_path / "draw.json")
        said = command(values, "messages", "test", "--to", "+50934101234")
        assert "sms to +50934101234: taken as SM" in said
        for name in merchant.PROVIDERS:
            told = requests.get(f"{values[f'DEMO_{name.upper()}_URL']}/_control", timeout=60).json()
            assert (told["gateway"], told["targets"]) == (name, [f"{values['BASE_URL']}/api/webhooks/{name}"])
        arrived = requests.get(values["MESSAGES_URL"], headers={"Accept": "application/json"}, timeout=60).json()
        # Alarms of the demo come by SMS as well, and may be newer.
        assert any("an operator tries" in one["text"] for one in arrived if one["channel"] == "sms")


def verify_a_draw(values: dict[str, str], database: str, file: Path) -> None:
    """What was sold of it so far, as anybody does who has the published script; that it is not drawn yet is said."""
    with psycopg.connect(database) as connection:
        name = connection.execute("SELECT name FROM bet_draws WHERE sales > 0 ORDER BY draws_at LIMIT 1").fetchone()
    assert name is not None
    file.write_bytes(requests.get(f"{values['BASE_URL']}/api/swertres/games/{name[0]}/bundle", timeout=60).content)
    key = str(SigningKey.parse(values["LOG_KEY"]).verifier)
    script = [sys.executable, "-I", "utilities/bin/verify_swertres.py", str(file), "--log-key", key]
    done = subprocess.run(script, cwd=TOP, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode in NOTHING_WRONG, done.stdout + done.stderr


def command(values: dict[str, str], *words: str) -> str:
    """As whoever has read the demo's env file types it."""
    whole = [sys.executable, "-m", "flask", *words]
    given = {**os.environ, **values}
    done = subprocess.run(whole, env=given, cwd=TOP, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
