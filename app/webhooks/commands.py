"""Operator commands of webhooks: `flask webhooks …`."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import click
import structlog
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from app.core.database.session import db

from . import jobs

webhooks = AppGroup("webhooks", help="Events told to partners' servers.")
log = structlog.get_logger()

_FOR_EVER = 10.0**9
_PAUSE_SECONDS = 2.0


@webhooks.command()
@click.option("--once", is_flag=True, help="Send what is due now, and stop.")
def deliver(once: bool) -> None:
    """Deliver webhooks without the queue, until SIGTERM."""
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if once:
        click.echo(f"sent {jobs.deliver(stopped.is_set, 0)}")
        return
    while not stopped.is_set():
        try:
            jobs.deliver(stopped.is_set, _FOR_EVER)
        except DBAPIError as error:
            log.error("database_away", error=type(error).__name__)
        finally:
            db.let_go()
        stopped.wait(_PAUSE_SECONDS)
