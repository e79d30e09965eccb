"""Operator commands of the main game: `flask rounds …` and `flask orders …`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from app.chain.commands import Stopping, outlast_database
from app.chain.journal import JournalDamaged, read
from app.core.db import transaction
from app.core.errors import DomainError

from . import jobs, queries, recovery, sealing
from . import refunds as refunding
from .rules import GAME

rounds = AppGroup("rounds", help="The main game's rounds.")
refunds = AppGroup("refunds", help="Money that bought nothing.")
orders = AppGroup("orders", help="The main game's orders.")

_PAUSE_SECONDS = 2.0


@rounds.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
def settle(once: bool) -> None:
    """Seal, draw and settle what is due without the queue, until SIGTERM."""
    stopping = Stopping()
    if once:
        _settle(stopping)
        return
    while not stopping():
        outlast_database(lambda: _settle(stopping))
        stopping.pause(_PAUSE_SECONDS)


def _settle(stopping: Stopping) -> None:
    sealed, settled = jobs.seal(), jobs.settle(stopping)
    if sealed or settled:
        click.echo(f"sealed or voided {sealed}, settled {settled}")


@rounds.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--limit", default=20, show_default=True)
def list_(as_json: bool, limit: int) -> None:
    """Show the newest rounds."""
    with transaction():
        rows = [
            {
                "roundNumber": round_.round_number,
                "status": round_.status,
                "opensAtHeight": round_.opens_at_height,
                "salesEndHeight": round_.sales_end_height,
                "closingHeight": round_.closing_height,
                "soldTickets": round_.sold_tickets,
                "winningTicket": round_.winning_ticket,
            }
            for round_ in queries.rounds_page(limit=limit)
        ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    if not rows:
        click.echo("no rounds yet", err=True)
    for number, row in enumerate(rows):
        if number == 0:
            click.echo(_line("round", "status", "opens", "sales end", "closing", "sold", "winner"))
        click.echo(_line(*("-" if value is None else str(value) for value in row.values())))


@rounds.command()
@click.argument("number", type=click.IntRange(min=1))
@click.option("--void", "outcome", flag_value="void", help="Everything paid goes back to the partners.")
@click.option("--resume", "outcome", flag_value="resume", help="Draw it after all, if its seal holds again.")
@click.option("--operator", required=True, help="Who decides; kept in the audit.")
@click.option("--reason", required=True, help="Why; kept in the audit.")
def resolve(number: int, outcome: str | None, operator: str, reason: str) -> None:
    """Decide what becomes of halted round NUMBER."""
    if outcome is None:
        raise click.UsageError("say --void or --resume")
    try:
        with transaction():
            queries.round_of(number)
            sealing.resolve_halted(number, outcome, f"operator:{operator}", reason)
    except DomainError as error:
        click.echo(f"round {number}: {error.code}", err=True)
        sys.exit(1)
    click.echo(f"round {number}: {outcome}")


def _line(*values: str) -> str:
    return "  ".join(f"{value:>9}" for value in values)


@refunds.command("list")
@click.option("--round", "number", type=click.IntRange(min=1), help="Of one round only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_refunds(number: int | None, as_json: bool) -> None:
    """Show payments that bought nothing and whose refund may be decided now."""
    with transaction():
        rows = [
            {"roundNumber": row.round_number, "orderId": str(row.order_id), "txid": row.txid, "vout": row.vout,
             "refundableSats": row.refundable_sats, "status": row.status}
            for row in refunding.due(number)
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))


@refunds.command()
@click.option("--round", "number", type=click.IntRange(min=1), help="Of one round only.")
@click.option("--operator", required=True, help="Who decides; kept in the audit.")
@click.option("--reason", required=True, help="Why; kept in the audit.")
@click.option("--dry-run", is_flag=True, help="Say what would be refunded, write nothing.")
def decide(number: int | None, operator: str, reason: str, dry_run: bool) -> None:
    """Give what bought nothing, and is buried, to the partners' balances: each payment once."""
    refunded = 0
    while True:
        with transaction():
            waiting = len(refunding.due(number))
            batch = 0 if dry_run else refunding.decide(f"operator:{operator}", reason, number)
        refunded += batch
        if batch < refunding.BATCH:
            break
    click.echo(f"{waiting} payments wait" if dry_run else f"{refunded} payments refunded")


@orders.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what is missing, write nothing.")
def recover(file: Path, dry_run: bool) -> None:
    """Bring back orders that the terms journal FILE knows and the database does not, and rescan for their payments.

    Exit 1 if lines of the file are damaged; what could be read is brought back all the same.
    """
    entries = []
    damaged = False
    try:
        for entry in read(file):
            if entry.game == GAME:
                entries.append(entry)
    except JournalDamaged as error:
        click.echo(str(error), err=True)
        damaged = True
    with transaction():
        missing = recovery.missing(entries)
        found = [] if dry_run else [UUID(entry.orderId) for entry in missing if recovery.bring_back(entry)]
    payments = recovery.rescan(found) if found else 0
    click.echo(f"{len(entries)} in the journal, {len(missing)} missing, {len(found)} brought back, {payments} payments")
    sys.exit(1 if damaged else 0)
