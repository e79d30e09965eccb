"""Who may use the console: `flask operators …`. A password is asked for, never taken from a command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from argon2 import PasswordHasher

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option, shell_user_option
from app.core.errors import DomainError
from app.core.operators import is_name
from app.people.accounts import queries as accounts
from app.record.audit.service import note

from . import queries, service
from .rules import MODULES, SHORTEST_PASSWORD

P = ParamSpec("P")

new_password = click.password_option(
    help="Asked for if it is not given; what is typed on a command line stays in its history."
)
privileges_argument = click.argument("privileges", nargs=-1, type=click.Choice(MODULES))


def hash_of(password: str) -> str:
    """The argon2id hash of a new password. Raises UsageError: it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"use at least {SHORTEST_PASSWORD} characters")
    return PasswordHasher().hash(password)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A refusal becomes its code and exit 1."""

    @wraps(command)
    def guarding(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(error.code) from None

    return guarding


def _name(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    if not is_name(text):
        raise click.BadParameter("letters, digits and . _ @ - only, at most 64")
    return text


who_argument = click.argument("name", callback=_name)


@click.command("hash")
@new_password
def hash_password(password: str) -> None:
    """Print the argon2id hash of a password, for OPERATOR_PASSWORD_HASH or OPERATORS."""
    click.echo(hash_of(password))


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_operators(as_json: bool) -> None:
    """Name the operators, whose password lets them in, and what they may."""
    with transaction():
        found = queries.everybody()
    if as_json:
        told = [
            {
                "name": one.name,
                "password": one.way,
                "disabled": one.is_disabled,
                "privileges": list(one.privileges),
                "sessions": one.sessions,
            }
            for one in found
        ]
        click.echo(json.dumps({"operators": [one.name for one in found], "told": told}))
        return
    for one in found:
        may = "everything" if set(one.privileges) == set(MODULES) else ", ".join(one.privileges) or "nothing"
        state = (
            "disabled"
            if one.is_disabled
            else {"own": "", "settings": "by the settings", "none": "no password"}[one.way]
        )
        click.echo("  ".join(filter(None, (one.name, state, may))))


@click.command("seed")
@shell_user_option
def seed(operator: str) -> None:
    """Give the operators of the settings their rows, so that they can be told what they may. Repeats safely."""
    with transaction():
        made = service.seed(current_settings().operator_hashes)
        for name in made:
            note(f"operator:{operator}", "operator.seeded", f"operator:{name}")
    click.echo(", ".join(made) or "all have theirs")


@click.command("password")
@who_argument
@operator_option
@reason_option
@new_password
@guarded
def set_password(name: str, operator: str, reason: str, password: str) -> None:
    """Give NAME another password, instead of the settings' too. It ends all sessions of theirs."""
    hashed = hash_of(password)
    with transaction():
        service.set_password(name, hashed, actor=f"operator:{operator}", reason=reason)
    click.echo(f"{name}: changed")


@click.command("link")
@who_argument
@click.argument("address")
@operator_option
@reason_option
@guarded
def link(name: str, address: str, operator: str, reason: str) -> None:
    """Say that the account with this mail ADDRESS is NAME's own: as an operator NAME then confirms nothing about it."""
    with transaction():
        user_id = accounts.find_by_email(address)
        if user_id is None:
            raise click.ClickException("nobody has signed in with this address")
        service.link(name, user_id, actor=f"operator:{operator}", reason=reason)
    click.echo(f"{name}: linked")


@click.command("disable")
@who_argument
@operator_option
@reason_option
@guarded
def disable(name: str, operator: str, reason: str) -> None:
    """Let NAME in no more, at once, whatever the settings say."""
    with transaction():
        changed = service.disable(name, actor=f"operator:{operator}", reason=reason)
    click.echo(f"{name}: {'changed' if changed else 'as it was'}")


OF_OPERATORS = (hash_password, list_operators, seed, set_password, link, disable)
"""What `flask operators` has beside switches."""
