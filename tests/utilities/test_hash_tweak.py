"""hash_tweak.py as a stranger runs it: a curve and a checksum of its own, and an exit status that means something."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "utilities" / "bin" / "hash_tweak.py"
GOLDEN = json.loads((ROOT / "tests" / "vectors" / "address_1.json").read_text())["vectors"]
ORDER = GOLDEN[0]
KEY, TERMS = ORDER["internalKey"], ORDER["terms"]
TERMS_OF_ORDERS = ("order", "order on main")  # of others the address is right, but they contradict it, or are no terms


@pytest.fixture
def run(tmp_path):
    """Run a copy of the script elsewhere, isolated from the project and from every installed package."""
    copy = shutil.copy(SCRIPT, tmp_path)

    def run(*arguments, stdin=b""):
        command = [sys.executable, "-I", "-S", "-W", "error", copy, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, cwd=tmp_path, timeout=60)

    return run


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda v: v["name"])
def test_golden_addresses_by_every_way_of_giving_the_terms(run, vector, tmp_path):
    terms = vector["terms"].encode()
    (tmp_path / "terms").write_bytes(terms + b"\n")
    for given, stdin in ((vector["terms"], b""), ("-", terms), ("-", terms + b"\r\n"), ("@terms", b"")):
        done = run(
            vector["internalKey"],
            given,
            "--network",
            vector["network"],
            "--expect",
            vector["address"],
            "--json",
            stdin=stdin,
        )
        is_right = vector["name"] in TERMS_OF_ORDERS
        assert (done.returncode, done.stderr) == (0 if is_right else 1, b"")
        told = json.loads(done.stdout)
        for name in ("network", "internalKey", "commitment", "outputKey", "scriptPubkey", "address"):
            assert told[name] == vector[name]
        assert (told["match"], not told["wrong"]) == (is_right, is_right)


def test_text_for_people(run):
    done = run(KEY.upper(), TERMS, "--network", "regtest", "--expect", ORDER["address"].upper())
    assert done.returncode == 0
    assert ORDER["address"].encode() in done.stdout
    assert b"\nMATCH\nNot looked at: that INTERNAL_KEY is the platform's" in done.stdout


@pytest.mark.parametrize("change", [lambda t: t.replace("alice", "alicf"), lambda t: t + " ", lambda t: t + "\n\n"])
def test_changed_terms_are_no_match(run, change):
    done = run(KEY, "-", "--network", "regtest", "--expect", ORDER["address"], stdin=change(TERMS).encode())
    assert done.returncode == 1
    assert b"NO MATCH" in done.stdout


def test_what_the_terms_say_otherwise_is_no_match(run):
    """Another key or network makes another address, which may be the one that was shown."""
    other_key = GOLDEN[0]["outputKey"]
    for key, terms, network, said in (
        (other_key, TERMS, "regtest", f"the terms name {KEY} as internalKey"),
        (KEY, TERMS, "main", "the terms name regtest as network"),
        (KEY, TERMS[:-1] + ',"network":"regtest"}', "regtest", "a name occurs twice"),
        (KEY, '{"version":' + "1" * 5000 + "}", "regtest", "there is a number of 5000 digits in it"),
        (KEY, "{}", "regtest", "these are no terms of an order: they do not say internalKey, network, orderId"),
        (KEY, "[]", "regtest", "these are no terms of an order"),
        (KEY, "log.example\n7\nroot\n", "regtest", "these are no terms of an order: they are no JSON"),
    ):
        told = json.loads(run(key, terms, "--network", network, "--json").stdout)
        done = run(key, terms, "--network", network, "--expect", told["address"])
        assert (done.returncode, done.stderr) == (1, b""), said
        assert b"NO MATCH: " in done.stdout
        assert said.encode() in done.stdout
        assert b"\nMATCH" not in done.stdout
        assert told["wrong"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (KEY,),
        (KEY, TERMS),
        (KEY, TERMS, "--network", "litecoin"),
        (KEY[:-1], TERMS, "--network", "main"),
        (KEY + "00", TERMS, "--network", "main"),
        ("02" + KEY, TERMS, "--network", "main"),
        ("00" * 31 + "05", TERMS, "--network", "main"),
        ("ff" * 32, TERMS, "--network", "main"),
        ("zz" * 32, TERMS, "--network", "main"),
        (KEY, "", "--network", "main"),
        (KEY, "-", "--network", "main"),
        (KEY, "[" * 100_000, "--network", "main"),
        (KEY, "@missing", "--network", "main"),
        (KEY, "@", "--network", "main"),
        (KEY, b"\xff", "--network", "main"),
        (KEY, TERMS, "--network", "main", "--expect", "x y"),
        (KEY, TERMS, "--network", "main", "--expect", "bc1pQ"),
    ],
)
def test_unusable_input(run, arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
