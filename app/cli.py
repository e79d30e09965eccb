"""Operator commands. Each is an edge: it opens the transaction, calls a service, prints what happened."""

from __future__ import annotations

import json
import sys
import time

import click
from flask import Flask, current_app
from sqlalchemy import text

from app.admin.commands import operators
from app.chain import inspection
from app.chain.commands import chain
from app.chain.rpc import NodeFailure
from app.core.checks import Breach
from app.core.db import transaction
from app.core.schedule import Clock
from app.partners.commands import partners
from app.rounds.commands import rounds
from app.webhooks.commands import webhooks
from app.windows.commands import orders, refunds

_NODE_TRIES = 5


def register(app: Flask) -> None:
    """Add every command to `flask`."""
    for command in (audit, clock, chain, rounds, orders, refunds, partners, webhooks, operators):
        app.cli.add_command(command)


@click.command()
def clock() -> None:
    """Ring every periodic job at its rhythm, until stopped."""
    Clock(current_app._get_current_object(), current_app.extensions["periodic_jobs"]).run()  # type: ignore[attr-defined]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--node/--no-node", "ask_node", default=True, help="Compare our coins with the node's unspent outputs.")
def audit(as_json: bool, ask_node: bool) -> None:
    """Check every invariant on the live database; exit 1 if one is broken."""
    breaches: list[Breach] = []
    with transaction() as session:
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for check in current_app.extensions["audit_checks"]:
            breaches += check()
    asked = _compare_with_node(breaches) if ask_node else "not asked"
    if as_json:
        document = {"ok": not breaches, "node": asked, "breaches": [vars(breach) for breach in breaches]}
        click.echo(json.dumps(document))
    else:
        for breach in breaches:
            click.echo(f"BREACH {breach.check}: {breach.detail}")
        click.echo(f"{len(current_app.extensions['audit_checks'])} checks, node {asked}, {len(breaches)} breaches")
    sys.exit(1 if breaches else 0)


def _compare_with_node(breaches: list[Breach]) -> str:
    """Add what the node denies; how that went. A node that is away breaks no invariant."""
    for _ in range(_NODE_TRIES):
        try:
            breaches += inspection.coins_the_node_denies()
        except inspection.ChainMoved:
            time.sleep(1)
        except NodeFailure as error:
            return f"away ({type(error).__name__})"
        else:
            return "agrees" if not any(breach.check == "chain.node" for breach in breaches) else "denies coins"
    return "not compared: the chain kept moving"
