"""Operator commands about people who leave, of the group `flask people`."""

from __future__ import annotations

import json
from typing import Final

import click

from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.people.players.operating.commands import person_argument, reason_in, user_named

from . import erasure
from .export import export


@click.command("export")
@person_argument
def export_person(person: str) -> None:
    """All that is kept of PERSON, as JSON, for whoever asks us for it in writing."""
    with transaction():
        told = export(user_named(person))
    click.echo(json.dumps(told, indent=2, default=str, ensure_ascii=False))


@click.command("erase")
@person_argument
@operator_option
@reason_option
@click.confirmation_option(prompt="What says who this is will be gone for good. Go on?")
def erase_person(person: str, operator: str, reason: str) -> None:
    """Erase what says who PERSON is; what happened stays, under an id that leads to nobody."""
    try:
        with transaction():
            erasure.erase(user_named(person), actor=f"operator:{operator}", reason=reason_in(reason))
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo("erased")


OF_LEAVING: Final = (export_person, erase_person)
