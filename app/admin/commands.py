"""Commands about the operators themselves: `flask operators …`."""

from __future__ import annotations

import json

import click
from argon2 import PasswordHasher
from flask import current_app
from flask.cli import AppGroup

_SHORTEST = 12

operators = AppGroup("operators", help="Who may use the console.")


@operators.command("hash")
@click.password_option(help="Asked for if it is not given; what is typed on a command line stays in its history.")
def hash_password(password: str) -> None:
    """Print the argon2id hash of a password, for OPERATOR_PASSWORD_HASH or OPERATORS."""
    if len(password) < _SHORTEST:
        raise click.UsageError(f"use at least {_SHORTEST} characters")
    click.echo(PasswordHasher().hash(password))


@operators.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_operators(as_json: bool) -> None:
    """Name the operators whom the settings let in."""
    names = sorted(current_app.config["SETTINGS"].operator_hashes)
    click.echo(json.dumps({"operators": names}) if as_json else "\n".join(names))
