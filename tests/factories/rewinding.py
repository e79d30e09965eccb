"""The development node, which can also be put back to how it once was: `python -m tests.factories.rewinding`.

Two calls more than bitcoind has. What the node was is the folder it had, chain, mempool and wallet together; the
process, its ports and its connections stay, and so does what it has once made of a block's bytes or of a key's number:
the same comes of them each time.
"""

from __future__ import annotations

import shutil
from functools import cache, lru_cache
from pathlib import Path

from dev.node import chainstate, wallet
from dev.node.__main__ import main
from dev.node.kernel import copy_sparse
from dev.node.keys import KeyChain
from dev.node.methods import method
from dev.node.node import Node


class _Keys(KeyChain):
    """Each script is made once."""

    script = cache(KeyChain.script)


def remember() -> None:
    """Whoever opens a folder anew reads each of its blocks and makes each of its keys."""
    chainstate.parse_block = lru_cache(maxsize=5_000)(chainstate.parse_block)
    wallet.KeyChain = cache(_Keys)


def _stop(node: Node) -> Path:
    folder: Path = node.chain._live.parent
    node.close()
    return folder


def _go_on(node: Node, folder: Path) -> None:
    port = int(node.publisher.address.rpartition(":")[2]) if node.publisher else None
    names, stop = node.wallet_names, node.stop_requested
    node.__init__(folder, port)  # type: ignore[misc]
    node.wallet_names, node.stop_requested = names, stop


def _kept(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}-{name}")


@method()
def keepnode(node: Node, name: str) -> None:
    """Remember how the node is now."""
    folder = _stop(node)
    copy_sparse(folder, _kept(folder, name))
    _go_on(node, folder)


@method()
def rewindnode(node: Node, name: str) -> None:
    """Be as it was when it was kept by this name."""
    folder = _stop(node)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".lock":
            path.unlink()
    copy_sparse(_kept(folder, name), folder)
    _go_on(node, folder)


if __name__ == "__main__":
    remember()
    raise SystemExit(main())
