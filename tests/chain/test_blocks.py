"""The block parser reads what Bitcoin Core's own code and an independent library read, and refuses everything else."""

import io
import random
import struct

import pbk
import pytest
from btclib.block import Block as BtclibBlock
from btclib.block import genesis_block
from hypothesis import given, settings
from hypothesis import strategies as st

from app.chain.node import blocks
from app.chain.node.rpc import GENESIS_HASHES
from tests.chain import raw_blocks

COINBASE = ([(bytes(32), 0xFFFFFFFF, b"\x01\x01")], [(50, b"\x51")], None)


def test_columns_hold_every_output_and_every_spend():
    first, second = bytes(range(32)), b"\x22" * 32
    payment = ([(first, 1, b""), (second, 70_000, b"\x00" * 300)], [(0, b""), (21 * 10**14, b"\x6a" * 600)], None)
    witnessed = ([(first, 2, b"")], [(7, b"\x51\x20" + second)], [[b"a" * 64, b"b" * 70_000]])
    raw, txids = raw_blocks.block([COINBASE, payment, witnessed])

    block = blocks.parse_block(raw)

    assert block.txids == txids
    assert list(
        zip(block.outputs.tx_indexes, block.outputs.txids, block.outputs.vouts, block.outputs.values, strict=True)
    ) == [(0, txids[0], 0, 50), (1, txids[1], 0, 0), (1, txids[1], 1, 21 * 10**14), (2, txids[2], 0, 7)]
    assert block.outputs.scripts == [b"\x51", b"", b"\x6a" * 600, b"\x51\x20" + second]
    assert block.inputs.prev_txids == [first, second, first]
    assert block.inputs.prev_vouts == [1, 70_000, 2]
    assert block.inputs.spending_txids == [txids[1], txids[1], txids[2]]
    assert block.inputs.spending_vins == [0, 1, 0]
    assert block.inputs.tx_indexes == [1, 1, 2]
    assert (block.prev_hash, block.time, block.bits) == (b"\x11" * 32, 1_700_000_000, 0x207FFFFF)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_bitcoin_core_and_btclib(seed):
    raw, _ = raw_blocks.random_block(40 + seed, seed)
    block = blocks.parse_block(raw)

    core = pbk.Block(raw)
    assert block.hash_hex == str(core.block_hash)
    assert [blocks.display(txid) for txid in block.txids] == [str(t.txid) for t in core.transactions]
    theirs = [(o.amount, bytes(o.script_pubkey)) for t in core.transactions for o in t.outputs]
    assert list(zip(block.outputs.values, block.outputs.scripts, strict=True)) == theirs

    btclib = BtclibBlock.parse(io.BytesIO(raw), check_validity=False)
    assert block.hash[::-1] == btclib.header.hash
    spends = [(i.prev_out.tx_id[::-1], i.prev_out.vout, t.id[::-1]) for t in btclib.transactions[1:] for i in t.vin]
    ours = zip(block.inputs.prev_txids, block.inputs.prev_vouts, block.inputs.spending_txids, strict=True)
    assert list(ours) == spends


@pytest.mark.parametrize(
    ("network", "fields"),
    [
        ("main", (1, 1231006505, 0x1D00FFFF, 2083236893)),
        ("test", (1, 1296688602, 0x1D00FFFF, 414098458)),
        ("signet", (1, 1598918400, 0x1E0377AE, 52613770)),
        ("regtest", (1, 1296688602, 0x207FFFFF, 2)),
    ],
)
def test_genesis_hashes_are_those_of_the_headers(network, fields):
    root = bytes.fromhex("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b")[::-1]
    version, time, bits, nonce = fields
    header = struct.pack("<i", version) + bytes(32) + root + struct.pack("<III", time, bits, nonce)
    assert blocks.display(blocks.double_sha256(header)) == GENESIS_HASHES[network]


def test_genesis_of_testnet4():
    message = b"03/May/2024 000000000000000000001ebd58c244970b3aa9d783bb001011fbe8ea8e98e00e"
    script = bytes.fromhex("04ffff001d0104") + b"\x4c" + bytes([len(message)]) + message
    coinbase = (
        struct.pack("<i", 1)
        + b"\x01"
        + bytes(32)
        + b"\xff\xff\xff\xff"
        + bytes([len(script)])
        + script
        + b"\xff\xff\xff\xff\x01"
        + struct.pack("<Q", 50 * 10**8)
        + b"\x23\x21"
        + bytes(33)
        + b"\xac"
        + bytes(4)
    )
    header = struct.pack("<i", 1) + bytes(32) + blocks.double_sha256(coinbase)
    header += struct.pack("<III", 1714777860, 0x1D00FFFF, 393743547)
    block = blocks.parse_block(header + b"\x01" + coinbase)
    assert block.hash_hex == GENESIS_HASHES["testnet4"]


def test_mainnet_genesis_block_is_read():
    raw = genesis_block("mainnet").serialize()
    block = blocks.parse_block(raw)
    assert block.hash_hex == GENESIS_HASHES["main"]
    assert len(block.inputs) == 0
    assert block.outputs.values == [50 * 10**8]


def test_every_cut_and_every_extra_byte_is_refused():
    raw, _ = raw_blocks.random_block(4)
    for end in range(len(raw)):
        with pytest.raises(blocks.MalformedBlock):
            blocks.parse_block(raw[:end])
    with pytest.raises(blocks.MalformedBlock):
        blocks.parse_block(raw + b"\x00")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=9))
def test_damage_is_refused_or_harmless_and_never_another_error(position, patch):
    raw, txids = raw_blocks.random_block(5)
    at = position % len(raw)
    damaged = raw[:at] + patch + raw[at + len(patch) :]
    try:
        block = blocks.parse_block(damaged)
    except blocks.MalformedBlock:
        return
    assert block.txids == txids  # only header fields or witnesses were touched


def test_a_repeated_tail_has_the_same_root_and_is_refused():
    specifications = [COINBASE, ([(b"\x01" * 32, 0, b"")], [(1, b"")], None), ([(b"\x02" * 32, 0, b"")], [], None)]
    raw, _ = raw_blocks.block(specifications)
    assert len(blocks.parse_block(raw).txids) == 3
    repeated, _ = raw_blocks.block([*specifications, specifications[-1]])
    assert raw[36:68] == repeated[36:68]
    with pytest.raises(blocks.MalformedBlock):
        blocks.parse_block(repeated)


def test_transactions_of_another_header_are_refused():
    raw, _ = raw_blocks.random_block(3)
    with pytest.raises(blocks.MalformedBlock, match="header"):
        blocks.parse_block(raw[:36] + bytes(32) + raw[68:])


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 13])
def test_merkle_branches_prove_each_transaction_and_no_other(count):
    rng = random.Random(count)
    txids = [rng.randbytes(32) for _ in range(count)]
    root = blocks.merkle_root(txids)
    for index, txid in enumerate(txids):
        branch = blocks.merkle_branch(txids, index)
        assert blocks.merkle_root_from_branch(txid, index, branch) == root
        assert blocks.merkle_root_from_branch(rng.randbytes(32), index, branch) != root
        with pytest.raises(ValueError, match="position"):
            blocks.merkle_root_from_branch(txid, 1 << len(branch), branch)
        if count % 2 and count > 1 and index == count - 1:  # the phantom copy of the last transaction
            with pytest.raises(ValueError, match="right"):
                blocks.merkle_root_from_branch(txid, index + 1, branch)


def test_ids_turn_both_ways():
    txid = bytes(range(32))
    assert blocks.from_display(blocks.display(txid)) == txid
    for bad in ("", "00", "zz" * 32, " " + "00" * 32):
        with pytest.raises(ValueError):
            blocks.from_display(bad)
