"""Reading every output of a large block, with the ids of its transactions."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pbk

from app.chain.deposits import addresses as _prepares_bitcoinlib  # noqa: F401  (its import keeps bitcoinlib out of the home)
from app.chain.node.blocks import parse_block

from .blocks import make_block, strangers
from .measuring import Row, alternate
from .stage import Stage


def run(stage: Stage) -> Iterator[Row]:
    """Ours against Bitcoin Core's library, and against bitcoinlib."""
    logging.getLogger("bitcoinlib").setLevel(logging.ERROR)  # it warns at every taproot input, which takes time
    raw = make_block(bytes(32), list(strangers(3 * (stage.scale.block_transactions - 1), 1)), 1).raw
    assert len(parse_block(raw).outputs) == _by_kernel(raw) == _by_bitcoinlib(raw)
    megabytes = len(raw) / 1e6
    seconds = alternate(
        stage.scale.repeats,
        {
            "ours": lambda: _drop(parse_block(raw)),
            "kernel": lambda: _drop(_by_kernel(raw)),
            "bitcoinlib": lambda: _drop(_by_bitcoinlib(raw)),
        },
    )
    note = f"{megabytes:.2f} MB, {stage.scale.block_transactions:,} transactions"
    ours = seconds["ours"] * 1000
    yield Row("block parsed", "ms", ours, seconds["kernel"] * 1000, "py-bitcoinkernel", note)
    yield Row("block parsed", "ms", ours, seconds["bitcoinlib"] * 1000, "bitcoinlib", note)


def _drop(_: object) -> None:
    """What was read is not returned: a returned number would count as seconds."""


def _by_kernel(raw: bytes) -> int:
    count = 0
    for transaction in pbk.Block(raw).transactions:
        bytes(transaction.txid)
        for output in transaction.outputs:
            count += bool(bytes(output.script_pubkey)) and output.amount >= 0
    return count


def _by_bitcoinlib(raw: bytes) -> int:
    from bitcoinlib.blocks import Block

    block = Block.parse(raw, parse_transactions=True, network="regtest")
    return sum(len(transaction.outputs) for transaction in block.transactions)
