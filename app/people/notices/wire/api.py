"""JSON of notices and devices, for whoever is signed in: a session opens it, a site's API key does not."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_id
from app.core.wire.error_messages import add_messages
from app.core.wire.http import json_response, read_json, read_query
from app.core.wire.paging import cut, place_of
from app.core.wire.parameters import Paged
from app.people.accounts.login.json_door import require_session

from .. import devices, queries, service
from ..messages import MESSAGES
from ..models import Device
from .schemas import DeviceRecord, Devices, DeviceWanted, NoticeRecord, Notices, NoticesRead, Unread

bp = Blueprint("notices_api", __name__, url_prefix="/api/players")
_VIEWS: Final = ("notices", "read", "all_devices", "register", "drop")
ENDPOINTS: Final = tuple(f"notices_api.{name}" for name in _VIEWS)


@bp.record_once
def _assemble(state: BlueprintSetupState) -> None:
    add_messages(MESSAGES)


@bp.get("/notices")
def notices() -> Response:
    """A page of one's notices, in the language of one's account."""
    person = require_session()
    wanted = read_query(Paged)
    before = place_of(wanted.cursor, parse_id)
    with force_locale(person.locale):
        found = queries.page_of(person.id, wanted.limit + 1, before)
    shown, after = cut(found, wanted.limit, lambda one: one.id)
    records = [
        NoticeRecord(
            id=one.id,
            kind=one.kind,
            title=one.words.title,
            text=one.words.text,
            path=one.words.path,
            at=one.at,
            is_read=one.is_read,
        )
        for one in shown
    ]
    return json_response(Notices(notices=records, unread=queries.unread(person.id), next=after))


@bp.post("/notices/read")
def read() -> Response:
    """Mark some as read, or all up to one."""
    person = require_session()
    wanted = read_json(NoticesRead)
    if (wanted.ids is None) is (wanted.up_to is None):
        raise DomainError("ids_or_up_to_needed")
    with transaction():
        if wanted.up_to is not None:
            service.read_up_to(person.id, UUID(wanted.up_to))
        else:
            service.read(person.id, [UUID(one) for one in wanted.ids or ()])
        left = queries.unread(person.id)
    return json_response(Unread(unread=left))


@bp.get("/devices")
def all_devices() -> Response:
    """The devices that push reaches."""
    person = require_session()
    return json_response(Devices(devices=[_record(one) for one in devices.of_user(person.id)]))


@bp.post("/devices")
def register() -> Response:
    """Let push reach a device, as often as its application starts."""
    person = require_session()
    wanted = read_json(DeviceWanted)
    with transaction():
        device_id = devices.register(person.id, wanted.token, wanted.platform)
        record = _record(next(one for one in devices.of_user(person.id) if one.id == device_id))
    return json_response(record, 201)


@bp.delete("/devices/<device_id>")
def drop(device_id: str) -> Response:
    """Take a device off."""
    person = require_session()
    found = parse_id(device_id)
    if found is None:
        raise NotFound
    with transaction():
        devices.drop(person.id, found)
    return Response(status=204)


def _record(device: Device) -> DeviceRecord:
    return DeviceRecord.model_validate(
        {
            "id": device.id,
            "platform": device.platform,
            "registered_at": device.registered_at,
            "last_ok_at": device.last_ok_at,
        }
    )
