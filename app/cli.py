"""Operator commands. Each is an edge: it opens the transaction, calls a service, prints what happened."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask, current_app
from sqlalchemy import text

from app.chain.commands import chain
from app.core.checks import Breach
from app.core.db import transaction
from app.core.schedule import Clock
from app.rounds.commands import orders, rounds


def register(app: Flask) -> None:
    """Add every command to `flask`."""
    for command in (audit, clock, chain, rounds, orders):
        app.cli.add_command(command)


@click.command()
def clock() -> None:
    """Ring every periodic job at its rhythm, until stopped."""
    Clock(current_app._get_current_object(), current_app.extensions["periodic_jobs"]).run()  # type: ignore[attr-defined]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def audit(as_json: bool) -> None:
    """Check every invariant on the live database; exit 1 if one is broken."""
    breaches: list[Breach] = []
    with transaction() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for check in current_app.extensions["audit_checks"]:
            breaches += check()
    if as_json:
        click.echo(json.dumps({"ok": not breaches, "breaches": [vars(breach) for breach in breaches]}))
    else:
        for breach in breaches:
            click.echo(f"BREACH {breach.check}: {breach.detail}")
        click.echo(f"{len(current_app.extensions['audit_checks'])} checks, {len(breaches)} breaches")
    sys.exit(1 if breaches else 0)
