"""Operator commands of the chain: `flask chain …`."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

import click
import psycopg
import structlog
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app.core.config import current_settings
from app.core.database.session import db, transaction

from . import jobs, queries
from .deposits import service as deposits
from .node import client as node
from .node import rpc
from .scan import mempool

chain = AppGroup("chain", help="Follow the chain; the house's reserve.")

_FOR_EVER = 10.0**9
_STAND_BY_SECONDS = 2.0

log = structlog.get_logger()

Result = TypeVar("Result")


@chain.command()
@click.option("--once", is_flag=True, help="Catch up with the tip, look at the mempool, and stop.")
def scan(once: bool) -> None:
    """Follow the chain without the queue, until SIGTERM; stand by while another process leads."""
    stopping = Stopping()
    if once:
        jobs.look(mempool.Watcher())
        return
    while not stopping():
        outlast_database(lambda: jobs.scan(stop=stopping, seconds=_FOR_EVER))
        stopping.pause(_STAND_BY_SECONDS)


@chain.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(as_json: bool) -> None:
    """Ask the node who it is; exit 1 if it is not the one the settings mean."""
    settings = current_settings()
    try:
        rpc.check_node(node.client(), settings.bitcoin_network, settings.first_scan_height or 0)
        height, hash_hex = rpc.tip(node.client())
    except rpc.NodeFailure as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(1)
    with transaction():
        scanned = queries.tip_height()
    if as_json:
        click.echo(json.dumps({"nodeHeight": height, "nodeHash": hash_hex, "scannedHeight": scanned}))
        return
    click.echo(f"node at {height} ({hash_hex}), scanned to {scanned}")


@chain.command("reserve-address")
def reserve_address() -> None:
    """Make the next address of the house's reserve; coins sent to it back the jackpots."""
    with transaction():
        address = deposits.new_reserve_address().address
    click.echo(address)


def outlast_database(work: Callable[[], Result]) -> Result | None:
    """Do some work that may be begun again at any time; None if the database went away meanwhile."""
    try:
        return work()
    except (DBAPIError, psycopg.OperationalError) as error:
        log.error("database_away", error=type(error).__name__)
        return None
    finally:
        db.let_go()


class Stopping:
    """Whether SIGTERM or SIGINT has come."""

    def __init__(self) -> None:
        self._stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def __call__(self) -> bool:
        return self._stopped

    def pause(self, seconds: float) -> None:
        """Wait, but no longer than until the signal."""
        deadline = time.monotonic() + seconds
        while not self._stopped and time.monotonic() < deadline:
            time.sleep(0.1)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True
