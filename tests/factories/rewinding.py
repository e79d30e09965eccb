"""The development node, which can also be put back to how it once was: `python -m tests.factories.rewinding`.

Two calls more than bitcoind has. What the node was is the folder it had, chain, mempool and wallet together; the
process, its ports and its connections stay, and so does what it has once made of a block's bytes or of a key's number:
the same comes of them each time. Where nothing was asked of it since that could change it, it is there already.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any

from dev.node import chainstate, wallet
from dev.node.__main__ import main
from dev.node.kernel import copy_sparse
from dev.node.keys import KeyChain
from dev.node.methods import METHODS, method
from dev.node.node import Node

CHANGE_NOTHING = frozenset(
    {
        "estimatesmartfee",
        "getbestblockhash",
        "getblock",
        "getblockchaininfo",
        "getblockcount",
        "getblockhash",
        "getblockheader",
        "getindexinfo",
        "getmempoolentry",
        "getmempoolinfo",
        "getnetworkinfo",
        "getrawmempool",
        "getrawtransaction",
        "gettxout",
        "getzmqnotifications",
        "waitforblockheight",
    }
)
"""What the platform asks between blocks; of every other call it is taken that it leaves the node another."""


class _Keys(KeyChain):
    """Each script is made once."""

    script = cache(KeyChain.script)


def remember() -> None:
    """Whoever opens a folder anew reads each of its blocks and makes each of its keys."""
    chainstate.parse_block = lru_cache(maxsize=5_000)(chainstate.parse_block)
    wallet.KeyChain = cache(_Keys)


def notice_changes() -> None:
    """From now on a node knows whether it still is as it was kept."""
    for name, known in METHODS.items():
        if name not in CHANGE_NOTHING | {"keepnode", "rewindnode"}:
            METHODS[name] = replace(known, function=_changing(known.function))


def _changing(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def change(node: Node, **arguments: Any) -> Any:
        _stands[node] = ""
        return function(node, **arguments)

    return change


_stands: dict[Node, str] = {}
"""The name by which a node was kept, if nothing has changed it since."""


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
    _stands[node] = name


@method()
def rewindnode(node: Node, name: str) -> None:
    """Be as it was when it was kept by this name."""
    if _stands.get(node) == name:
        return
    folder = _stop(node)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".lock":
            path.unlink()
    copy_sparse(_kept(folder, name), folder)
    _go_on(node, folder)
    _stands[node] = name


if __name__ == "__main__":
    remember()
    notice_changes()
    raise SystemExit(main())
