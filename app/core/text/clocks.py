"""By which clock a moment is told to somebody whose money it is about: that of the place where its currency is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Place:
    """A clock, and how a time by it is written."""

    zone: ZoneInfo
    words: LazyString


PLACES: Final[Mapping[str, Place]] = {
    "PHP": Place(ZoneInfo("Asia/Manila"), _l("%(time)s Manila")),
    "HTG": Place(ZoneInfo("America/Port-au-Prince"), _l("%(time)s Haiti")),
}
"""By currency; one that is used in many places has none, and its moments are told in UTC."""


def minutes_ahead(moment: datetime, currency: str) -> int:
    """How far a currency's clock is ahead of UTC at a moment, in minutes; below zero where it is behind."""
    place = PLACES.get(currency)
    ahead = moment.astimezone(place.zone).utcoffset() if place is not None else None
    return (ahead or timedelta()) // timedelta(minutes=1)
