"""`flask gateways refund`: money back the way it came, proposed by an operator."""

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

from . import deciding


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
