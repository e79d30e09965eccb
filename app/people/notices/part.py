"""What notices hand over to the product: their JSON, their words in messages, and who keeps them."""

from __future__ import annotations

from typing import Final

from flask import Flask

from app.core.jobs.queue import PeriodicJob
from app.core.web.surfaces import Surface
from app.core.wire.described import Described
from app.core.wire.parameters import Paged
from app.record.audit.acts import Act, count
from app.record.notifications.telling.kinds import words_of
from app.record.part import Part

from . import devices, jobs, news, service
from .wire import api, schemas

_SIGNED_OUT: Final = {401: "not_signed_in"}
_REFUSED: Final = {**_SIGNED_OUT, 403: "origin_refused"}
_TAG: Final = "Playing"

DESCRIBED: Final = (
    Described(
        "notices_api.notices",
        "GET",
        "/api/players/notices",
        _TAG,
        "What one was told, the newest first",
        schemas.Notices,
        query=Paged,
        by_session=True,
        refusals={**_SIGNED_OUT, 422: "cursor_unknown"},
    ),
    Described(
        "notices_api.read",
        "POST",
        "/api/players/notices/read",
        _TAG,
        "Mark notices as read: some, or all up to one",
        schemas.Unread,
        body=schemas.NoticesRead,
        by_session=True,
        refusals={**_REFUSED, 422: "ids_or_up_to_needed"},
    ),
    Described(
        "notices_api.all_devices",
        "GET",
        "/api/players/devices",
        _TAG,
        "The devices that push reaches",
        schemas.Devices,
        by_session=True,
        refusals=_SIGNED_OUT,
    ),
    Described(
        "notices_api.register",
        "POST",
        "/api/players/devices",
        _TAG,
        "Let push reach a device: its token is this account's alone from then on",
        schemas.DeviceRecord,
        body=schemas.DeviceWanted,
        status=201,
        by_session=True,
        refusals=_REFUSED,
    ),
    Described(
        "notices_api.drop",
        "DELETE",
        "/api/players/devices/{device_id}",
        _TAG,
        "Take a device off",
        None,
        status=204,
        by_session=True,
        refusals={**_REFUSED, 404: "not_found"},
    ),
)


class Keeper:
    """Who keeps notices, as every slice may ask."""

    tell = staticmethod(service.tell)
    is_wanted = staticmethod(service.is_wanted)
    arrived = staticmethod(devices.arrived)
    has_gone = staticmethod(devices.has_gone)


def _words(app: Flask) -> None:
    app.jinja_env.globals["notice_words"] = words_of


PART: Final = Part(
    cookieless=(api.bp,),
    endpoints={Surface.API: api.ENDPOINTS},
    described=DESCRIBED,
    periodic_jobs=(PeriodicJob("notices.purge", jobs.purge, 3600),),
    acts=(Act("notices.news_sent", "sent news", (count("people", "person", "people"),)),),
    notice_kinds=news.KINDS,
    starting=(_words,),
)
