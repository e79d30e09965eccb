"""RQ entry points of the chain. Each may run at any time, twice, or die half-way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import structlog
from flask import current_app

from app.chain.node.hints import Hints
from app.core.config import current_settings
from app.core.database.leadership import lead
from app.core.database.session import transaction
from app.core.jobs import lately
from app.core.ports import Port
from app.record.audit import service as audit

from . import service
from .node import client as node
from .node import rpc
from .scan import mempool, scanner

log = structlog.get_logger()

_FOLLOW_SECONDS = 8.0
_POLL_SECONDS = 0.5
_NODE_ALARM = "node_away"
LED: Final = "scanner.led"
_LED_LATELY_SECONDS = 60  # between two turns nobody leads for some seconds


CHECKED: Final = Port[bool]("whether the node is the one we want", False)


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
                    lately.mark(LED, _LED_LATELY_SECONDS)
                    return
                hints.wait(_POLL_SECONDS)


def look(watcher: mempool.Watcher) -> None:
    """Catch up with the tip and look at the mempool once.

    A node that is away raises an alarm, which closes when it is back, and is tried again at the next look.
    """
    client = node.client()
    settings = current_settings()
    try:
        if not CHECKED.get():
            rpc.check_node(client, settings.bitcoin_network, settings.first_scan_height or 0)
            CHECKED.fill(current_app, True)
            with transaction():
                audit.close_alarm(_NODE_ALARM, "chain")
        scanner.catch_up(client, scanner.LISTENERS.get(), settings.first_scan_height)
        watcher.look(client)
    except rpc.NodeFailure as error:
        CHECKED.fill(current_app, False)  # it may come back as another node
        log.warning("node_away", reason=str(error))
        with transaction():
            audit.raise_alarm(_NODE_ALARM, "chain", reason=str(error))
    except service.CursorMoved:
        log.info("another_scanner_was_faster")
    except scanner.ReorgBelowStart as error:
        with transaction():
            audit.raise_alarm("reorganised_below_start", "chain", reason=str(error))
