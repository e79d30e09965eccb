"""The next block is read while the last one is applied: nobody waits for network and bytes."""

from __future__ import annotations

import threading

import structlog
from flask import Flask, current_app

from app.chain.node import rpc
from app.chain.node.blocks import Block, display, parse_block

log = structlog.get_logger()


def read_block(node: rpc.NodeClient, hash_hex: str) -> Block:
    """The block of that hash. Raises rpc.NodeFailure, also where what came is no such block."""
    try:
        block = parse_block(rpc.raw_block(node, hash_hex))
    except ValueError as error:
        raise rpc.NodeUnavailable(f"not a block: {error}") from None
    if block.hash_hex != hash_hex:
        raise rpc.NodeUnavailable("the node gave another block than the one asked for")
    return block


class ReadAhead:
    """Reads blocks of `node`, the one that is likely to be asked for next in a thread of its own.

    What comes of that is a guess: whoever takes it says which block it must be, and it is read now if it is another, or
    if the node gave no answer.
    """

    def __init__(self, node: rpc.NodeClient) -> None:
        self.node = node
        self.is_at_tip = False  # whether nothing followed the block that was taken last
        self._thread: threading.Thread | None = None
        self._found: Block | None = None

    def begin(self, after: bytes) -> None:
        """Begin to read what follows the block of that hash."""
        self._found = None
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._read, args=(app, after), daemon=True)
        self._thread.start()

    def block(self, hash_hex: str) -> Block:
        """The block of that hash, read already or now. Raises rpc.NodeFailure."""
        if self._thread is not None:
            self._thread.join()  # the node's client ends every wait
            self._thread = None
        found, self._found = self._found, None
        return found if found is not None and found.hash_hex == hash_hex else read_block(self.node, hash_hex)

    def _read(self, app: Flask, after: bytes) -> None:
        """In a context of its own: the caller holds a transaction open, and this thread none."""
        with app.app_context():
            try:
                hash_hex = self.node.call("getblockheader", display(after)).get("nextblockhash")
                if isinstance(hash_hex, str):
                    self._found = read_block(self.node, hash_hex)
            except Exception as error:  # whoever needs the block asks again, and is told
                log.info("not_read_ahead", reason=str(error))
