"""Operator commands of people: `flask people …`."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup

from app.core.database.session import transaction

from . import queries
from .login import attempts
from .login.attempts import Attempt
from .rules import describe_agent

people = AppGroup("people", help="People with accounts.")


@people.command()
@click.argument("address")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def logins(address: str, limit: int, as_json: bool) -> None:
    """Attempts to sign in to the account with this mail ADDRESS, newest first: so many that came in, so many refused.

    Exits 1 where there is no such account.
    """
    with transaction():
        user_id = queries.find_by_email(address)
        found = attempts.of_user(user_id, limit) if user_id else []
    if user_id is None:
        raise click.ClickException("nobody has this address")
    if as_json:
        click.echo(json.dumps({"user": str(user_id), "logins": [_record(one) for one in found]}, indent=2))
        return
    for one in found:
        browser = " on ".join(part for part in describe_agent(one.user_agent) if part)
        words = (
            f"{one.at:%Y-%m-%d %H:%M:%S}Z",
            one.method,
            "signed in" if one.is_in else "refused",
            one.network,
            browser,
        )
        click.echo("  ".join(word for word in words if word))
    if not found:
        click.echo("no attempts")


def _record(one: Attempt) -> dict[str, Any]:
    return {
        "at": one.at.isoformat(),
        "method": one.method,
        "outcome": "signed_in" if one.is_in else "refused",
        "network": one.network,
        "userAgent": one.user_agent,
    }
