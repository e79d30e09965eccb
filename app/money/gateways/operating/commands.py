"""Commands of the group `flask gateways` for what the console does with payments and differences."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

import click

from app.core.database.session import end_reading, transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.money.gateways import asking, queries
from app.money.gateways.settings import PROVIDERS
from app.people.players.operating.commands import user_named

from . import differences, payments, story
from .payments import CHOICES, Filters


@click.command("payments")
@click.option("--state", type=click.Choice(CHOICES), help="In this state, or of this group of states.")
@click.option("--gateway", type=click.Choice(PROVIDERS))
@click.option("--person", help="Of this person: a mail address, a phone number or an id.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_payments(state: str | None, gateway: str | None, person: str | None, limit: int) -> None:
    """Payments, the newest first, as JSON."""
    with transaction():
        whose = user_named(person) if person else None
        found = payments.found(Filters(state or "", gateway or "", user_id=whose), None, limit)
        rows = [
            {
                "id": str(one.id),
                "state": one.state,
                "gateway": one.provider,
                "amountMinor": one.amount,
                "currency": one.currency,
                "userId": str(one.user_id),
                "createdAt": one.created_at.isoformat(),
            }
            for one in found
        ]
    click.echo(json.dumps(rows, indent=2))


@click.command("show")
@click.argument("payment", type=click.UUID)
def show(payment: UUID) -> None:
    """A PAYMENT with its refunds, disputes and postings, as JSON."""
    try:
        with transaction():
            told = _told(story.story_of(payment))
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo(json.dumps(told, indent=2, default=str))


@click.command("ask")
@click.argument("payments", metavar="PAYMENT...", type=click.UUID, nargs=-1, required=True)
def ask(payments: tuple[UUID, ...]) -> None:
    """Ask each PAYMENT's gateway now, instead of when it is its turn, and say how it stands."""
    for payment_id in payments:
        try:
            asking.ask(payment_id)
            state = queries.payment(payment_id).state
        except DomainError as error:
            raise click.ClickException(f"{payment_id}: {message_for(error)}") from None
        end_reading()
        click.echo(f"{payment_id}: {state}")


@click.command("explain")
@click.argument("difference", type=click.UUID)
@operator_option
@reason_option
def explain(difference: UUID, operator: str, reason: str) -> None:
    """Say what a DIFFERENCE (flask gateways differences) is; it alarms nobody any more."""
    try:
        with transaction():
            differences.explain(difference, reason, actor=f"operator:{operator}")
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo("explained")


OF_OPERATING: Final = (list_payments, show, ask, explain)


def _told(one: story.Story) -> dict[str, Any]:
    row = one.payment
    return {
        "id": row.id,
        "state": row.state,
        "gateway": row.provider,
        "gatewaysNumber": row.provider_id,
        "userId": row.user_id,
        "currency": row.currency,
        "amountMinor": row.amount_minor,
        "receivedMinor": row.received_minor,
        "feeMinor": row.fee_minor,
        "leftMinor": one.left,
        "createdAt": row.created_at,
        "paidAt": row.paid_at,
        "asks": row.asks,
        "nextAskAt": row.next_ask_at,
        "refunds": [
            {
                "id": it.id,
                "state": it.state,
                "amountMinor": it.amount_minor,
                "askedHere": not it.is_unasked,
                "borneBy": it.borne_by,
            }
            for it in one.refunds
        ],
        "disputes": [{"id": it.id, "state": it.state, "amountMinor": it.amount_minor} for it in one.disputes],
        "postings": [
            {
                "at": it.posted_at,
                "kind": it.kind,
                "debit": str(it.debit),
                "credit": str(it.credit),
                "amountMinor": it.amount,
            }
            for it in one.posted
        ],
    }
