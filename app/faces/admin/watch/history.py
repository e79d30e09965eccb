"""Audit entries and events as operators read them: who did what to what, and why, in a sentence; the record stands
behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.core.database.session import db
from app.core.ids import parse_id
from app.core.text.isolation import isolated
from app.core.web.templating import short_hash
from app.people.accounts import queries as accounts
from app.people.partners import queries as partners
from app.people.partners.models import ApiKey
from app.record.audit.acts import act_of, sentence
from app.record.audit.models import AuditEntry
from app.record.events.models import Event
from app.record.events.service import EVENT_TYPES
from app.webhooks import wording
from app.webhooks.models import WebhookEndpoint

from . import subjects


@dataclass(frozen=True, slots=True)
class Told:
    """One entry for people: `who` `what` `about`, for `why`. `about` is None where the page says it already."""

    entry: AuditEntry
    who: str
    what: str
    about: str | None
    page: str | None
    why: str
    raw: str
    times: int = 1
    """How often in a row it was done alike; `entry` is the newest of them."""


def told(entries: Sequence[AuditEntry], own: str | None = None) -> list[Told]:
    """Entries in sentences, those in a row that say the same as one; `own` is what the whole page is about. So many
    statements, however many entries."""
    each = told_in_places([(entry, None) for entry in entries], own)
    alike = [list(group) for _, group in groupby(each, lambda one: (one.who, one.what, one.about, one.why))]
    return [replace(group[0], times=len(group)) for group in alike]


def told_in_places(found: Sequence[tuple[AuditEntry, int | None]], own: str | None = None) -> list[Told]:
    """The same of entries with their places in the chain."""
    names = _Names.of(
        one for entry, _ in found for one in (entry.actor, entry.subject, *(name for _, name in _others(entry)))
    )
    return [_told(entry, place, own, names) for entry, place in found]


def told_events(found: Sequence[Event]) -> list[tuple[Event, str, str]]:
    """Events, the newest first, each in a sentence by the words of its type's owner, and as it was recorded."""
    types = EVENT_TYPES.get()
    return [
        (
            event,
            wording.sentence(types.get(event.type), event),
            json.dumps({"type": event.type, "payload": event.payload}, ensure_ascii=False, indent=2),
        )
        for event in reversed(found)
    ]


def record(entry: AuditEntry, place: int | None) -> dict[str, Any]:
    """An entry as machines read it."""
    return {
        "place": place,
        "id": str(entry.id),
        "recordedAt": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "detail": entry.detail,
    }


def _told(entry: AuditEntry, place: int | None, own: str | None, names: _Names) -> Told:
    is_apart = entry.subject not in (own, entry.actor)
    return Told(
        entry,
        names.who(entry.actor),
        ", ".join([sentence(entry), *_beside(entry, names)]),
        names.about(entry.subject) if is_apart else None,
        names.page(entry.subject) if is_apart else None,
        "" if act_of(entry.action).reason_is_code else entry.reason,
        json.dumps(record(entry, place), ensure_ascii=False, indent=2),
    )


_OF_TWO: Final = (("about", "of"), ("proposed_by", "proposed by"))
"""What the acts of a proposal say of others, as the audit log names them."""


def _others(entry: AuditEntry) -> list[tuple[str, str]]:
    """Who and what else belongs to what two people decide: words, and a name as the audit log has it."""
    told = [*_OF_TWO] if entry.action.startswith("approval.") else []
    found = [(words, entry.detail.get(name)) for name, words in told]
    if isinstance(second := entry.detail.get("confirmed_by"), str):
        found.append(("confirmed by", f"operator:{second}"))
    return [(words, name) for words, name in found if isinstance(name, str)]


def _beside(entry: AuditEntry, names: _Names) -> list[str]:
    """What any act may say beside what it was: who else, or that there was nobody else."""
    said = [f"{words} {names.either(name)}" for words, name in _others(entry)]
    return [*said, "alone, at the shell of the server"] if entry.detail.get("alone") == "shell" else said


NOBODY: Final[Mapping[str, str]] = {
    "system": "Tiraj",
    "nobody": "Somebody",
    "developer": "A developer",
    "operator:command": "An operator at the command line",
}


@dataclass(frozen=True, slots=True)
class _Names:
    """What people, sites, keys and endpoints of some entries are called."""

    people: Mapping[str, str]
    sites: Mapping[str, str]
    """By `site:…`, `key:…` and `webhook:…`: whose it is."""

    @classmethod
    def of(cls, named: Iterable[str]) -> _Names:
        """Ask once for all of them."""
        ids: dict[str, set[UUID]] = {}
        for one in named:
            kind, _, text = one.partition(":")
            found = parse_id(text)
            if found is not None:
                ids.setdefault(kind, set()).add(found)
        people = accounts.emails_of(ids["user"]) if "user" in ids else {}
        return cls({f"user:{id_}": email for id_, email in people.items()}, _sites(ids))

    def who(self, actor: str) -> str:
        """`operator:ada` is "ada", an account its address."""
        kind, _, name = actor.partition(":")
        if actor in NOBODY or actor in self.people:
            return NOBODY.get(actor) or self.people[actor]
        if kind == "operator":
            return name
        if kind in ("user", "key"):
            return self.about(actor)
        return actor

    def about(self, subject: str) -> str:
        """`site:…` is "Site lucky"; what has no words stays as it is."""
        kind, _, name = subject.partition(":")
        whose = self.sites.get(subject)
        if subject in self.people:
            return self.people[subject]
        if whose is not None:
            words = {"site": "Site %(name)s", "key": "API key of %(name)s", "webhook": "Webhook endpoint of %(name)s"}
            return str(gettext(words[kind], name=whose))
        if kind in _UNNAMED:
            return f"{_UNNAMED[kind]} {short_hash(name, 8, 4)}"
        return subjects.in_words(subject)

    def either(self, name: str) -> str:
        """Somebody, or something."""
        return isolated(self.who(name) if name.startswith(("operator:", "user:")) else self.about(name))

    def page(self, subject: str) -> str | None:
        """The console's page about it."""
        whose = self.sites.get(subject)
        return f"/admin/partners/{whose}" if whose is not None else subjects.place_of(subject)


_UNNAMED: Final[Mapping[str, str]] = {
    "user": "Account",
    "session": "Session",
    "site": "Site",
    "key": "API key",
    "webhook": "Webhook endpoint",
    "coin": "Coin",
}


def _sites(ids: Mapping[str, set[UUID]]) -> dict[str, str]:
    """The names of the sites that these are or belong to."""
    owners = {("site", id_): id_ for id_ in ids.get("site", ())}
    for kind, table in (("key", ApiKey), ("webhook", WebhookEndpoint)):
        if kind in ids:
            query = select(table.id, table.partner_site_id).where(table.id.in_(ids[kind]))
            owners |= {(kind, id_): site_id for id_, site_id in db.session.execute(query)}
    names = partners.names_of(set(owners.values())) if owners else {}
    return {f"{kind}:{id_}": names[site_id] for (kind, id_), site_id in owners.items() if site_id in names}
