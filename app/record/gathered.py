"""What all parts have together: the tables that the application is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from flask import Blueprint

from app.core.checks import Check
from app.core.config import Check as SettingsCheck
from app.core.config import PartOfSettings, Settings
from app.core.jobs.queue import AskedJob, PeriodicJob
from app.core.web.requests import Refuser
from app.core.web.surfaces import Surface

from .audit.acts import Act
from .audit.approving import ApprovalKind
from .audit.kinds import AlarmKind
from .events.types import EventType
from .ledger.booked import Bookings
from .log.kinds import LogKind
from .notifications.telling.kinds import NoticeKind
from .part import Part

FoundT = TypeVar("FoundT")


class Gathered:
    """These parts as one; each table in their order."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts

    def _all(self, found: Callable[[Part], Iterable[FoundT]]) -> tuple[FoundT, ...]:
        """What every part has of something, in a row."""
        return tuple(one for part in self.parts for one in found(part))

    @property
    def _parts_of_settings(self) -> list[type[PartOfSettings]]:
        return [part.settings for part in self.parts if part.settings is not None]

    @property
    def settings(self) -> type[Settings]:
        """The settings, those of slices and games among them."""
        return Settings.with_parts(self._parts_of_settings)

    @property
    def settings_checks(self) -> list[SettingsCheck]:
        """What slices and games say of values."""
        return [*(one.problems for one in self._parts_of_settings), *self._all(lambda part: part.settings_checks)]

    @property
    def blueprints(self) -> tuple[Blueprint, ...]:
        """Every route there is."""
        return self._all(lambda part: (*part.pages, *part.cookieless))

    @property
    def without_csrf_cookie(self) -> tuple[Blueprint, ...]:
        """Blueprints whose forms are guarded otherwise."""
        return self._all(lambda part: part.cookieless)

    @cached_property
    def surfaces(self) -> Mapping[str, Surface]:
        """On which surface each endpoint stands."""
        return {
            endpoint: surface
            for part in self.parts
            for surface, endpoints in part.endpoints.items()
            for endpoint in endpoints
        }

    @property
    def translated_endpoints(self) -> frozenset[str]:
        """Pages for players and doubters beside those that a frame has too; all others of the website are English."""
        return frozenset(self._all(lambda part: part.translated))

    @property
    def drafted_endpoints(self) -> frozenset[str]:
        """Pages that have words in the drafts of languages too."""
        return frozenset(self._all(lambda part: part.drafted))

    @property
    def selling_endpoints(self) -> frozenset[str]:
        """What makes orders."""
        return frozenset(self._all(lambda part: part.selling))

    @property
    def uploads(self) -> Mapping[str, int]:
        """What takes larger bodies than others."""
        return dict(self._all(lambda part: part.uploads.items()))

    @property
    def refusing(self) -> Mapping[str, Refuser]:
        """Who answers errors below an address of its own."""
        return dict(self._all(lambda part: part.refusing.items()))

    @property
    def periodic_jobs(self) -> tuple[PeriodicJob, ...]:
        """What the clock rings."""
        return self._all(lambda part: part.periodic_jobs)

    @property
    def asked_jobs(self) -> Mapping[str, AskedJob]:
        """What a person asks for, once."""
        return dict(self._all(lambda part: part.asked_jobs.items()))

    @property
    def audit_checks(self) -> tuple[Check, ...]:
        """What `flask audit` asks."""
        return self._all(lambda part: part.audit_checks)

    @property
    def event_types(self) -> tuple[EventType, ...]:
        """The catalogue of events."""
        return self._all(lambda part: part.event_types)

    @property
    def alarm_kinds(self) -> tuple[AlarmKind, ...]:
        """Every kind of alarms, with what to do about it."""
        return self._all(lambda part: part.alarm_kinds)

    @property
    def acts(self) -> tuple[Act, ...]:
        """What the audit log is told of, in words."""
        return self._all(lambda part: part.acts)

    @property
    def approval_kinds(self) -> tuple[ApprovalKind, ...]:
        """What two people decide."""
        return self._all(lambda part: part.approval_kinds)

    @property
    def notice_kinds(self) -> tuple[NoticeKind, ...]:
        """What people are told of."""
        return self._all(lambda part: part.notice_kinds)

    @property
    def log_kinds(self) -> tuple[LogKind, ...]:
        """What the public log tells: first what the highest parts sell, last what the record writes of all."""
        return tuple(one for part in reversed(self.parts) for one in part.log_kinds)

    @property
    def bookings(self) -> Bookings:
        """What moves in the books, in words."""
        return dict(self._all(lambda part: part.bookings.items()))
