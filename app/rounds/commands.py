"""Operator commands of the main game: `flask rounds …`."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from app.core.db import transaction
from app.windows.commands import resolving, settle

from . import queries
from .rules import GAME

rounds = AppGroup("rounds", help="The main game's rounds.")
rounds.add_command(settle)
rounds.add_command(resolving(GAME))


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


def _line(*values: str) -> str:
    return "  ".join(f"{value:>9}" for value in values)
