"""What a site has noted as passed on to its players, and what it has not: counted, and by whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_login import current_user

from app.catalogue.games import catalogue
from app.catalogue.records import GameRecords
from app.people.partners.keys.makers import in_words
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


def who_noted(notes: Collection[PassedOn | None]) -> Mapping[str, str]:
    """In words who set these notes, by what they call him: people by their mail address, servers by their key."""
    return in_words({one.noted_by for one in notes if one is not None}, current_user.id)
