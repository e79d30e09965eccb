"""Who made a key, and who else did something at a site, as its people call them: people by mail, servers by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.core.database.session import db
from app.core.ids import parse_id
from app.people.accounts import queries as accounts
from app.people.partners.models import ApiKey
from app.record.audit import queries as audit


def makers_of(keys: Collection[ApiKey], reader: UUID) -> Mapping[UUID, str]:
    """Who made each of these keys, in words for somebody of the site; those of nobody who has a name are left out."""
    actors = audit.actors_of("key.issued", [f"key:{key.id}" for key in keys])
    called = in_words(set(actors.values()), reader)
    found = {key.id: called.get(actors.get(f"key:{key.id}", "")) for key in keys}
    return {key_id: words for key_id, words in found.items() if words}


def in_words(actors: Collection[str], reader: UUID) -> Mapping[str, str]:
    """What somebody of the site, the `reader`, calls each of these actors; "" for who has no name there."""
    return {actor: _word(actor, name, reader) for actor, name in names_of(actors).items()}


def names_of(actors: Collection[str]) -> Mapping[str, str]:
    """The name of each of these actors, in no language: mail addresses of people, names of keys; "" for all others."""
    people, keys = _ids(actors, "user"), _ids(actors, "key")
    emails = accounts.emails_of(people.values()) if people else {}
    titles = _titles(keys.values()) if keys else {}
    named = {actor: emails.get(user_id, "") for actor, user_id in people.items()}
    return {**dict.fromkeys(actors, ""), **named, **{actor: titles.get(key_id, "") for actor, key_id in keys.items()}}


def _word(actor: str, name: str, reader: UUID) -> str:
    if actor == f"user:{reader}":
        return str(gettext("you"))
    if actor.startswith("operator:"):
        return str(gettext("our operators"))
    return str(gettext("key “%(name)s”", name=name)) if name and actor.startswith("key:") else name


def _titles(key_ids: Collection[UUID]) -> dict[UUID, str]:
    rows = db.session.execute(select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(key_ids)))
    return {row.id: row.name for row in rows}


def _ids(actors: Collection[str], kind: str) -> dict[str, UUID]:
    """Of the actors of this kind, the ids; those whose id is none are left out."""
    named = {actor: parse_id(actor.partition(":")[2]) for actor in actors if actor.startswith(f"{kind}:")}
    return {actor: found for actor, found in named.items() if found is not None}
