"""hash_draw.py as a stranger runs it: one file, no packages, its exit status means something."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "utilities" / "bin" / "hash_draw.py"
GOLDEN = json.loads((ROOT / "tests" / "vectors" / "draw_1.json").read_text())["vectors"]
HASH = GOLDEN[0]["closingBlockHash"]


@pytest.fixture
def run(tmp_path):
    """Run a copy of the script elsewhere, isolated from the project and from every installed package."""
    copy = shutil.copy(SCRIPT, tmp_path)

    def run(*arguments):
        command = [sys.executable, "-I", "-S", "-W", "error", copy, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)

    return run


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda v: f"{v['ticketDigits']}x{v['hashesPerDigit']}")
def test_golden_draws(run, vector):
    done = run(
        vector["closingBlockHash"],
        str(vector["ticketDigits"]),
        str(vector["hashesPerDigit"]),
        "--json",
        "--expect",
        str(vector["winningTicket"]),
    )
    assert done.returncode == 0
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert {key: told[key] for key in vector} == vector
    assert told["match"] is True


def test_text_for_people(run):
    done = run(HASH.upper(), "6", "1", "--expect", GOLDEN[0]["drawDigits"])
    assert done.returncode == 0
    assert GOLDEN[0]["drawDigits"] in done.stdout
    assert "\nMATCH\nNot looked at: that HASH is the block which the world has" in done.stdout
    assert "NO MATCH" not in done.stdout


def test_another_ticket_is_no_match(run):
    wrong = str((GOLDEN[0]["winningTicket"] + 1) % 10**6)
    assert run(HASH, "6", "1", "--expect", wrong).returncode == 1
    done = run(HASH, "6", "1", "--expect", wrong, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["match"] is False


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (HASH,),
        (HASH, "6"),
        (HASH, "6", "1", "1"),
        (HASH[:-1], "6", "1"),
        (HASH + "0", "6", "1"),
        ("0" * 64, "6", "1"),
        ("g" * 64, "6", "1"),
        (HASH + "\n", "6", "1"),
        ("٣" * 64, "6", "1"),
        (HASH, "0", "1"),
        (HASH, "10", "1"),
        (HASH, "-1", "1"),
        (HASH, "٣", "1"),
        (HASH, "1_0", "1"),
        (HASH, " 6", "1"),
        (HASH, "6", "0"),
        (HASH, "6", "1e3"),
        (HASH, "6", "1" * 30),
        (HASH, "6", "1", "--expect", "x"),
        (HASH, "4", "1", "--expect", "99999"),
        (HASH, "6", "1", "--expect", ""),
        (HASH, "6", "1", "--unknown"),
    ],
)
def test_unusable_input(run, arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["hash_draw.py", "hash_tweak.py"])
def test_it_needs_python_3_8_and_the_standard_library_alone(name):
    tree = ast.parse((SCRIPT.parent / name).read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"__future__", "argparse", "collections.abc", "hashlib", "json", "re", "sys", "time", "typing"}
    assert imported <= allowed
