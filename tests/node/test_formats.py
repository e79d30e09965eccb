"""Bytes and texts against vectors that others published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dev.node.encoding import Amount, dumps, parse_amount
from dev.node.merkle import merkle_root, partial_tree, read_partial_tree
from dev.node.scripts import address_script, describe, descriptor_checksum, disassemble, script_address
from dev.node.transactions import DecodeError, parse_transaction, sha256d


def test_descriptor_checksums_of_bip_380():
    assert descriptor_checksum("raw(deadbeef)") == "89f8spxm"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("76a914" + "11" * 20 + "88ac", "pubkeyhash"),
        ("a914" + "11" * 20 + "87", "scripthash"),
        ("0014" + "11" * 20, "witness_v0_keyhash"),
        ("0020" + "11" * 32, "witness_v0_scripthash"),
        ("5120" + "11" * 32, "witness_v1_taproot"),
        ("51024e73", "anchor"),
        ("6a0464617461", "nulldata"),
        ("51", "nonstandard"),
    ],
)
def test_scripts_have_bitcoinds_types_and_addresses_lead_back(script, kind):
    raw = bytes.fromhex(script)
    assert describe(raw)["type"] == kind
    address = script_address(raw)
    assert address is None or address_script(address) == raw


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bcrt1",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081",
        "BCRT1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    ],
)
def test_addresses_of_elsewhere_are_none_here(text):
    assert address_script(text) is None


def test_scripts_are_shown_as_words():
    assert disassemble(bytes.fromhex("76a914" + "11" * 20 + "88ac")) == (
        f"OP_DUP OP_HASH160 {'11' * 20} OP_EQUALVERIFY OP_CHECKSIG"
    )
    assert disassemble(bytes.fromhex("0402000000")).startswith("2")
    assert disassemble(bytes.fromhex("4c")) == "[error]"


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 31])
def test_partial_trees_prove_what_they_hold(count):
    ids = [sha256d(bytes([i])) for i in range(count)]
    wanted = {ids[0], ids[-1]}
    header, root, found = read_partial_tree(partial_tree(b"\x00" * 80, ids, wanted))
    assert (header, root, set(found)) == (b"\x00" * 80, merkle_root(ids), wanted)


@pytest.mark.parametrize("raw", ["", "00", "01000000", "02000000000100", "ff" * 60])
def test_broken_transactions_are_refused(raw):
    with pytest.raises(DecodeError):
        parse_transaction(bytes.fromhex(raw))


def test_amounts_are_exact_both_ways():
    assert dumps({"a": [Amount(1), Amount(-150_000_000), 3, None, True]}) == (
        '{"a":[0.00000001,-1.50000000,3,null,true]}'
    )
    assert [parse_amount(value) for value in ("0.00000001", Decimal("20999999.9769"), 3)] == [
        1,
        2_099_999_997_690_000,
        300_000_000,
    ]
    for wrong in ("1e", "", "nan", "inf", -1, True, None, "0.000000001", 21_000_001):
        with pytest.raises(ValueError, match=r"[Aa]mount"):
            parse_amount(wrong)
