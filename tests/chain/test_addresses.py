"""Addresses: every kind on every network, and each way in which an address can be wrong."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from embit import bech32
from embit.networks import NETWORKS as EMBIT_NETWORKS
from embit.script import Script
from hypothesis import given
from hypothesis import strategies as st

from app.chain.deposits.addresses import NETWORKS, parse_address, script_to_address, segwit_address
from app.core.errors import DomainError
from tests.settings import EXPLORE

RNG = random.Random(5)
H20, H32 = RNG.randbytes(20), RNG.randbytes(32)
SCRIPTS = {
    "p2pkh": b"\x76\xa9\x14" + H20 + b"\x88\xac",
    "p2sh": b"\xa9\x14" + H20 + b"\x87",
    "p2wpkh": b"\x00\x14" + H20,
    "p2wsh": b"\x00\x20" + H32,
    "p2tr": b"\x51\x20" + H32,
}
EMBIT = {"main": "main", "test": "test", "testnet4": "test", "signet": "signet", "regtest": "regtest"}
TAPROOT = "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr"


def code_of(text, network="main"):
    with pytest.raises(DomainError) as refusal:
        parse_address(text, network)
    return refusal.value.code


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("kind", SCRIPTS)
def test_every_kind_on_every_network(network, kind):
    address = Script(SCRIPTS[kind]).address(EMBIT_NETWORKS[EMBIT[network]])
    assert parse_address(address, network) == SCRIPTS[kind]
    assert script_to_address(SCRIPTS[kind], network) == address
    for other in NETWORKS:
        same = script_to_address(SCRIPTS[kind], other) == address
        if same:
            assert parse_address(address, other) == SCRIPTS[kind]
        else:
            assert code_of(address, other) == "address_wrong_network"


@pytest.mark.parametrize("program", [b"a" * 20, b" " * 20, b"3" * 32, b"\t0f" * 4 + b"00000000", b"f" * 32])
def test_a_program_that_reads_as_hex_digits_is_no_hex(program):
    script = b"\x00" + bytes([len(program)]) + program
    address = Script(script).address(EMBIT_NETWORKS["regtest"])
    assert parse_address(address, "regtest") == script
    assert script_to_address(script, "regtest") == address
    if len(program) == 20:
        for script in (b"\x76\xa9\x14" + program + b"\x88\xac", b"\xa9\x14" + program + b"\x87"):
            assert parse_address(script_to_address(script, "main"), "main") == script
    assert parse_address("bcrt1qxvenxvenxvenxvenxvenxvenxvenxvenztev8a", "regtest") == b"\x00\x14" + b"3" * 20


def test_test_networks_share_what_they_share():
    base58 = script_to_address(SCRIPTS["p2pkh"], "test")
    assert base58 == script_to_address(SCRIPTS["p2pkh"], "regtest")
    assert parse_address(base58, "regtest") == parse_address(base58, "signet")
    assert script_to_address(SCRIPTS["p2tr"], "test").startswith("tb1p")
    assert script_to_address(SCRIPTS["p2tr"], "regtest").startswith("bcrt1p")


def encode(hrp, version, program, constant=None):
    values = [version, *bech32.convertbits(program, 8, 5)]
    return bech32.bech32_encode(constant or (1 if version == 0 else 2), hrp, values)


def wrong_texts():
    v0, v1 = encode("bc", 0, H20), encode("bc", 1, H32)
    base58 = script_to_address(SCRIPTS["p2pkh"], "main")
    return {
        "empty": "",
        "one letter": "b",
        "too long": v1 + "q" * 40,
        "checksum": v1[:-1] + ("q" if v1[-1] != "q" else "p"),
        "base58 checksum": base58[:-1] + ("1" if base58[-1] != "1" else "2"),
        "base58 other case": base58.swapcase(),
        "base58 with another zero": "1" + base58,
        "mixed case": v1[:20] + v1[20:].upper(),
        "capital prefix": "BC" + v1[2:],
        "v0 as bech32m": encode("bc", 0, H20, 2),
        "v0 script as bech32m": encode("bc", 0, H32, 2),
        "v1 as bech32": encode("bc", 1, H32, 1),
        "v0 of 25 bytes": encode("bc", 0, bytes(25)),
        "v1 of 20 bytes": encode("bc", 1, H20),
        "v1 of 40 bytes": encode("bc", 1, bytes(40)),
        "pay to anchor": "bc1pfeessrawgf",
        "v2": encode("bc", 2, H32),
        "v16": encode("bc", 16, H32),
        "v17": encode("bc", 17, H32),
        "no data": bech32.bech32_encode(1, "bc", []),
        "bad padding": bech32.bech32_encode(1, "bc", [0, *bech32.convertbits(H20, 8, 5), 0]),
        "leading space": " " + v0,
        "trailing newline": v0 + "\n",
        "space within": v0[:10] + " " + v0[10:],
        "zero width": v0 + "\u200b",
        "full width": v0.replace("q", "\uff51"),
        "dotted capital": "B\u0130" + v0[2:],
        "NUL": v0 + "\x00",
        "URI": "bitcoin:" + v0,
        "script": SCRIPTS["p2tr"].hex(),
        "private key": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
        "litecoin": encode("ltc", 0, H20),
        "lightning": "lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypq",
        "unknown base58 version": "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
    }


@pytest.mark.parametrize(("why", "text"), wrong_texts().items(), ids=wrong_texts().keys())
def test_what_is_no_address(why, text):
    assert code_of(text) == "address_invalid"


def test_capitals_throughout_are_the_same_address():
    assert parse_address(TAPROOT.upper(), "main") == parse_address(TAPROOT, "main")


def test_a_wrong_checksum_is_not_called_another_network():
    other = script_to_address(SCRIPTS["p2tr"], "regtest")
    assert code_of(other, "main") == "address_wrong_network"
    assert code_of(other[:-1] + ("q" if other[-1] != "q" else "p"), "main") == "address_invalid"


@given(st.text(max_size=100) | st.text("bc1tpqr0zxy9", max_size=90))
def test_nothing_but_a_domain_error_comes_out(text):
    try:
        parse_address(text, "main")
    except DomainError:
        pass


@given(st.sampled_from(sorted(SCRIPTS)), st.sampled_from(sorted(NETWORKS)), st.integers(0, 10**6), st.integers(0, 31))
def test_no_single_typo_passes(kind, network, position, letter):
    address = script_to_address(SCRIPTS[kind], network)
    at = position % len(address)
    typo = address[:at] + "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[letter] + address[at + 1 :]
    if typo != address:
        with pytest.raises(DomainError):
            parse_address(typo, network)


@pytest.mark.parametrize("size", [0, 19, 21, 31, 33, 40])
def test_programs_of_another_size_are_not_written(size):
    with pytest.raises(ValueError):
        segwit_address(1, bytes(size), "bc")


@pytest.mark.parametrize("script", [b"", b"\x6a", b"\x52\x20" + H32, b"\x51\x20" + H20, SCRIPTS["p2pkh"] + b"\x00"])
def test_scripts_without_an_address(script):
    with pytest.raises(ValueError):
        script_to_address(script, "main")


@pytest.mark.slow
@pytest.mark.parametrize("flags", [["-O"], []] if EXPLORE else [["-O"]])
def test_nothing_is_written_to_the_home_folder(tmp_path, flags):
    """By an interpreter that leaves out `assert`, which bitcoinlib relies on; when exploring by a usual one too."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    bad = "1BoatSLRHtKNngkdXEeobR76b53LETtpyU"  # one letter off
    program = f"""
import os
from app.chain.deposits.addresses import parse_address
from app.core.errors import DomainError
print(parse_address({TAPROOT!r}, "main").hex()[:4])
try:
    parse_address({bad!r}, "main")
except DomainError as error:
    print(error.code)
print(os.environ.get("BCL_DATA_DIR"))
"""
    environment = {key: value for key, value in os.environ.items() if key != "BCL_DATA_DIR"}
    environment |= {"HOME": str(home), "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, *flags, "-c", program],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["5120", "address_invalid", "None"]
    assert list(home.iterdir()) == []
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
def test_a_named_folder_is_used_by_several_processes_at_once(tmp_path):
    folder = tmp_path / "a" / "b"
    environment = os.environ | {"HOME": str(tmp_path), "BCL_DATA_DIR": str(folder)}
    command = [sys.executable, "-c", "import app.chain.deposits.addresses"]
    runs = [subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2]) for _ in range(2)]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    assert (folder / "config.ini").exists()
    assert not (tmp_path / ".bitcoinlib").exists()


def test_only_one_module_knows_bitcoinlib():
    app = Path(__file__).parents[2] / "app"
    found = [str(p.relative_to(app)) for p in app.rglob("*.py") if "import bitcoinlib" in p.read_text()]
    found += [str(p.relative_to(app)) for p in app.rglob("*.py") if "from bitcoinlib" in p.read_text()]
    assert found == ["chain/deposits/addresses.py"]
