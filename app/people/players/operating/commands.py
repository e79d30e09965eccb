"""Operator commands about people who play, of the group `flask people`."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

import click

from app.core.database.session import transaction
from app.core.deciding import LONGEST_REASON, operator_option, reason_option
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.text.names import words
from app.core.wire.error_messages import message_for
from app.people.accounts.passwords import queries as passwords_of
from app.people.accounts.passwords import service as passwords
from app.people.players import queries
from app.people.players.matches import queries as matching
from app.people.players.matches.rules import Match
from app.people.players.profile import queries as profiles
from app.people.players.verification import queries as verification

from . import blocking, finding

person_argument = click.argument("person")


@click.command("show")
@person_argument
def show(person: str) -> None:
    """Who PERSON is (a mail address, a phone number or an id), as JSON. Documents are seen in the console alone."""
    with transaction():
        user_id = user_named(person)
        told = _told(user_id)
    click.echo(json.dumps(told, indent=2, default=str, ensure_ascii=False))


@click.command("block")
@person_argument
@operator_option
@reason_option
def block(person: str, operator: str, reason: str) -> None:
    """Shut PERSON out: nothing that costs money is possible, nor under another address with the same name and date."""
    with transaction():
        _refusing(lambda user_id: blocking.block(user_id, reason_in(reason), actor=f"operator:{operator}"), person)
    click.echo("shut out")


@click.command("unblock")
@person_argument
@operator_option
@reason_option
def unblock(person: str, operator: str, reason: str) -> None:
    """Let PERSON in again; an exclusion of their own goes on."""
    with transaction():
        _refusing(lambda user_id: blocking.unblock(user_id, reason_in(reason), actor=f"operator:{operator}"), person)
    click.echo("let in")


@click.command("remove-password")
@person_argument
@operator_option
@reason_option
def remove_password(person: str, operator: str, reason: str) -> None:
    """Take PERSON's password away, where somebody else knows it: all their sessions end, and they are told. They come
    in by a code or a link, and set another one."""
    with transaction():
        is_removed = passwords.remove(user_named(person), actor=f"operator:{operator}", reason=reason_in(reason))
    if not is_removed:
        raise click.ClickException("this person has no password")
    click.echo("removed")


OF_PEOPLE: Final = (show, block, unblock, remove_password)


def user_named(person: str) -> UUID:
    """Whom a command means. Raises ClickException."""
    named = parse_id(person)
    user_id = named if named is not None and finding.exists(named) else finding.find(person)
    if user_id is None:
        raise click.ClickException("nobody has this address, number or id")
    return user_id


def _refusing(deed: Any, person: str) -> None:
    try:
        deed(user_named(person))
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None


def reason_in(reason: str) -> str:
    """A reason as it is kept. Raises ClickException."""
    found = words(reason, LONGEST_REASON)
    if not found:
        raise click.ClickException("--reason: say why, in words that can be read")
    return found


def _told(user_id: UUID) -> dict[str, Any]:
    profile, breaks, block = profiles.profile_of(user_id), queries.breaks_of(user_id), profiles.block_of(user_id)
    standing = verification.verification_of(user_id)
    return {
        "id": user_id,
        "isRegistered": profile.is_registered,
        "email": profile.email,
        "phone": profile.phone,
        "passwordSetAt": passwords_of.set_at(user_id),
        "name": profile.name,
        "dateOfBirth": profile.born,
        "jurisdiction": profile.jurisdiction,
        "currency": profile.currency,
        "registeredAt": profile.registered_at,
        "verification": standing.state,
        "verificationReason": standing.reason or None,
        "documents": len(verification.documents_of(user_id)),
        "isHeld": matching.is_held(user_id),
        "matches": [_match(one) for one in matching.matches_of(user_id)],
        "excludedUntil": breaks.excluded_until,
        "timedOutUntil": breaks.timeout_until,
        "blocked": block.reason if block else None,
    }


def _match(one: Match) -> dict[str, Any]:
    return {
        "id": one.user_id,
        "marks": sorted(one.kinds),
        "isVerified": one.is_verified,
        "keptOut": one.reason,
        "since": one.since,
        "until": one.until,
        "isSamePerson": one.ruling.is_same if one.ruling is not None else None,
    }
