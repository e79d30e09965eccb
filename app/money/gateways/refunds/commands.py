"""`flask gateways refund` and `bear`: money back the way it came, and who bears what went back unasked, proposed."""

from __future__ import annotations

from uuid import UUID

import click

from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.text.amounts import parse_minor
from app.core.wire.error_messages import message_for
from app.money.gateways import queries
from app.people.approvals.commands import waits

from . import bearing, deciding
from .unasked import BEARERS, Bearer


@click.command("refund")
@click.argument("payment", type=click.UUID)
@click.argument("amount")
@operator_option
@reason_option
def refund(payment: UUID, amount: str, operator: str, reason: str) -> None:
    """Propose to give AMOUNT (as 12.50) of PAYMENT back to who paid, the way it came; a second operator confirms, or
    none up to REFUND_ONE_OPERATOR."""
    try:
        with transaction():
            minor = parse_minor(amount, queries.payment(payment).currency)
            if minor is None:
                raise click.ClickException("AMOUNT is written like 12.50")
            made = deciding.propose(payment, minor, reason, actor=f"operator:{operator}")
            said = waits(made) or "it is on its way"
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo(said)


@click.command("bear")
@click.argument("refund", type=click.UUID)
@click.argument("bearer", type=click.Choice(BEARERS))
@operator_option
@reason_option
def bear(refund: UUID, bearer: Bearer, operator: str, reason: str) -> None:
    """Propose who bears a REFUND that nobody here asked for (flask gateways show): the player's `wallet`, as far as it
    goes, or the `house`; a second operator confirms."""
    try:
        with transaction():
            said = waits(bearing.propose(refund, bearer, reason, actor=f"operator:{operator}")) or "it is borne"
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo(said)
