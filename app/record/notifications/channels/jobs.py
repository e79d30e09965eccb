"""Delivers SMS and push: whatever a provider, a network or a dying worker does, a message is not sent twice blindly.

Before a provider is asked to take a message it is written down that it may have it. While that is not known, whoever
claims the message next asks the provider first, and sends it again only if it was never taken.
"""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

import structlog

from app.core.clock import now
from app.core.database.session import transaction
from app.core.dependencies.breaker import breaker
from app.core.faults import step

from .. import service
from ..models import Message
from ..rendering import render
from ..telling.ports import NOTICES
from .outcomes import Parcel, Refused, Sent, Unknown, Way
from .ways import way_of

log = structlog.get_logger()

_LONGEST_RUN_SECONDS: Final = 20  # the other channel's job waits for the same worker; the rest is for the next ring


def deliver_sms() -> int:
    """Send what is due. Returns how many messages the provider took."""
    return _deliver("sms")


def deliver_push() -> int:
    """The same for push."""
    return _deliver("push")


def _deliver(channel: str) -> int:
    sent, started, way_out = 0, time.monotonic(), breaker(channel)
    while not way_out.is_open and time.monotonic() - started < _LONGEST_RUN_SECONDS:
        message = claimed(channel)
        if message is None:
            break
        sent += send(message)
    return sent


def claimed(channel: str, message_id: UUID | None = None) -> Message | None:
    """The next message, or this one if it is due; its next attempt is set already."""
    with transaction() as session:
        message = service.claim(channel, message_id)
        if message is not None:
            session.expunge(message)
    return message


def send(message: Message) -> bool:
    """One message; whatever goes wrong with it stays its own trouble."""
    try:
        way = way_of(message.channel)
        if way is None:
            _give_back(message, Refused("nobody is set up to carry it"))
            return False
        parcel = _parcel(message)
        if message.handed_at is not None:
            earlier = _asked_for(way, message, parcel)
            if earlier is not None:
                return _keep(message, earlier)
        with transaction():
            if not service.hand_over(message):
                return False
        step("message_handed")
        outcome = way.send(parcel)
        step("message_answered")
        return _keep(message, outcome)
    except Exception as error:
        log.exception("message_not_delivered", message=str(message.id), template=message.template)
        _give_back(message, Unknown(type(error).__name__))
        return False


def _parcel(message: Message) -> Parcel:
    words = render(message.channel, message.template, message.locale, message.params)
    return Parcel(message.id, message.recipient, words.subject, words.text.strip(), message.handed_at or now())


def _asked_for(way: Way, message: Message, parcel: Parcel) -> Sent | Unknown | None:
    """What became of an earlier try; None: it was never taken."""
    found = way.find(parcel)
    if isinstance(found, Unknown):
        return found
    with transaction():
        taken = service.taken_ids(message.channel, found.provider_ids)
    own = [one for one in found.provider_ids if one not in taken]
    return Sent(own[0]) if own else None


def _keep(message: Message, outcome: Sent | Refused | Unknown) -> bool:
    if not isinstance(outcome, Sent):
        _give_back(message, outcome)
        return False
    with transaction():
        service.mark_sent(message.id, forget=True, provider_id=outcome.provider_id)
        if message.meant_for is not None:
            NOTICES.get().arrived(message)
    log.info("message_taken", message=str(message.id), channel=message.channel, provider_id=outcome.provider_id)
    return True


def _give_back(message: Message, outcome: Refused | Unknown) -> None:
    """Refused: it is as if it had never been handed over. Unknown: who claims it next asks first."""
    handed = isinstance(outcome, Unknown)
    log.warning(
        "message_not_taken",
        message=str(message.id),
        channel=message.channel,
        reason=outcome.reason,
        known=not handed,
        attempts=message.attempts,
    )
    for_good = isinstance(outcome, Refused) and outcome.for_good
    wait = outcome.wait if isinstance(outcome, Refused) else None
    with transaction():
        if isinstance(outcome, Refused) and outcome.is_gone and message.meant_for is not None:
            NOTICES.get().has_gone(message)
        service.mark_failed(
            message.id, outcome.reason, attempt=message.attempts, for_good=for_good, handed=handed, wait=wait
        )
