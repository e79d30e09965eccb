"""verify_round.py on the hashing of a sealed draw: all processors, some stretches at random, and going on later."""

from __future__ import annotations

import importlib.util
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.outcomes.draws import sealed_reference as reference

SCRIPT = Path(__file__).parents[2] / "utilities" / "bin" / "verify_round.py"
STATES, ROOT = reference.delay("ab" * 32, "cd" * 32, "ef" * 32, 47, every=10)
LENGTHS = [10, 10, 10, 10, 7]


@pytest.fixture
def repeat(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    spec = importlib.util.spec_from_file_location("verify_round_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, script)  # by which the other processes find it
    spec.loader.exec_module(script)

    def repeat(states: list[bytes] = STATES, **options: Any) -> Any:
        stretches = [(at, states[at], length, states[at + 1]) for at, length in enumerate(LENGTHS)]
        return script.repeat(stretches, ROOT, Namespace(**options))

    return repeat


@pytest.mark.parametrize("processes", [1, 3, None])
def test_every_stretch_is_repeated(repeat: Callable[..., Any], processes: int | None) -> None:
    assert repeat(processes=processes) == []
    wrong = [*STATES[:3], bytes(32), *STATES[4:]]
    said = ["checkpoint 2 does not lead to checkpoint 3", "checkpoint 3 does not lead to checkpoint 4"]
    assert repeat(wrong, processes=processes) == said


def test_some_stretches_at_random_are_said_to_be_some(repeat: Callable[..., Any]) -> None:
    assert repeat(spot=2, processes=1) == "only 2 of 5 stretches of its hashing were repeated"
    assert repeat(spot=5, processes=1) == []
    wrong = [STATES[0], *[bytes(32)] * 5]
    assert all(isinstance(repeat(wrong, spot=1, processes=1), list) for _ in range(5))


def test_it_goes_on_from_what_an_earlier_run_noted(repeat: Callable[..., Any], tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    assert repeat(spot=2, keep=str(keep), processes=1) == "only 2 of 5 stretches of its hashing were repeated"
    assert repeat(spot=2, keep=str(keep), processes=1) == "only 4 of 5 stretches of its hashing were repeated"
    assert len(set(keep.read_text().splitlines())) == 4
    assert repeat(keep=str(keep), processes=1) == []
    keep.write_text(f"{'00' * 32} 1\nnothing\n{ROOT} x\n{ROOT} 0\n")
    assert repeat(spot=1, keep=str(keep), processes=1) == "only 2 of 5 stretches of its hashing were repeated"


def test_a_wrong_stretch_is_not_noted_as_right(repeat: Callable[..., Any], tmp_path: Path) -> None:
    keep, wrong = tmp_path / "kept", [*STATES[:3], bytes(32), *STATES[4:]]
    for _ in range(2):
        assert len(repeat(wrong, keep=str(keep), processes=2)) == 2
    assert {line.split()[1] for line in keep.read_text().splitlines()} == {"0", "1", "4"}
