"""All that a slice may hand over to the product. `wiring` lists one of these for each, and knows no details of any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Flask

from app.core.checks import Check
from app.core.config import Check as SettingsCheck
from app.core.config import PartOfSettings
from app.core.jobs.queue import AskedJob, PeriodicJob
from app.core.web.requests import Refuser
from app.core.web.surfaces import Surface
from app.core.wire.described import Described

from .audit.acts import Act
from .audit.approving import ApprovalKind
from .audit.kinds import AlarmKind
from .events.types import EventType
from .ledger.booked import Bookings
from .log.kinds import LogKind
from .notifications.telling.kinds import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One slice. Everything is optional; what it leaves out, nobody offers. A game hands over more: `GameParts`.

    `pages` and `cookieless` are all its routes; forms of the latter are guarded otherwise than by a cookie: by a token
    of their own, by taking only same-origin JSON, by what signs them, or they stand behind the operators' door.
    `endpoints` says on which surface each stands; `translated` are pages of the website that players and doubters read
    and a frame does not have, `drafted` those with words in the drafts of languages too; `selling` make orders,
    `uploads` take so many bytes. `described` are its routes that take no key, as the API's document tells them;
    `refusing` answers errors below an address, where they are not to be the house's problem documents.

    The clock rings `periodic_jobs`; a person asks for `asked_jobs`, once, by their names. `flask audit` runs
    `audit_checks`.

    `event_types`, `alarm_kinds` and `acts` are its words for what happens, for what goes wrong and what operators do
    about it, and for what it writes into the audit log. `approval_kinds` are its decisions that two people make;
    `notice_kinds` what it tells people of. `log_kinds` are the entries that it writes into the public log, `bookings`
    what it moves in the books, in words.

    `settings` are its own, read with all others; `settings_checks` say what is wrong with values of all. `starting` is
    done once with each application, when everybody has what he needs of others and before there is a route.
    """

    pages: tuple[Blueprint, ...] = ()
    cookieless: tuple[Blueprint, ...] = ()
    endpoints: Mapping[Surface, tuple[str, ...]] = field(default_factory=dict)
    translated: tuple[str, ...] = ()
    drafted: tuple[str, ...] = ()
    selling: tuple[str, ...] = ()
    uploads: Mapping[str, int] = field(default_factory=dict)
    described: tuple[Described, ...] = ()
    refusing: Mapping[str, Refuser] = field(default_factory=dict)
    periodic_jobs: tuple[PeriodicJob, ...] = ()
    asked_jobs: Mapping[str, AskedJob] = field(default_factory=dict)
    audit_checks: tuple[Check, ...] = ()
    event_types: tuple[EventType, ...] = ()
    alarm_kinds: tuple[AlarmKind, ...] = ()
    acts: tuple[Act, ...] = ()
    approval_kinds: tuple[ApprovalKind, ...] = ()
    notice_kinds: tuple[NoticeKind, ...] = ()
    log_kinds: tuple[LogKind, ...] = ()
    bookings: Bookings = field(default_factory=dict)
    settings: type[PartOfSettings] | None = None
    settings_checks: tuple[SettingsCheck, ...] = ()
    starting: tuple[Callable[[Flask], None], ...] = ()
