"""A notice on its way out of the house: a message for each way that leads to its reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.core.config import current_settings
from app.core.errors import DomainError
from app.record.notifications.channels.ways import way_of
from app.record.notifications.service import send_later
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.places import Place

from . import devices
from .queries import Addressee

NOTICE: Final = "notice"
MARKETING: Final = "marketing"
"""Templates of messages: the second is withheld from who has begun a break since."""

_CHANNELS: Final[Mapping[Place, str]] = {"mail": "email", "sms": "sms", "push": "push"}


def send(place: Place, addressee: Addressee, kind: NoticeKind, params: Mapping[str, Any]) -> None:
    """Write what is sent of a notice; nothing where it is read here, where nobody carries it, or nobody is reached."""
    channel = _CHANNELS.get(place)
    if channel is None or (channel != "email" and way_of(channel) is None):
        return
    base_url = current_settings().base_url
    given: dict[str, Any] = {
        "kind": kind.name,
        "told": dict(params),
        "link": base_url + kind.page(params),
        "choices": f"{base_url}/play/notices/choices",
    }
    for recipient in _recipients(place, addressee):
        try:
            send_later(
                channel,
                recipient,
                MARKETING if kind.is_marketing else NOTICE,
                addressee.locale,
                meant_for=addressee.user_id,
                **given,
            )
        except DomainError:
            continue  # a phone that cannot get SMS: what is told of stands all the same


def _recipients(place: Place, addressee: Addressee) -> list[str]:
    if place == "push":
        return devices.tokens_of(addressee.user_id)
    found = addressee.email if place == "mail" else addressee.phone
    return [found] if found else []
