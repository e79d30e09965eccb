"""What a site has noted as passed on to its players, and what it has not: counted, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext
from flask_login import current_user

from app.catalogue.games import catalogue
from app.catalogue.records import GameRecords
from app.core.ids import parse_id
from app.people.accounts import queries as accounts
from app.people.partners.keys.service import keys_of
from app.people.partners.models import PartnerSite
from app.selling.windows.models import PassedOn
from app.selling.windows.orders.passing import ToPassOn


@dataclass(frozen=True, slots=True)
class RefundsOfGame:
    """What a site has in hand for the players of one game, and has not noted as passed on."""

    records: GameRecords
    open: ToPassOn


def refunds(site: PartnerSite) -> list[RefundsOfGame]:
    """The games with refunds to pass on."""
    return [
        RefundsOfGame(records, found)
        for records in catalogue().records
        if records.payments is not None
        and records.payments.passing is not None
        and (found := records.payments.passing.to_pass_on(site)).count
    ]


def who_noted(site: PartnerSite, notes: Collection[PassedOn | None]) -> Mapping[str, str]:
    """In words who set these notes, by what they call him: people by their mail address, servers by their key."""
    actors = {one.noted_by for one in notes if one is not None}
    people = {actor: found for actor in actors if (found := _id(actor, "user"))}
    emails = accounts.emails_of(people.values())
    is_by_key = any(actor.startswith("key:") for actor in actors)
    names = {f"key:{key.id}": key.name for key, _ in keys_of(site)} if is_by_key else {}
    told = {actor: gettext("key “%(name)s”", name=name) for actor, name in names.items() if actor in actors}
    for actor, user_id in people.items():
        told[actor] = gettext("you") if user_id == current_user.id else emails.get(user_id, "")
    return told


def _id(actor: str, kind: str) -> UUID | None:
    named, _, text = actor.partition(":")
    return parse_id(text) if named == kind else None
