"""Deposit addresses: BIP 341's vectors, our golden vectors, and two other implementations."""

import json
import random
from pathlib import Path

import pytest
from embit import ec, script
from embit.networks import NETWORKS as EMBIT_NETWORKS
from hypothesis import given
from hypothesis import strategies as st

from app.chain.deposits import commitment as c

VECTORS = Path(__file__).parents[1] / "vectors"
BIP341 = json.loads((VECTORS / "bip341_script_pubkey.json").read_text())
GOLDEN = json.loads((VECTORS / "address_1.json").read_text())["vectors"]
NAMES = {"main": "main", "test": "test", "signet": "signet", "regtest": "regtest"}


@pytest.mark.parametrize("vector", BIP341, ids=lambda v: v["internalPubkey"][:8])
def test_bip341_wallet_vectors(vector):
    internal = bytes.fromhex(vector["internalPubkey"])
    root = bytes.fromhex(vector["merkleRoot"] or "")
    assert c.tagged_hash("TapTweak", internal + root).hex() == vector["tweak"]
    key = c.output_key(internal, root)
    assert key.hex() == vector["tweakedPubkey"]
    assert c.script_pubkey(key).hex() == vector["scriptPubKey"]
    assert c.p2tr_address(key, "main") == vector["bip350Address"]
    assert ec.PublicKey.from_xonly(internal).taproot_tweak(root).xonly() == key


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda v: v["name"])
def test_golden_addresses(vector):
    internal, root = bytes.fromhex(vector["internalKey"]), c.commitment(vector["terms"])
    key = c.output_key(internal, root)
    assert root.hex() == vector["commitment"]
    assert key.hex() == vector["outputKey"]
    assert c.script_pubkey(key).hex() == vector["scriptPubkey"]
    assert c.p2tr_address(key, vector["network"]) == vector["address"]


def test_embit_finds_the_same_addresses():
    rng = random.Random(7)
    for number in range(50):
        internal = ec.PrivateKey(rng.randbytes(32)).xonly()
        root = c.commitment(f"terms {number}")
        tweaked = ec.PublicKey.from_xonly(internal).taproot_tweak(root)
        for network, name in NAMES.items():
            address = script.Script(b"\x51\x20" + tweaked.xonly()).address(EMBIT_NETWORKS[name])
            assert c.p2tr_address(c.output_key(internal, root), network) == address


def test_one_letter_of_the_terms_changes_the_address():
    internal = bytes.fromhex(GOLDEN[0]["internalKey"])
    assert c.output_key(internal, c.commitment("a")) != c.output_key(internal, c.commitment("b"))


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_keys_of_another_length_are_refused(size):
    with pytest.raises(ValueError):
        c.output_key(bytes(size), bytes(32))
    with pytest.raises(ValueError):
        c.script_pubkey(bytes(size))
    if size:
        with pytest.raises(ValueError):
            c.output_key(bytes.fromhex(GOLDEN[0]["internalKey"]), bytes(size))


@pytest.mark.parametrize("number", [0, 5, 2**256 - 2**32 - 977, 2**256 - 1])
def test_what_is_no_point_is_no_internal_key(number):
    with pytest.raises(ValueError):
        c.output_key(number.to_bytes(32, "big"), bytes(32))


def test_canonical_terms_are_sorted_and_tight():
    assert c.canonical_terms({"b": 2, "a": "x y", "B": -1}) == '{"B":-1,"a":"x y","b":2}'
    assert c.canonical_terms({"b": [3, 1, 2], "a": 1}) == '{"a":1,"b":[3,1,2]}'
    assert c.canonical_terms({"name": 'Nièvre 日本 \u2028 \x7f \x00 "/\\'}) == (
        '{"name":"Nièvre 日本 \u2028 \x7f \\u0000 \\"/\\\\"}'
    )


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.1,
        float("nan"),
        True,
        None,
        [],
        {},
        b"x",
        [[1]],
        [1.0],
        [True],
        ["1"],
        [2**53],
        (1, 2),
        2**53,
        -(2**53),
        "\ud800",
        "a\udfffb",
    ],
)
def test_what_could_be_written_in_two_ways_is_no_term(value):
    with pytest.raises(ValueError):
        c.canonical_terms({"a": value})


@pytest.mark.parametrize("key", ["", "é", "a b", 'a"', "a.b"])
def test_names_of_terms_are_plain(key):
    with pytest.raises(ValueError):
        c.canonical_terms({key: 1})


terms = st.dictionaries(
    st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True),
    st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
)


@given(terms)
def test_canonical_terms_say_the_same_whatever_the_order(record):
    text = c.canonical_terms(record)
    assert json.loads(text) == record
    assert c.canonical_terms(dict(reversed(record.items()))) == text
