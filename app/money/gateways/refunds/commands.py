"""`flask gateways refund`: money back the way it came, by an operator."""

from __future__ import annotations

import click

from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.text.amounts import parse_minor
from app.core.wire.error_messages import message_for
from app.money.gateways import asking, queries, service


@click.command("refund")
@click.argument("payment")
@click.argument("amount")
@operator_option
@reason_option
def refund(payment: str, amount: str, operator: str, reason: str) -> None:
    """Give AMOUNT (as 12.50) of PAYMENT back to who paid, the way it came."""
    payment_id = parse_id(payment)
    if payment_id is None:
        raise click.ClickException("PAYMENT is an id")
    try:
        with transaction():
            minor = parse_minor(amount, queries.payment(payment_id).currency)
            if minor is None:
                raise click.ClickException("AMOUNT is written like 12.50")
            refund_id = service.refund(payment_id, minor, actor=f"operator:{operator}", reason=reason)
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    asking.send(refund_id)
    click.echo(f"{refund_id}: {queries.payment(payment_id).state}")
