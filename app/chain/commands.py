"""Operator commands of the chain: `flask chain …`."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup

from app.core.db import transaction

from . import deposits, jobs, mempool, node, queries, rpc

chain = AppGroup("chain", help="Follow the chain; the house's reserve.")

_FOR_EVER = 10.0**9


@chain.command()
@click.option("--once", is_flag=True, help="Catch up with the tip, look at the mempool, and stop.")
def scan(once: bool) -> None:
    """Follow the chain without the queue, until SIGTERM."""
    stopping = Stopping()
    if once:
        jobs.look(mempool.Watcher())
    else:
        jobs.scan(stop=stopping, seconds=_FOR_EVER)


@chain.command()
def check() -> None:
    """Ask the node who it is; exit 1 if it is not the one the settings mean."""
    settings = current_app.config["SETTINGS"]
    try:
        rpc.check_node(node.client(), settings.bitcoin_network, settings.first_scan_height or 0)
        height, hash_hex = rpc.tip(node.client())
    except rpc.NodeFailure as error:
        click.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(1)
    with transaction():
        scanned = queries.tip_height()
    click.echo(f"node at {height} ({hash_hex}), scanned to {scanned}")


@chain.command("reserve-address")
def reserve_address() -> None:
    """Make the next address of the house's reserve; coins sent to it back the jackpots."""
    with transaction():
        address = deposits.new_reserve_address().address
    click.echo(address)


class Stopping:
    """Whether SIGTERM or SIGINT has come."""

    def __init__(self) -> None:
        self._stopped = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def __call__(self) -> bool:
        return self._stopped

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopped = True
