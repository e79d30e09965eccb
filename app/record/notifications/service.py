"""Messages to people: written with the fact they tell of, sent afterwards, at least once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, CursorResult, delete, func, insert, select, true, update

from app.core import clock
from app.core.database.session import TO_CHANGE, after_commit, db, in_transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.jobs.queue import ring_by_name
from app.core.sealing.columns import sealed

from .channels import phones
from .models import Message
from .telling.ports import NOTICES

JOBS: Final = {"email": "mail", "sms": "messages.sms", "push": "messages.push"}
"""Every channel, and the job that delivers it: none waits for another."""
MOST_ATTEMPTS: Final = 12  # with the delays below: given up after about a day

KEPT_FOR: Final = timedelta(days=30)  # what was sent or given up; whoever asks where a mail is asks sooner

_ONE_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,4096}")
_LONGEST_ADDRESS: Final = 254  # RFC 5321, 4.5.3.1.3
# One address and nothing else: no space, control character, list or display name, so that no header can be forged.
_ONE_ADDRESS: Final = re.compile(r"[^\s\x00-\x1f\x7f,;:<>()\[\]\\\"@]+@[^\s\x00-\x1f\x7f,;:<>()\[\]\\\"@]+")
_FIRST_DELAY: Final = timedelta(minutes=1)
_SOON: Final = timedelta(seconds=5)
"""The first delay of what is good for minutes only, once somebody has said that it was not taken."""
_LONGEST_DELAY: Final = timedelta(hours=4)


def send_later(
    channel: str,
    recipient: str,
    template: str,
    locale: str,
    *,
    good_for: timedelta | None = None,
    meant_for: UUID | None = None,
    **params: Any,
) -> UUID:
    """Write a message into the caller's transaction and ring for its delivery once that has committed.

    `template` names templates/<channel>/<template>.txt (and .html); `params` are its variables and must be JSON.
    `good_for`: it is tried again within seconds, and no more once so much time has passed, as a code that has expired.
    `meant_for`: the person whose notice it is; before it leaves, who keeps notices is asked.

    Raises:
        DomainError: `recipient_invalid`.
        ValueError: an unknown channel.
        jinja2.TemplateNotFound: there is no such template.
    """
    if channel not in JOBS:
        raise ValueError(f"no transport for {channel!r}")
    recipient = _RECIPIENTS[channel](recipient)
    current_app.jinja_env.get_template(f"{channel}/{template}.txt")
    message_id = new_id()
    row: dict[str, Any] = {"id": message_id, "channel": channel, "template": template, "locale": locale}
    row |= {"good_until": None if good_for is None else func.clock_timestamp() + good_for, "meant_for": meant_for}
    db.session.execute(insert(Message).values(row | sealed(Message, message_id, recipient=recipient, params=params)))
    if in_transaction():
        after_commit(lambda: ring_by_name(JOBS[channel]))
    return message_id


def _mail_address(text: str) -> str:
    if len(text) > _LONGEST_ADDRESS or not _ONE_ADDRESS.fullmatch(text):
        raise DomainError("recipient_invalid", field="email")
    return text


def is_token(text: str) -> bool:
    """Whether this can be a device's token."""
    return _ONE_TOKEN.fullmatch(text) is not None


def _device(text: str) -> str:
    if not is_token(text):
        raise DomainError("recipient_invalid", field="token")
    return text


_RECIPIENTS: Final[Mapping[str, Callable[[str], str]]] = {
    "email": _mail_address,
    "sms": phones.for_sms,
    "push": _device,
}


def claim(channel: str, message_id: UUID | None = None) -> Message | None:
    """The channel's message that has been due longest, or this one if it is due; one that may not leave is withheld.

    Its next attempt is set already: whoever dies now has lost nothing.
    The delay doubles with each attempt and is longer than a transport takes to give up.
    """
    _lay_aside(channel)
    while (message := _next(channel, message_id)) is not None:
        if _may_leave(message):
            break
    return message


def _next(channel: str, message_id: UUID | None) -> Message | None:
    due = (
        select(Message.id)
        .where(Message.state == "due", Message.channel == channel, Message.not_before <= func.now(), _is_good())
        .where(Message.id == message_id if message_id else true())
        .order_by(Message.not_before)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    delay = func.least(_FIRST_DELAY * func.power(2, func.least(Message.attempts, 20)), _LONGEST_DELAY)
    return db.session.scalar(
        update(Message)
        .where(Message.id == due.scalar_subquery())
        .values(attempts=Message.attempts + 1, not_before=func.now() + delay)
        .returning(Message)
        .execution_options(synchronize_session=False)
    )


def _may_leave(message: Message) -> bool:
    """Whether who keeps notices lets it; if not, nobody sends it any more, and what was written in it is forgotten."""
    if message.meant_for is None or NOTICES.get().is_wanted(message):
        return True
    withheld = update(Message).where(Message.id == message.id, Message.state == "due")
    db.session.execute(
        withheld.values(state="withheld", params_sealed=None, handed_at=None),
        execution_options={"synchronize_session": False},
    )
    return False


def hand_over(message: Message) -> bool:
    """Write down that a provider may have it from now on; False if it is late, claimed again or withheld meanwhile."""
    found = db.session.scalar(
        update(Message)
        .where(Message.id == message.id, Message.state == "due", Message.attempts == message.attempts, _is_good())
        .values(handed_at=func.now())
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return found is not None and _may_leave(message)


def taken_ids(channel: str, provider_ids: Sequence[str]) -> set[str]:
    """Which of these are known as other messages of ours."""
    query = select(Message.provider_id).where(Message.channel == channel, Message.provider_id.in_(provider_ids))
    return {found for found in db.session.scalars(query) if found is not None}


def mark_sent(message_id: UUID, *, forget: bool, provider_id: str | None = None) -> None:
    """The transport took it. `forget` drops what was written in it: a sign-in link is not kept longer than needed."""
    forgotten: dict[str, Any] = {"params_sealed": None} if forget else {}
    db.session.execute(
        update(Message)
        .where(Message.id == message_id, Message.state == "due")
        .values(state="sent", sent_at=func.now(), last_error=None, provider_id=provider_id, **forgotten)
    )


def mark_failed(
    message_id: UUID, error: str, *, attempt: int, for_good: bool, handed: bool = False, wait: int | None = None
) -> None:
    """The transport refused. It stays due unless the refusal is final or this was the last attempt.

    `attempt`: which one it was; if there has been another since, that one has the say.

    `handed`: it may have been taken all the same; who tries again asks first. `wait`: not for so many seconds.
    """
    message = db.session.get(Message, message_id, with_for_update=TO_CHANGE, populate_existing=True)
    if message is None or message.state != "due" or message.attempts != attempt:
        return
    message.last_error = error
    if not handed:
        message.handed_at = None
    if message.good_until is not None and not for_good:
        message.not_before = clock.now() + _SOON * 2 ** (message.attempts - 1)
    if wait is not None:
        message.not_before = max(message.not_before, clock.now() + min(timedelta(seconds=wait), _LONGEST_DELAY))
    if for_good or message.attempts >= MOST_ATTEMPTS:
        message.state = "failed"
        message.params_sealed = None
    db.session.flush()


def _is_good() -> ColumnElement[bool]:
    return Message.good_until.is_(None) | (Message.good_until > func.clock_timestamp())


def _lay_aside(channel: str) -> None:
    """What is late is sent no more, and what was written in it is forgotten. Its row stays as long as others' do."""
    late = update(Message).where(Message.state == "due", Message.channel == channel, ~_is_good())
    db.session.execute(late.values(state="late", params_sealed=None).execution_options(synchronize_session=False))


def purge() -> int:
    """Delete what was sent or given up long ago; how many. Repeats safely."""
    old = delete(Message).where(
        Message.state != "due", func.coalesce(Message.sent_at, Message.not_before) < func.now() - KEPT_FOR
    )
    result = db.session.execute(old)
    return result.rowcount if isinstance(result, CursorResult) else 0
