"""`flask wallets`: what people have here, what leaves, and changes by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final
from uuid import UUID

import click
from flask.cli import AppGroup

from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.ids import parse_id
from app.core.wire.error_messages import message_for
from app.money.wallets import queries
from app.money.wallets.exchange import saying
from app.money.wallets.rules import WALLET_CURRENCIES
from app.money.wallets.withdrawals import by_hand, deciding
from app.money.wallets.withdrawals import queries as withdrawals
from app.people.approvals.second.people import Decider
from app.people.players.operating.commands import person_argument, reason_in, user_named

from . import adjusting, banking, decided, house, listing, owing
from .listing import CHOICES, Filters

wallets: Final = AppGroup("wallets", help="Players' wallets, and what is drawn out of them.")
_currency = click.argument("currency", type=click.Choice(WALLET_CURRENCIES))


@wallets.command("show")
@person_argument
def show(person: str) -> None:
    """What PERSON (a mail address, a phone number or an id) has here, as JSON, in minor units."""
    with transaction():
        found = queries.wallets_of(user_named(person))
    rows = [{"currency": one.currency, "balance": one.balance, "held": one.held, "owed": one.owed} for one in found]
    click.echo(json.dumps(rows, indent=2))


@wallets.command("withdrawals")
@click.option("--state", type=click.Choice(CHOICES), help="Only these; without it all that have no end yet.")
def list_withdrawals(state: str | None) -> None:
    """Withdrawals, the newest first, as JSON."""
    with transaction():
        found = listing.found(Filters(state or "open"), None, 1000)
        rows = [
            {
                "id": str(one.id),
                "state": one.state,
                "amount": one.amount,
                "currency": one.currency,
                "method": one.method,
                "reference": one.reference,
                "askedAt": one.asked_at.isoformat(),
            }
            for one in (line.drawn for line in found)
        ]
    click.echo(json.dumps(rows, indent=2))


@wallets.command("approve")
@click.argument("withdrawal", type=click.UUID)
@operator_option
@reason_option
def approve(withdrawal: UUID, operator: str, reason: str) -> None:
    """Propose to let a WITHDRAWAL leave; a second operator confirms in the console, unless it is a small one."""
    by = Decider(operator, None)
    _doing(lambda: _decided(deciding.approve, withdrawal, by, reason))
    with transaction():
        found = withdrawals.one(withdrawal)
    click.echo(f"waits for a second operator: {found.approval_id}" if found.approval_id else found.state)


@wallets.command("refuse")
@click.argument("withdrawal", type=click.UUID)
@operator_option
@reason_option
def refuse(withdrawal: UUID, operator: str, reason: str) -> None:
    """Give a WITHDRAWAL back to its wallet; what another has proposed about it is refused in the console alone."""
    by = Decider(operator, None)
    _doing(lambda: _decided(deciding.refuse, withdrawal, by, reason))
    click.echo("refused")


@wallets.command("house")
def show_house() -> None:
    """Where money off the chain lies by our books, in each currency, in minor units, as JSON."""
    with transaction():
        rows = [
            {
                "currency": one.currency,
                "held": one.held,
                "claimed": one.claimed,
                "free": one.free,
                "places": {place.name: place.balance for place in one.places},
                "sums": dict(one.sums),
            }
            for one in house.houses()
        ]
    click.echo(json.dumps(rows, indent=2))


@wallets.command("rates")
def list_rates() -> None:
    """Rates of exchange, the newest first, with who said and who confirmed them, as JSON."""
    with transaction():
        rows = [
            {
                "sold": one.sold,
                "bought": one.bought,
                "rate": str(one.rate),
                "saidAt": one.said_at.isoformat(),
                "proposedBy": one.by.proposed_by,
                "confirmedBy": one.by.decided_by,
                "why": one.by.why,
            }
            for one in decided.rates()
        ]
    click.echo(json.dumps(rows, indent=2))


@wallets.command("paid")
@click.argument("withdrawal")
@click.option("--bank", required=True, help="The bank that it was paid from, or clearing:paypal, as the ledger has it.")
@click.option("--reference", required=True, help="The bank's or the provider's own reference.")
@operator_option
@reason_option
def paid(withdrawal: str, bank: str, reference: str, operator: str, reason: str) -> None:
    """An approved WITHDRAWAL was paid by hand: from a bank's account, or by PayPal or GCash from ours there."""
    found = parse_id(withdrawal)
    if found is None or not bank.strip() or not reference.strip():
        raise click.ClickException("a withdrawal's id, a bank and its reference are needed")
    _doing(lambda: _pay(found, bank.strip()[:60], reference.strip()[:120], operator, reason_in(reason)))
    click.echo("paid")


@wallets.command("adjust")
@person_argument
@_currency
@click.argument("amount", type=int)
@click.option("--receipt", required=True, help="The paper that shows why: a ticket's number, a letter, a file.")
@operator_option
@reason_option
def adjust(person: str, currency: str, amount: int, receipt: str, operator: str, reason: str) -> None:
    """Propose to give AMOUNT (minor units; below zero: to take it) to PERSON's wallet; a second operator confirms."""

    def propose() -> str:
        with transaction():
            waiting = adjusting.propose(
                user_named(person), currency, amount, receipt, reason_in(reason), actor=f"operator:{operator}"
            )
            return f"waits for a second operator: {waiting.id}" if waiting is not None else "done"

    click.echo(_doing(propose))


@wallets.command("owed")
@person_argument
@_currency
@click.argument("amount", type=int)
@click.option(
    "--how", type=click.Choice(["set-off", "written-off"]), required=True, help="Who bears it: player, house."
)
@operator_option
@reason_option
def owed(person: str, currency: str, amount: int, how: str, operator: str, reason: str) -> None:
    """Propose to end AMOUNT (minor units) of what PERSON owes: set off against the wallet, or written off. A second
    operator confirms."""
    kept: owing.How = "set_off" if how == "set-off" else "written_off"

    def propose() -> str:
        with transaction():
            waiting = owing.propose(
                user_named(person), currency, amount, kept, reason_in(reason), actor=f"operator:{operator}"
            )
            return f"waits for a second operator: {waiting.id}" if waiting is not None else "done"

    click.echo(_doing(propose))


@wallets.command("rate")
@click.argument("sold", type=click.Choice(WALLET_CURRENCIES))
@click.argument("bought", type=click.Choice(WALLET_CURRENCIES))
@click.argument("rate")
@click.option("--again", default="", help="The rate once more, where it is far from the last one.")
@operator_option
@reason_option
def rate(sold: str, bought: str, rate: str, again: str, operator: str, reason: str) -> None:
    """Propose that players get RATE units of BOUGHT for one of SOLD; a second operator confirms."""

    def propose() -> str:
        with transaction():
            waiting = saying.propose(sold, bought, rate, reason_in(reason), actor=f"operator:{operator}", again=again)
            return f"waits for a second operator: {waiting.id}" if waiting is not None else "done"

    click.echo(_doing(propose))


@wallets.command("move")
@click.argument("source")
@click.argument("target")
@_currency
@click.argument("amount", type=int)
@click.option("--reference", required=True, help="The bank's or the gateway's own, as its statement has it.")
@operator_option
@reason_option
def move(source: str, target: str, currency: str, amount: int, reference: str, operator: str, reason: str) -> None:
    """Propose to enter that AMOUNT (minor units) of the house's has gone from SOURCE to TARGET, each `capital`,
    `bank:NAME` or `clearing:GATEWAY` (`clearing:moncash-prefund` pays withdrawals); or from `unexplained` to `result`.
    A second operator confirms."""

    def propose() -> str:
        with transaction():
            waiting = banking.propose(
                source, target, currency, amount, reference, reason_in(reason), actor=f"operator:{operator}"
            )
            return f"waits for a second operator: {waiting.id}" if waiting is not None else "done"

    click.echo(_doing(propose))


def _pay(withdrawal_id: UUID, bank: str, reference: str, operator: str, reason: str) -> str:
    with transaction():
        by_hand.paid(withdrawal_id, bank, reference, actor=f"operator:{operator}", reason=reason)
    return "paid"


def _decided(deed: Callable[[UUID, Decider, str], None], withdrawal: UUID, by: Decider, reason: str) -> str:
    deed(withdrawal, by, reason)
    return ""


def _doing(deed: Callable[[], str]) -> str:
    try:
        return deed()
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
