"""Operator commands of messages: `flask messages …`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final
from uuid import UUID

import click
from flask.cli import AppGroup

from app.core import clock
from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.dependencies.breaker import breaker
from app.core.errors import DomainError

from . import jobs, queries, service
from .channels import jobs as channels
from .channels.ways import way_of
from .models import Message

messages = AppGroup("messages", help="Mail, SMS and push to people.")

_CHANNELS: Final = {"mail": "email", "sms": "sms", "push": "push"}
_WORKER_SECONDS: Final = 60
"""A worker that was quicker with the message has an answer by then, or has none in time."""


@messages.command()
@click.option("--channel", type=click.Choice(list(_CHANNELS)), default="sms", show_default=True)
@click.option("--to", required=True, help="A mail address, a phone as +509…, or a device's token.")
def test(channel: str, to: str) -> None:
    """Send one message to try the set-up, and say what became of it. Exits 1 unless it was taken."""
    kept = _CHANNELS[channel]
    if kept != "email" and way_of(kept) is None:
        setting = "SMS_PROVIDER" if kept == "sms" else "FCM_SERVICE_ACCOUNT_FILE"
        raise click.ClickException(f"{channel} is not set up: see {setting} in docs/operations.md")
    try:
        with transaction():
            at = f"{clock.now():%Y-%m-%d %H:%M:%S} UTC"
            message_id = service.send_later(kept, to, "test", "en", moment=at, link=current_settings().base_url)
    except DomainError:
        raise click.ClickException(f"{to} is nothing that {channel} reaches") from None
    _deliver(kept, message_id)
    _tell(channel, message_id)


@messages.command()
def status() -> None:
    """What is set up, and how many messages of each channel are in each state."""
    with transaction():
        counted = queries.counted()
    for name, channel in _CHANNELS.items():
        is_on = channel == "email" or way_of(channel) is not None
        states = [f"{state} {count}" for one, state, count in counted if one == channel]
        silent = ", did not answer in time a moment ago" if breaker(_breaker_of(channel)).is_open else ""
        click.echo(f"{name}: {'set up' if is_on else 'not set up'}{silent}; {', '.join(states) or 'none'}")


def _breaker_of(channel: str) -> str:
    return "mail" if channel == "email" else channel


def _deliver(channel: str, message_id: UUID) -> None:
    """Here, unless a worker was quicker; then until it is done."""
    send: Callable[[Message], bool] = jobs.send if channel == "email" else channels.send
    message = channels.claimed(channel, message_id)
    if message is not None:
        send(message)
        return
    until = time.monotonic() + _WORKER_SECONDS
    while time.monotonic() < until:
        with transaction():
            found = queries.one(message_id)
        if found.state != "due" or found.last_error is not None:
            return
        time.sleep(0.2)


def _tell(channel: str, message_id: UUID) -> None:
    with transaction() as session:
        found = queries.one(message_id)
        session.expunge(found)
    if found.state == "sent":
        click.echo(f"{channel} to {found.recipient}: taken" + (f" as {found.provider_id}" if found.provider_id else ""))
        return
    what = "unknown whether it was taken" if found.handed_at is not None else "not taken"
    then = f"; tried again after {found.not_before:%H:%M:%S} UTC" if found.state == "due" else ""
    raise click.ClickException(f"{channel} to {found.recipient}: {what} ({found.last_error or 'no answer yet'}){then}")
