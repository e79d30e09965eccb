"""RQ entry points of the chain. Each may run at any time, twice, or die half-way."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import current_app

from app.chain.node.hints import Hints
from app.core.config import current_settings
from app.core.database.leadership import lead
from app.core.database.session import transaction
from app.record.audit import service as audit

from . import service
from .node import client as node
from .node import rpc
from .scan import mempool, scanner

log = structlog.get_logger()

_FOLLOW_SECONDS = 8.0
_POLL_SECONDS = 0.5
_NODE_ALARM = "node_away"


def scan(stop: Callable[[], bool] = lambda: False, seconds: float = _FOLLOW_SECONDS) -> None:
    """Follow the chain for a while, if nobody else does: blocks first, then the mempool."""
    settings = current_settings()
    deadline = time.monotonic() + seconds
    with lead(settings.database_url.get_secret_value(), "scanner") as leading:
        if not leading:
            return
        watcher = mempool.Watcher()
        with Hints(settings.bitcoin_zmq_url) as hints:
            while True:
                look(watcher)
                if stop() or time.monotonic() >= deadline:
                    return
                hints.wait(_POLL_SECONDS)


def look(watcher: mempool.Watcher) -> None:
    """Catch up with the tip and look at the mempool once.

    A node that is away raises an alarm, which closes when it is back, and is tried again at the next look.
    """
    client = node.client()
    settings = current_settings()
    try:
        if not current_app.extensions.get("node_checked"):
            rpc.check_node(client, settings.bitcoin_network, settings.first_scan_height or 0)
            current_app.extensions["node_checked"] = True
            with transaction():
                audit.close_alarm(_NODE_ALARM, "chain")
        scanner.catch_up(client, current_app.extensions["chain_listeners"], settings.first_scan_height)
        watcher.look(client)
    except rpc.NodeFailure as error:
        current_app.extensions["node_checked"] = False  # it may come back as another node
        log.warning("node_away", reason=str(error))
        with transaction():
            audit.raise_alarm(_NODE_ALARM, "chain", reason=str(error))
    except service.CursorMoved:
        log.info("another_scanner_was_faster")
    except scanner.ReorgBelowStart as error:
        with transaction():
            audit.raise_alarm("reorganised_below_start", "chain", reason=str(error))
