"""Whoever asks a script for help is told how it ends: what calls it goes by that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(__file__).parents[2] / "utilities" / "bin"
SCRIPTS = [(script.name,) for script in sorted(BIN.glob("*.py"))]
COMMANDS = [("witness.py", command) for command in ("keygen", "follow", "check", "prove")]


@pytest.mark.parametrize("words", SCRIPTS + COMMANDS, ids=" ".join)
def test_its_exit_status_is_told(words: tuple[str, ...]) -> None:
    name, *rest = words
    told = subprocess.run(
        [sys.executable, "-I", str(BIN / name), *rest, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    ends = " ".join(told.stdout.rpartition("Exit status:")[2].split())
    assert told.returncode == 0
    assert "Exit status:" in told.stdout
    assert "0 " in ends
    assert "2 unusable input" in ends
    assert ("; 3 " in ends or ", 3 " in ends) == (words in OPEN)


OPEN = {
    ("verify_round.py",),
    ("luckotto_allocate.py",),
    ("verify_receipt.py",),
    ("verify_anchor.py",),
    ("verify_swertres.py",),
    ("sealed_draw.py",),
    ("witness.py",),
    ("witness.py", "follow"),
    ("witness.py", "prove"),
}
