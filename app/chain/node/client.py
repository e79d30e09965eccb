"""The process's client for the Bitcoin node, and the one question an order asks it."""

from __future__ import annotations

from typing import Any, Final

from app.chain.models import ChainCursor
from app.core.config import current_settings
from app.core.database.session import db, end_reading, in_transaction
from app.core.dependencies.breaker import breaker
from app.core.dependencies.recent import Recent
from app.core.errors import Unavailable
from app.core.ports import Once

from . import rpc

_BEHIND_AT_MOST = 1  # blocks


class NetworkInsideTransaction(RuntimeError):
    """Somebody called the node while holding a transaction open."""


class GuardedClient(rpc.NodeClient):
    """Refuses to wait for the network while a transaction holds locks, or while the node is known to stand still."""

    def _exchange(self, payload: object, *, may_repeat: bool) -> Any:
        if in_transaction():
            raise NetworkInsideTransaction
        with breaker("node").asked(_not_asked, rpc.NodeStandsStill):
            return super()._exchange(payload, may_repeat=may_repeat)


def _not_asked(reason: str) -> Exception:
    return rpc.NodeStandsStill(reason, again=False)


def _new_client(long: float | None) -> GuardedClient:
    settings = current_settings()
    connect = min(1.0, settings.node_seconds)
    return GuardedClient(
        settings.bitcoin_rpc_url.get_secret_value(), timeout=(connect, settings.node_seconds), long=long
    )


NODE: Final = Once[rpc.NodeClient](lambda: _new_client(long=current_settings().node_block_seconds))
QUICK_NODE: Final = Once[rpc.NodeClient](lambda: _new_client(long=None))


def client() -> rpc.NodeClient:
    """The client of this process; patient enough for a whole block."""
    return NODE.get()


def quick_client() -> rpc.NodeClient:
    """A client for questions that a person waits for: none of them may take long."""
    return QUICK_NODE.get()


def require_synced() -> int:
    """The cursor's height, if the scanner is at most one block behind the node; both as of the last two seconds.

    Where nothing so recent is known it asks, and ends a transaction that earlier reads of this request began: nobody
    holds one while waiting for the network.

    Raises:
        Unavailable: the node does not answer, or scanner or node are behind.
    """
    return _TIP.get().get()


def _ask_for_tip() -> int:
    try:
        end_reading()
        info = rpc.chain_info(quick_client())
        blocks = rpc.integer(info, "blocks")
    except rpc.NodeSyncing:
        raise Unavailable("node_syncing") from None
    except rpc.NodeFailure:
        raise Unavailable("node_away") from None
    if info["chain"] != current_settings().bitcoin_network:
        raise Unavailable("node_away")
    if info.get("initialblockdownload"):
        raise Unavailable("node_syncing")
    cursor = db.session.get(ChainCursor, 1, populate_existing=True)
    if cursor is None or blocks - cursor.height > _BEHIND_AT_MOST:
        raise Unavailable("scanner_behind")
    return cursor.height


_TIP: Final = Once(lambda: Recent(_ask_for_tip, current_settings().known_seconds))
