"""A node that knows a few blocks by heart: it answers what the scanner asks, and takes no time for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.chain.node import rpc
from app.chain.node.blocks import display

from .blocks import RawBlock

_UNKNOWN_BLOCK = -5


class Known(rpc.NodeClient):
    """A client of that node. Blocks that it was not given are on no chain of its."""

    def __init__(self, base: str, blocks: Sequence[RawBlock]) -> None:
        super().__init__("http://nobody:nobody@127.0.0.1:1")
        self._hashes = [base, *(display(block.hash) for block in blocks)]
        self._blocks = {display(block.hash): block.raw.hex() for block in blocks}

    def call(self, method: str, *params: object) -> Any:
        """What Bitcoin Core would answer, as far as the scanner reads it."""
        hash_hex = str(params[0]) if params else ""
        if method == "getblockchaininfo":
            return {"chain": "regtest", "initialblockdownload": False}
        if hash_hex not in self._hashes:
            raise rpc.NodeError(_UNKNOWN_BLOCK, "Block not found")
        if method == "getblock":
            return self._blocks[hash_hex]
        at = self._hashes.index(hash_hex)
        following = self._hashes[at + 1 : at + 2]
        return {"confirmations": len(self._hashes) - at} | ({"nextblockhash": following[0]} if following else {})


def chain_of(base: bytes, blocks: Sequence[RawBlock]) -> Known:
    """The node of a chain that consists of `blocks`, on top of the block of the hash `base`."""
    return Known(display(base), blocks)
