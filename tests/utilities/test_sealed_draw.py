"""sealed_draw.py as a stranger runs it: one file, no packages, exit statuses; and its stretches, roots and files."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.outcomes.draws import sealed_reference as reference

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "utilities" / "bin" / "sealed_draw.py"
GOLDEN = json.loads((ROOT / "tests" / "vectors" / "sealed_draw_1.json").read_text())["vectors"]
SHORT = [vector for vector in GOLDEN if vector["hashes"] < 2**20]
ONE = SHORT[1]

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def begun(vector: dict[str, Any]) -> list[str]:
    return [vector["promise"], vector["sealRoot"], vector["closingBlockHash"], str(vector["hashes"])]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a copy elsewhere, isolated from the project and from every installed package."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        copy = shutil.copy(SCRIPT, tmp_path)
        command = [sys.executable, "-I", "-S", "-W", "error", copy, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)

    return run


@pytest.mark.parametrize("vector", SHORT, ids=lambda vector: str(vector["hashes"]))
def test_golden_draws(run: Run, vector: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text(json.dumps({"checkpoints": vector["checkpoints"]}))
    ticket, numbers = vector["tickets"][2], vector["numbers"][3]
    root = ["--expect-root", vector["checkpointsRoot"], "--json"]
    for how in ([], ["--checkpoints", "bundle.json"]):
        done = run(
            *begun(vector), "--supply", str(ticket["supply"]), "--expect", str(ticket["winningTicket"]), *root, *how
        )
        assert (done.returncode, done.stderr) == (0, "")
        told = json.loads(done.stdout)
        assert (told["winningTicket"], told["lastState"]) == (ticket["winningTicket"], vector["lastState"])
    six = ",".join(map(str, numbers["winningNumbers"]))
    done = run(*begun(vector), "--pool", str(numbers["poolSize"]), "--expect", six)
    assert done.returncode == 0
    assert "drawn:           " + ", ".join(map(str, numbers["drawnNumbers"])) in done.stdout
    assert "\nMATCH\nNot looked at: " in done.stdout
    assert "that SEAL_ROOT was public before the closing block" in done.stdout


def test_what_is_not_equal_is_said(run: Run) -> None:
    supply = ["--supply", "1000"]
    assert run(*begun(ONE), *supply, "--expect", "90").returncode == 1
    assert "NO MATCH" in run(*begun(ONE), *supply, "--expect-root", "ab" * 32).stdout
    for place, other in ((0, "ab" * 32), (1, "ab" * 32), (2, "ab" * 32), (3, "999")):
        changed = [*begun(ONE)]
        changed[place] = other
        assert run(*changed, *supply, "--expect-root", ONE["checkpointsRoot"]).returncode == 1


def bundle_of(**changes: dict[str, Any]) -> dict[str, Any]:
    """A bundle of a round that is drawn like `ONE`."""
    whole: dict[str, Any] = {
        "checkpoints": ONE["checkpoints"],
        "round": {"roundCommitment": ONE["promise"], "hashes": ONE["hashes"], "ticketSupply": 1000},
        "seal": {"root": ONE["sealRoot"]},
        "draw": {
            "closingBlockHash": ONE["closingBlockHash"],
            "checkpointsRoot": ONE["checkpointsRoot"],
            "lastState": ONE["lastState"],
            "winningTicket": 91,
        },
    }
    return {**whole, **{name: {**whole[name], **change} for name, change in changes.items()}}


OTHER_BUNDLES: list[dict[str, dict[str, Any]]] = [
    {"round": {"roundCommitment": "ab" * 32}},
    {"round": {"hashes": 1}},
    {"round": {"ticketSupply": 100}},
    {"seal": {"root": "ab" * 32}},
    {"draw": {"closingBlockHash": "ab" * 32}},
    {"draw": {"checkpointsRoot": "ab" * 32}},
    {"draw": {"lastState": "ab" * 32}},
    {"draw": {"winningTicket": 90}},
]


def test_a_bundle_that_says_otherwise_than_its_reader_is_no_match(run: Run, tmp_path: Path) -> None:
    asked = [*begun(ONE), "--supply", "1000", "--checkpoints", "bundle.json", "--expect", "91"]
    (tmp_path / "bundle.json").write_text(json.dumps(bundle_of()))
    assert run(*asked).returncode == 0
    for change in OTHER_BUNDLES:
        (tmp_path / "bundle.json").write_text(json.dumps(bundle_of(**change)))
        done = run(*asked)
        assert (done.returncode, done.stderr) == (1, ""), change
        assert "NO MATCH: the bundle says " in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--supply", "10", "--pool", "49"],
        ["--pool", "5"],
        ["--supply", "10", "--expect", "1,2,3"],
        ["--supply", "10", "--spot", "1"],
        ["--supply", "10", "--checkpoints", "missing.json"],
        ["--supply", "10", "--checkpoints", "a", "--keep", "b"],
    ],
)
def test_unusable_input(run: Run, arguments: list[str]) -> None:
    done = run(*begun(ONE), *arguments)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


STATES, ROOT_OF = reference.delay(*begun(ONE)[:3], 47, every=10)
SHORT_DRAW = [*begun(ONE)[:3], "47", "--supply", "1000", "--expect-root", ROOT_OF]


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """The script with a checkpoint after every ten hashes."""
    spec = importlib.util.spec_from_file_location("sealed_draw_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, loaded)  # by which the other processes find it
    spec.loader.exec_module(loaded)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(loaded, "EVERY", 10)

    def main(*arguments: str, states: list[bytes] = STATES) -> int:
        (tmp_path / "list.json").write_text(json.dumps([state.hex() for state in states]))
        return int(loaded.main([*SHORT_DRAW, *arguments]))

    return main


@pytest.mark.parametrize("processes", ["1", "3"])
def test_stretches_are_repeated_at_once(
    main: Callable[..., int], processes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = ["--checkpoints", "list.json", "--processes", processes]
    assert main(*listed) == 0
    assert "repeated:        5 of 5 stretches" in capsys.readouterr().out
    assert main(*listed, states=[*STATES[:2], bytes(32), *STATES[3:]]) == 1
    said = capsys.readouterr().out
    assert "checkpoint 1 does not lead to checkpoint 2" in said
    assert "checkpoint 2 does not lead to checkpoint 3" in said
    assert main(*listed, states=STATES[1:]) == 1
    assert main(*listed, states=[bytes(32), *STATES[1:]]) == 1
    assert main(*listed, states=[]) == 1


def test_a_few_stretches_are_not_all(main: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    listed = ["--checkpoints", "list.json", "--spot"]
    assert main(*listed, "2") == 3
    said = capsys.readouterr().out
    assert "repeated:        2 of 5 stretches" in said
    assert "NOTHING WRONG FOUND, but only some" in said
    assert main(*listed, "5") == 0


def test_a_chain_is_gone_on_with_from_what_was_kept(main: Callable[..., int], tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert main("--keep", "kept.json") == 0
    assert json.loads(kept.read_text()) == [state.hex() for state in STATES]
    kept.write_text(json.dumps([state.hex() for state in STATES[:3]]))
    assert main("--keep", "kept.json") == 0
    assert json.loads(kept.read_text()) == [state.hex() for state in STATES]
    kept.write_text(json.dumps(["ab" * 32]))
    assert main("--keep", "kept.json") == 2
