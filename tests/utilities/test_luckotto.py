"""luckotto_draw.py and luckotto_allocate.py as a stranger runs them: one file each, no packages, exit statuses."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.chain.deposits.commitment import commitment

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "utilities" / "bin"
GOLDEN = json.loads((ROOT / "tests" / "vectors" / "luckotto_draw_1.json").read_text())["vectors"]
HASH = GOLDEN[0]["closingBlockHash"]


@pytest.fixture
def run(tmp_path):
    """Run a copy of a script elsewhere, isolated from the project and from every installed package."""

    def run(script, *arguments):
        copy = shutil.copy(FOLDER / script, tmp_path)
        command = [sys.executable, "-I", "-S", "-W", "error", copy, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)

    return run


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda v: f"{v['poolSize']}x{v['hashWork']}")
def test_golden_draws(run, vector):
    numbers = ",".join(str(number) for number in vector["winningNumbers"])
    done = run(
        "luckotto_draw.py",
        vector["closingBlockHash"].upper(),
        str(vector["poolSize"]),
        str(vector["hashWork"]),
        "--json",
        "--expect",
        numbers,
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert {key: told[key] for key in vector} == vector
    assert told["match"] is True


def test_text_for_people_and_no_match(run):
    drawn = ", ".join(str(number) for number in GOLDEN[0]["winningNumbers"])
    done = run("luckotto_draw.py", HASH, "49", "1", "--expect", drawn)
    assert done.returncode == 0
    assert f"winning numbers: {drawn}" in done.stdout
    assert "\nMATCH" in done.stdout
    wrong = run("luckotto_draw.py", HASH, "49", "1", "--expect", "1,2,3,4,5,6")
    assert wrong.returncode == 1
    assert "NO MATCH" in wrong.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (HASH,),
        (HASH, "49"),
        (HASH[:-1], "49", "1"),
        ("0" * 64, "49", "1"),
        (HASH, "5", "1"),
        (HASH, "257", "1"),
        (HASH, "49", "0"),
        (HASH, "٤٩", "1"),
        (HASH, "49", "1", "--expect", "1,2,3,4,5"),
        (HASH, "49", "1", "--expect", "1,2,3,4,5,5"),
        (HASH, "49", "1", "--expect", "0,2,3,4,5,6"),
        (HASH, "49", "1", "--unknown"),
    ],
)
def test_unusable_draws(run, arguments):
    done = run("luckotto_draw.py", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def order(at, requested, allocated, **changes):
    """A public order as the API gives it, funded by one payment in block 110."""
    terms = {
        "orderId": f"order-{at}",
        "requestedNumbers": requested,
        "totalSats": 17500,
        "minPaymentSats": 2320,
        "roundNumber": 3,
        "poolSize": 12,
        "salesEndHeight": 120,
        "houseEdgePercent": 0,
    }
    text = json.dumps(terms, sort_keys=True, separators=(",", ":"))
    payment = {
        "txid": f"{at:064x}",
        "vout": 0,
        "amountSats": 17500,
        "creditedSats": 17500,
        "refundableSats": 0,
        "blockHeight": 110,
        "txIndex": at,
        "status": "credited",
    }
    return {
        "id": f"order-{at}",
        "requestedNumbers": requested,
        "allocatedNumbers": allocated,
        "terms": text,
        "commitment": commitment(text).hex(),
        "baseSats": 17500,
        "totalSats": 17500,
        "minPaymentSats": 2320,
        "payments": [payment],
        **changes,
    }


ROUND = {
    "roundNumber": 3,
    "status": "settled",
    "poolSize": 12,
    "baseCombinationPriceSats": 2500,
    "salesEndHeight": 120,
    "sealRoot": None,
    "winningNumbers": [2, 3, 4, 5, 6, 7],
}
LOW, HIGH = [1, 2, 3, 4, 5, 6, 7], [6, 7, 8, 9, 10, 11, 12]


@pytest.fixture
def allocate(run, tmp_path):
    def allocate(orders, *arguments, round_=ROUND):
        (tmp_path / "round.json").write_text(json.dumps(round_))
        (tmp_path / "orders.json").write_text(json.dumps({"orders": orders, "next": None}))
        return run("luckotto_allocate.py", "round.json", "orders.json", *arguments)

    return allocate


@pytest.mark.parametrize("status", ["open", "closed", "sealed", "drawing", "halted", "void"])
def test_a_round_that_is_not_settled_is_not_called_right(allocate, status):
    done = allocate([order(1, LOW, LOW)], round_={**ROUND, "status": status, "winningNumbers": None})
    assert (done.returncode, done.stderr) == (3, ""), done.stdout
    assert f"NOT FINISHED: the round is {status}" in done.stdout
    assert "\nMATCH" not in done.stdout


def test_a_round_that_holds(allocate):
    done = allocate([order(2, HIGH, HIGH), order(1, LOW, LOW)], "--expect", "order-1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "winner: order-1" in done.stdout
    assert allocate([order(1, LOW, LOW)], "--expect", "order-2").returncode == 1
    assert allocate([order(1, HIGH, HIGH)], "--expect", "none").returncode == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"allocatedNumbers": HIGH},
        {"allocatedNumbers": None},
        {"requestedNumbers": HIGH},
        {"totalSats": 17000},
        {"baseSats": 1},
        {"commitment": "00" * 32},
        {"payments": []},
    ],
)
def test_what_does_not_hold_is_said(allocate, changed):
    done = allocate([order(1, LOW, LOW, **changed)], "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["wrong"]


def test_a_payment_that_counts_for_nothing(allocate):
    for change in ({"blockHeight": 120}, {"amountSats": 2319}, {"status": "orphaned", "creditedSats": 0}):
        late = order(1, LOW, None)
        late["payments"][0].update(change)
        assert allocate([late]).returncode == 0, change


def test_unusable_files(run, allocate, tmp_path):
    assert run("luckotto_allocate.py", "nothing.json", "nothing.json").returncode == 2
    assert allocate([{}]).returncode == 2
    assert allocate([order(1, LOW, LOW)], round_=[]).returncode == 2
    assert allocate([order(1, LOW, LOW, terms="not json")]).returncode == 2
    assert allocate([order(1, LOW, LOW, payments=[{}])]).returncode == 2
    (tmp_path / "deep.json").write_text("[" * 100_000)
    done = run("luckotto_allocate.py", "deep.json", "deep.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["luckotto_draw.py", "luckotto_allocate.py"])
def test_it_needs_python_3_8_and_the_standard_library_alone(name):
    tree = ast.parse((FOLDER / name).read_text(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"__future__", "argparse", "collections.abc", "hashlib", "json", "math", "re", "sys", "time", "typing"}
    assert imported <= allowed
