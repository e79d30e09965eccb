"""luckotto_draw.py and luckotto_allocate.py as a stranger runs them: one file each, no packages, exit statuses."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from app.chain.deposits.commitment import tagged_hash
from tests.utilities.luckotto_records import (
    CLOSING,
    HIGH,
    LOW,
    PROMISE,
    VERIFY_ROUND,
    copied,
    drawn_by,
    order,
    settled,
    winning_set,
)

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
    assert "\nMATCH\nNot looked at: that HASH is the block which the world has" in done.stdout
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
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def allocate(run, tmp_path):
    def allocate(orders, *arguments, round_=None):
        (tmp_path / "round.json").write_text(json.dumps(settled(orders) if round_ is None else round_))
        (tmp_path / "orders.json").write_text(json.dumps({"orders": orders, "next": None}))
        return run("luckotto_allocate.py", "round.json", "orders.json", *arguments)

    return allocate


NOT_DRAWN = dict.fromkeys(("winningNumbers", "drawnNumbers", "drawDigests", "closingBlockHash", "winningOrderId"))


@pytest.mark.parametrize("status", ["open", "closed", "sealed", "drawing", "halted", "void"])
def test_a_round_that_is_not_settled_is_not_called_right(allocate, status):
    orders = [order(1, LOW, LOW, status="void" if status == "void" else "allocated")]
    done = allocate(orders, round_={**settled(copied(*orders)), **NOT_DRAWN, "status": status})
    assert (done.returncode, done.stderr) == (3, ""), done.stdout
    assert f"NOT FINISHED: the round is {status}" in done.stdout
    assert "\nMATCH" not in done.stdout


def test_a_round_that_holds(allocate):
    orders = [order(2, HIGH, HIGH), order(1, winning_set(), winning_set())]
    done = allocate(orders, "--expect", "order-1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "winner: order-1" in done.stdout
    assert "\nMATCH\nNot looked at" in done.stdout
    assert f"that {CLOSING} is the world's block at height 123" in done.stdout
    assert "promiseEntry" in done.stdout, "what nothing here has read is named"
    assert allocate(orders, "--expect", "order-2").returncode == 1
    assert allocate([order(1, HIGH, HIGH)], "--expect", "none").returncode == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"allocatedNumbers": HIGH},
        {"allocatedNumbers": None},
        {"requestedNumbers": HIGH},
        {"totalSats": 17000},
        {"baseSats": 1},
        {"feeSats": 1},
        {"paidSats": 1},
        {"combinations": 8},
        {"minPaymentSats": 1},
        {"commitment": "00" * 32},
        {"payments": []},
        {"depositAddress": "bcrt1qevil"},
        {"bip21": "bitcoin:bcrt1qevil"},
        {"payoutAddress": "bcrt1qevil"},
        {"playerUname": "Eve"},
        {"internalKey": "11" * 32},
        {"roundNumber": 4},
        {"status": "won"},
        {"payout": {"address": "bcrt1payout1", "amountSats": 2310000}},
    ],
)
def test_what_does_not_hold_is_said(allocate, changed):
    right = order(1, LOW, LOW)
    done = allocate([{**right, **changed}], "--json", round_=settled([right]))
    assert done.returncode == 1, done.stdout + done.stderr
    assert json.loads(done.stdout)["wrong"]


FORGED = [
    {"winningNumbers": [3, 7, 9, 11, 12, 21]},
    {"winningNumbers": [1, 2, 3, 4, 5, 6], "winningOrderId": "order-1"},
    {"winningNumbers": [1, 2, 3, 4, 5, 6], "drawnNumbers": [1, 2, 3, 4, 5, 6], "winningOrderId": "order-1"},
    {"winningOrderId": "order-1"},
    {"winningOrderId": "order-2"},
    {"closingBlockHash": "0" * 64},
    {"closingBlockHash": CLOSING[:-1] + "0"},
    {"drawnNumbers": [6, 5, 4, 3, 2, 1]},
    {"drawDigests": ["0" * 64]},
    {"jackpotSats": 1},
    {"jackpotSats": 1, "possibleCombinations": 1},
    {"hashWork": 1},
    {"sealRoot": "0" * 64},
    {"sealRoot": None},
    {"roundCommitment": "0" * 64},
    {"roundTerms": "{}"},
    {"soldTickets": 3},
    {"soldCombinations": 8},
    {"closingHeight": 124},
    {"payout": {"address": "bcrt1payout1", "amountSats": 2310000}},
]


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_a_forged_round_is_called_so(allocate, forged):
    orders = [order(1, LOW, LOW), order(2, HIGH, HIGH)]
    round_ = settled(orders)
    assert round_["winningOrderId"] is None
    done = allocate(orders, round_={**round_, **forged})
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert "WRONG: the round: " in done.stdout
    assert "winner: none" in done.stdout, "what was drawn is found here, whatever is told"


def test_to_whom_a_jackpot_is_paid_follows_from_the_winners_terms(allocate):
    orders = [order(1, winning_set(), winning_set())]
    for payout, status in (("bcrt1payout1", 0), ("bcrt1qevil", 1)):
        told = {"address": payout, "amountSats": 2310000}
        assert allocate(orders, round_=settled(orders, payout=told)).returncode == status


def test_a_long_draw_is_left_to_its_own_script(allocate, monkeypatch):
    """Its numbers still have to follow from the state that is named, and may be brought."""
    monkeypatch.setitem(PROMISE, "hashWork", 10**9)
    monkeypatch.setattr("tests.utilities.luckotto_records.drawn_by", lambda _: drawn)
    drawn = drawn_by({**PROMISE, "hashWork": 1})
    orders = [order(1, LOW, LOW)]
    done = allocate(orders)
    assert done.returncode == 3, done.stdout + done.stderr
    assert f"Run luckotto_draw.py {CLOSING} 12 {10**9}" in done.stdout
    numbers = ",".join(map(str, drawn["winningNumbers"]))
    assert allocate(orders, "--drawn", numbers).returncode == 0
    assert allocate(orders, "--drawn", "7,8,9,10,11,12").returncode == 1
    assert allocate(orders, round_=settled(orders, winningNumbers=[7, 8, 9, 10, 11, 12])).returncode == 1


@pytest.mark.parametrize("hashes", [1000, 10**9])
def test_a_sealed_draw_begins_with_promise_and_seal(allocate, monkeypatch, hashes):
    for name, value in (("winnerAlgorithm", "sealed-draw-1"), ("hashes", hashes)):
        monkeypatch.setitem(PROMISE, name, value)
    work = PROMISE["hashWork"]
    monkeypatch.delitem(PROMISE, "hashWork")
    monkeypatch.setattr("tests.utilities.luckotto_records.drawn_by", lambda _: {"winningNumbers": [*range(7, 13)]})
    orders = [order(1, LOW, LOW)]
    round_ = settled(orders, hashWork=None, hashes=hashes, drawDigests=None)
    first = bytes.fromhex(round_["roundCommitment"] + round_["sealRoot"] + CLOSING)
    state = tagged_hash("tiraj/sealed-draw/1", first)
    for _ in range(work):
        state = sha256(state).digest()
    drawn = VERIFY_ROUND["six_of"](VERIFY_ROUND["choices"](state, 12))
    round_.update(lastState=state.hex(), drawnNumbers=drawn, winningNumbers=sorted(drawn))
    done = allocate(orders, round_=round_)
    assert done.returncode == (0 if hashes == work else 3), done.stdout + done.stderr
    assert (f"{CLOSING} {hashes} --pool 12" in done.stdout) == (hashes != work)
    assert allocate(orders, round_={**round_, "lastState": "0" * 64}).returncode == 1


def test_a_payment_that_counts_for_nothing(allocate):
    nothing = {"creditedSats": 0, "refundableSats": 17500}
    for change in (
        {"blockHeight": 120, "status": "late", **nothing},
        {"amountSats": 2319, "status": "below_minimum", "creditedSats": 0, "refundableSats": 2319},
        {"status": "orphaned", "creditedSats": 0},
    ):
        late = order(1, LOW, None, status="expired", paidSats=0)
        late["payments"][0].update(change)
        done = allocate([late])
        assert done.returncode == 0, done.stdout
        late["payments"][0].update(creditedSats=17500)
        assert allocate([late]).returncode == 1, "and it is not called credited"


def test_unusable_files(run, allocate, tmp_path):
    right = settled([order(1, LOW, LOW)])
    assert run("luckotto_allocate.py", "nothing.json", "nothing.json").returncode == 2
    for orders, round_ in (
        ([{}], right),
        ([order(1, LOW, LOW)], []),
        ([order(1, LOW, LOW)], {**right, "poolSize": 10**9}),
        ([order(1, LOW, LOW)], {**right, "hashWork": 0}),
        ([order(1, LOW, LOW, terms="not json")], right),
        ([order(1, LOW, LOW, payments=[{}])], right),
    ):
        done = allocate(orders, round_=round_)
        assert done.returncode == 2, done.stdout
        assert len(done.stderr.splitlines()) == 1
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
