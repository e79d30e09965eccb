"""Commands that make operators mightier: two people decide about them, where the settings say so."""

from __future__ import annotations

import click

from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.people.approvals import of_operators
from app.people.approvals.commands import waits
from app.people.approvals.models import Approval
from app.people.approvals.settings import two_people
from app.people.operators import service
from app.people.operators.commands import guarded, hash_of, new_password, privileges_argument, who_argument

alone_option = click.option(
    "--alone", is_flag=True, help="Do it at once, where no other operator is there who could confirm it."
)


def _said(made: Approval | bool) -> str:
    return waits(made) if isinstance(made, Approval) else "changed" if made else "as it was"


@click.command("add")
@who_argument
@privileges_argument
@operator_option
@reason_option
@new_password
@guarded
def add(name: str, privileges: tuple[str, ...], operator: str, reason: str, password: str) -> None:
    """Make an operator NAME with a password of their own and these privileges."""
    hashed, actor = hash_of(password), f"operator:{operator}"
    at_once = [] if two_people() else list(privileges)
    with transaction():
        service.add(name, hashed, at_once, actor=actor, reason=reason)
        made: Approval | bool = True
        if list(privileges) != at_once:
            made = of_operators.set_privileges(name, list(privileges), actor=actor, reason=reason)
        said = f"; what they may is {waits(made)}" if isinstance(made, Approval) else ""
    click.echo(f"{name}: made{said}")


@click.command("privilege")
@who_argument
@privileges_argument
@operator_option
@reason_option
@alone_option
@guarded
def set_privileges(name: str, privileges: tuple[str, ...], operator: str, reason: str, alone: bool) -> None:
    """Let NAME open these modules of the console and no others; none: its first page alone."""
    actor, wanted = f"operator:{operator}", list(privileges)
    with transaction():
        said = _said(of_operators.set_privileges(name, wanted, actor=actor, reason=reason, alone=alone))
    click.echo(f"{name}: {said}")


@click.command("enable")
@who_argument
@operator_option
@reason_option
@alone_option
@guarded
def enable(name: str, operator: str, reason: str, alone: bool) -> None:
    """Let NAME in again."""
    with transaction():
        said = _said(of_operators.enable(name, actor=f"operator:{operator}", reason=reason, alone=alone))
    click.echo(f"{name}: {said}")


@click.command("totp-reset")
@who_argument
@operator_option
@reason_option
@alone_option
@guarded
def reset_totp(name: str, operator: str, reason: str, alone: bool) -> None:
    """Ask NAME, who has lost their phone, for no one-time code any more, until they set codes up anew."""
    with transaction():
        said = _said(of_operators.reset_totp(name, actor=f"operator:{operator}", reason=reason, alone=alone))
    click.echo(f"{name}: {said}")


BY_TWO = (add, set_privileges, enable, reset_totp)
"""What `flask operators` has of them."""
