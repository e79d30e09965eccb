"""Delivers mail. Claim in one transaction, send outside any, mark in another: at least once, whoever dies."""

from __future__ import annotations

import time
from typing import Final

import structlog

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.dependencies.breaker import breaker
from app.core.faults import step

from . import service
from .models import Message
from .rendering import render
from .transports import Refused, transport_for

log = structlog.get_logger()

_LONGEST_RUN_SECONDS: Final = 120  # the rest is for the next ring; a job's own time limit is never reached


def deliver() -> int:
    """Send the mail that is due. Returns how many messages the transport took.

    A mail server that stands still is waited for once: seals wait for the same worker.
    """
    sent, started, way_out = 0, time.monotonic(), breaker("mail")
    while not way_out.is_open and time.monotonic() - started < _LONGEST_RUN_SECONDS:
        with transaction() as session:
            message = service.claim("email")
            if message is not None:
                session.expunge(message)
        if message is None:
            break
        step("mail_claimed")
        sent += send(message)
    return sent


def purge() -> int:
    """Remove messages that have long been sent, or given up, and whom they went to. Returns how many."""
    with transaction():
        return service.purge()


def send(message: Message) -> bool:
    """One message; whatever goes wrong with it stays its own trouble."""
    settings = current_settings()
    try:
        rendered = render(message.channel, message.template, message.locale, message.params)
        transport_for(settings)(settings, message.id, message.recipient, rendered)
    except Refused as refusal:
        _give_back(message, refusal.reason, for_good=refusal.for_good)
        return False
    except Exception as error:
        log.exception("message_not_rendered", message=str(message.id), template=message.template)
        _give_back(message, type(error).__name__, for_good=False)
        return False
    step("mail_sent")
    with transaction():
        service.mark_sent(message.id, forget=settings.mail_transport != "mailbox")
    return True


def _give_back(message: Message, reason: str, *, for_good: bool) -> None:
    log.warning("message_not_sent", message=str(message.id), reason=reason, attempts=message.attempts)
    with transaction():
        service.mark_failed(message.id, reason, attempt=message.attempts, for_good=for_good)
