"""Operator commands: operators and switches, money, the audit log, the queues."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import redis
from flask.cli import AppGroup
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from sqlalchemy import text

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.jobs import queue
from app.core.money import CURRENCIES
from app.faces.admin.watch import standing
from app.faces.admin.watch.progress import Progress
from app.record.audit import queries as audit_queries
from app.record.audit import switches
from app.record.audit.queries import Search
from app.record.audit.service import note
from app.record.ledger import queries as ledger_queries
from app.record.ledger.chart import CHART
from app.record.ledger.entries import AccountRef

from . import auditing
from .rounds import as_json_option

_COINS = """
SELECT CASE WHEN c.reserve_key_index IS NULL THEN 'deposits' ELSE 'reserve' END AS kind, count(*) AS coins,
       coalesce(sum(c.amount_sats), 0)::bigint AS sats
FROM coins c
WHERE c.orphaned_at IS NULL
  AND NOT EXISTS (SELECT FROM coin_spends s WHERE s.coin_id = c.id AND s.orphaned_at IS NULL)
GROUP BY 1 ORDER BY 1
"""

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")

operators = AppGroup("operators", help="Who may use the console, and what they have stopped.")
wallet = AppGroup("wallet", help="Our coins, and the addresses of the reserve.")
ledger = AppGroup("ledger", help="The books.")
jobs = AppGroup("jobs", help="The queues and what is in them.")


def refused(command: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal becomes its code and exit 1; Redis that is away as well."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(error.code) from None
        except redis.RedisError:
            raise click.ClickException("Redis does not answer") from None

    return guarded


@operators.command("stopped")
@as_json_option
def list_stopped(as_json: bool) -> None:
    """What stands still, since when, by whom and why."""
    with transaction():
        rows = [
            {"name": one.name, "since": one.stopped_at.isoformat(), "by": one.stopped_by, "reason": one.reason}
            for one in switches.stopped()
        ]
    _print(rows, as_json, "everything runs")


@operators.command()
@click.argument("name", type=click.Choice(switches.NAMES))
@operator_option
@reason_option
@dry_run_option
@refused
def stop(name: str, operator: str, reason: str, dry_run: bool) -> None:
    """Stop sales, settlement, or everything that partners and players write."""
    _switch(switches.stop, name, operator, reason, dry_run)


@operators.command()
@click.argument("name", type=click.Choice(switches.NAMES))
@operator_option
@reason_option
@dry_run_option
@refused
def start(name: str, operator: str, reason: str, dry_run: bool) -> None:
    """Let run again what was stopped."""
    _switch(switches.start, name, operator, reason, dry_run)


def _switch(change: Callable[..., bool], name: str, operator: str, reason: str, dry_run: bool) -> None:
    with transaction() as session:
        changed = change(name, actor=f"operator:{operator}", reason=reason)
        if dry_run:
            session.rollback()
    click.echo(f"{name}: {'would change' if dry_run and changed else 'changed' if changed else 'as it was'}")


@wallet.command()
@as_json_option
def balance(as_json: bool) -> None:
    """Unspent coins of deposits and reserve, and what of them is free."""
    with transaction():
        rows = [dict(row._mapping) for row in db.session.execute(text(_COINS))]
        money = standing.money()
    shown = {
        "coins": rows,
        "heldSats": money.coins,
        "immatureSats": money.immature,
        "owedSats": sum(money.owed.values()),
        "freeSats": money.free,
        "promisedSats": money.promised,
        "shortSats": money.short,
    }
    if as_json:
        click.echo(json.dumps(shown))
        return
    _print(rows, False, "no coin")
    rests = f" ({money.immature} of it not mature)" if money.immature else ""
    held = f"held {money.coins}{rests}"
    click.echo(f"{held}, owed {sum(money.owed.values())}, free {money.free}, promised {money.promised}")


@wallet.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@as_json_option
def addresses(limit: int, as_json: bool) -> None:
    """The newest addresses of the reserve."""
    query = "SELECT key_index, address FROM reserve_addresses ORDER BY key_index DESC LIMIT :limit"
    with transaction():
        rows = [dict(row._mapping) for row in db.session.execute(text(query), {"limit": limit})]
    _print(rows, as_json, "none yet")


@wallet.command("new-address")
@as_json_option
def new_address(as_json: bool) -> None:
    """Make the next address of the reserve; coins sent to it back the jackpots."""
    with transaction():
        made = deposits.new_reserve_address().address
    click.echo(json.dumps({"address": made}) if as_json else made)


_currency_option = click.option("--currency", default="sat", show_default=True, type=click.Choice(sorted(CURRENCIES)))


@ledger.command("trial-balance")
@_currency_option
@as_json_option
def trial_balance(currency: str, as_json: bool) -> None:
    """Every kind of account with its sum in one currency; exit 1 if both sides are not equal."""
    with transaction():
        totals = {kind: ledger_queries.total(kind, currency=currency) for kind in CHART}
    rows = [
        {"kind": kind, "debit": max(signed, 0), "credit": max(-signed, 0)}
        for kind, total in totals.items()
        for signed in ((total if CHART[kind].normal_side == "debit" else -total),)
    ]
    debit, credit = sum(row["debit"] for row in rows), sum(row["credit"] for row in rows)  # type: ignore[misc]
    if as_json:
        click.echo(json.dumps({"accounts": rows, "debit": debit, "credit": credit, "balances": debit == credit}))
    else:
        _print([*rows, {"kind": "together", "debit": debit, "credit": credit}], False, "")
    sys.exit(0 if debit == credit else 1)


@ledger.command()
@click.argument("kind", type=click.Choice(sorted(CHART)))
@click.argument("owner", default="")
@_currency_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000))
@as_json_option
def account(kind: str, owner: str, currency: str, limit: int, as_json: bool) -> None:
    """The newest lines of one account."""
    if CHART[kind].owned != bool(owner):
        raise click.UsageError(f"{kind} {'needs an' if CHART[kind].owned else 'has no'} owner")
    ref = AccountRef(kind, owner, currency)
    with transaction():
        total = ledger_queries.balance(ref)
        rows = [
            {
                "at": line.posted_at.isoformat(),
                "amount": line.amount,
                "kind": line.kind,
                "source": f"{line.source} {line.source_id}",
                "with": f"{line.counterpart.kind} {line.counterpart.owner}",
            }
            for line in ledger_queries.lines(ref, limit=limit)
        ]
    if as_json:
        click.echo(json.dumps({"balance": total, "lines": rows}))
    else:
        _print(rows, False, "no line yet")
        click.echo(f"balance {total}")


@jobs.command("list")
@as_json_option
@refused
def list_jobs(as_json: bool) -> None:
    """Every queue: what waits, what failed, who works it."""
    rows = [
        {"queue": one.name, "waiting": one.waiting, "failed": one.failed, "workers": one.workers}
        for one in queue.states()
    ]
    _print(rows, as_json, "")


@jobs.command()
@as_json_option
@refused
def failed(as_json: bool) -> None:
    """Jobs that failed, with the last line of why."""
    rows = [
        {"queue": one.queue, "id": one.id, "function": one.function, "error": one.error} for one in queue.failed_jobs()
    ]
    _print(rows, as_json, "none")


@jobs.command()
@click.argument("identifier")
@operator_option
@dry_run_option
@refused
def retry(identifier: str, operator: str, dry_run: bool) -> None:
    """Enqueue the failed job with this id once more."""
    known = {one.id for one in queue.failed_jobs()}
    if identifier not in known:
        raise click.ClickException("there is no failed job with this id")
    if not dry_run:
        with transaction():
            note(f"operator:{operator}", "jobs.requeue_job_view", "queues", detail={"job_id": identifier})
        try:
            queue.retry(identifier)
        except (NoSuchJobError, InvalidJobOperation):
            raise click.ClickException("it is gone meanwhile") from None
    click.echo("would be enqueued" if dry_run else "enqueued")


@jobs.command()
@click.argument("name")
@refused
def run(name: str) -> None:
    """Run one periodic job here and now, without the queue."""
    known = {job.name: job for job in queue.PERIODIC_JOBS.get()}
    if name not in known:
        raise click.UsageError(f"there are: {', '.join(sorted(known))}")
    click.echo(f"{name}: {known[name].function()}")


@click.group(invoke_without_command=True)
@as_json_option
@click.option("--node/--no-node", "ask_node", default=True, help="Compare our coins with the node's unspent outputs.")
@click.pass_context
def audit(context: click.Context, as_json: bool, ask_node: bool) -> None:
    """Check every invariant on the live database; exit 1 if one is broken."""
    if context.invoked_subcommand is None:
        _checks(as_json, ask_node)


def _checks(as_json: bool, ask_node: bool) -> None:
    with Progress() as tell:
        report = auditing.run(ask_node=ask_node, tell=tell)
    if as_json:
        breaches = [vars(breach) for breach in report.breaches]
        click.echo(json.dumps({"ok": not breaches, "node": report.node, "breaches": breaches}))
    else:
        for breach in report.breaches:
            click.echo(f"BREACH {breach.check}: {breach.detail}")
        click.echo(f"{report.checks} checks, node {report.node}, {len(report.breaches)} breaches")
    sys.exit(1 if report.breaches else 0)


@audit.command("log")
@click.option("--actor", default="", help="Of this actor, such as operator:ada.")
@click.option("--action", default="", help="Actions that begin so.")
@click.option("--subject", default="", help="Subjects that begin so.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@as_json_option
def show_log(actor: str, action: str, subject: str, limit: int, as_json: bool) -> None:
    """Entries of the audit log, the newest first."""
    with transaction():
        rows = [
            {
                "place": seq,
                "at": entry.recorded_at.isoformat(),
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "reason": entry.reason,
                "detail": entry.detail,
            }
            for entry, seq in audit_queries.found(Search(actor, action, subject), limit=limit)
        ]
    _print(rows, as_json, "nothing found")


@audit.command("chain")
@as_json_option
def check_chain(as_json: bool) -> None:
    """Recompute the chain of all entries; exit 1 if it does not hold. Keep its head somewhere else."""
    with transaction():
        breaches = audit_queries.verify_chain()
        seq, head = audit_queries.head()
    shown = {"holds": not breaches, "places": seq, "head": head.hex(), "breaches": [one.detail for one in breaches]}
    words = "holds" if not breaches else breaches[0].detail
    click.echo(json.dumps(shown) if as_json else f"{words}, {seq} places, {head.hex()}")
    sys.exit(1 if breaches else 0)


def _print(rows: list[dict[str, Any]], as_json: bool, nothing: str) -> None:
    if as_json:
        click.echo(json.dumps(rows))
    elif not rows:
        click.echo(nothing, err=True)
    else:
        widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in rows[0]}
        click.echo("  ".join(f"{name:<{width}}" for name, width in widths.items()).rstrip())
        for row in rows:
            click.echo("  ".join(f"{row[name]!s:<{width}}" for name, width in widths.items()).rstrip())
