"""Operator commands. Each is an edge: it opens the transaction, calls a service, prints what happened."""

from __future__ import annotations

import click
from flask import Flask, current_app

from app.chain.commands import chain
from app.core.jobs.clock import Clock
from app.core.jobs.queue import PERIODIC_JOBS
from app.core.sealing.commands import keys
from app.faces.admin.commands.groups import audit, jobs, ledger, operators, wallet
from app.faces.admin.commands.listing import list_rounds
from app.faces.admin.commands.operators import BY_TWO
from app.faces.admin.commands.rounds import export_round, replay_round, rescan
from app.money.gateways.operating.commands import OF_OPERATING
from app.money.gateways.reconciling.commands import gateways
from app.money.gateways.refunds.commands import bear, refund
from app.money.payouts.commands import payouts
from app.money.payouts.drafts.commands import anchor
from app.money.wallets.operating.commands import wallets
from app.people.accounts.commands import people
from app.people.approvals.commands import approvals
from app.people.notices.commands import notices
from app.people.operators.commands import OF_OPERATORS
from app.people.partners.commands import partners
from app.people.players.leaving.commands import OF_LEAVING
from app.people.players.operating.commands import OF_PEOPLE
from app.record.log.commands import log
from app.record.notifications.commands import messages
from app.selling.bets.operating.commands import bets
from app.selling.windows.commands import orders, refunds, rounds
from app.webhooks.commands import webhooks

_PARTS = (
    (chain, rescan),
    (rounds, list_rounds),
    (rounds, replay_round),
    (rounds, export_round),
    (log, anchor),
    *((gateways, command) for command in (refund, bear, *OF_OPERATING)),
    *((people, command) for command in (*OF_PEOPLE, *OF_LEAVING)),
    *((operators, command) for command in (*OF_OPERATORS, *BY_TWO)),
)
"""Commands that need to know more than their group's own slice."""


def register(app: Flask) -> None:
    """Add every command to `flask`."""
    for group, command in _PARTS:
        group.add_command(command)
    for whole in (
        audit,
        clock,
        chain,
        rounds,
        orders,
        refunds,
        bets,
        people,
        partners,
        payouts,
        gateways,
        wallet,
        wallets,
        ledger,
        log,
        messages,
        notices,
        jobs,
        keys,
        webhooks,
        operators,
        approvals,
    ):
        app.cli.add_command(whole)


@click.command()
def clock() -> None:
    """Ring every periodic job at its rhythm, until stopped."""
    Clock(current_app._get_current_object(), PERIODIC_JOBS.get()).run()  # type: ignore[attr-defined]
