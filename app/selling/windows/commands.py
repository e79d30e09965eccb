"""Operator commands for all games of windows: `flask rounds …`, `flask refunds …`, `flask orders …`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from app.chain.commands import Stopping, outlast_database
from app.chain.deposits.journal import JournalDamaged, read
from app.chain.node import rpc
from app.chain.service import CursorMoved
from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.people.approvals.commands import waits
from app.people.approvals.settings import two_people

from . import jobs, queries
from .confirmed import refunding as confirmed_refunds
from .confirmed import resolving
from .games import AnyGame, game_called, usual_game, window_games
from .orders import forgetting, recovery
from .orders import refunds as refunding

rounds = AppGroup("rounds", help="Rounds of the games that Bitcoin draws.")
refunds = AppGroup("refunds", help="Money that bought nothing.")
orders = AppGroup("orders", help="Orders of the games that Bitcoin draws.")

_PAUSE_SECONDS = 2.0

game_option = click.option("--game", "name", help="Another game than the main one.")


def chosen_game(name: str | None) -> AnyGame:
    """The game of that name, or the usual one.

    Raises:
        click.BadParameter: there is none.
    """
    try:
        return game_called(name) if name is not None else usual_game()
    except DomainError:
        names = ", ".join(game.name for game in window_games())
        raise click.BadParameter(f"there is no such game; there are {names}", param_hint="--game") from None


@rounds.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
def settle(once: bool) -> None:
    """Seal, draw and settle what is due in every game without the queue, until SIGTERM."""
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


@rounds.command()
@click.argument("number", type=click.IntRange(min=1))
@game_option
@click.option("--void", "outcome", flag_value="void", help="Everything paid goes back to the partners.")
@click.option("--resume", "outcome", flag_value="resume", help="Draw it after all, if its seal holds again.")
@operator_option
@reason_option
def resolve(number: int, name: str | None, outcome: str | None, operator: str, reason: str) -> None:
    """Decide what becomes of halted round NUMBER."""
    if outcome is None:
        raise click.UsageError("say --void or --resume")
    game = chosen_game(name)
    try:
        with transaction():
            queries.round_of(game, number)
            made = resolving.resolve(game, number, outcome, actor=f"operator:{operator}", reason=reason)
            waiting = waits(made)
    except DomainError as error:
        click.echo(f"{game.subject(number)}: {error.code}", err=True)
        sys.exit(1)
    click.echo(f"{game.subject(number)}: {waiting or outcome}")


def _games(name: str | None, number: int | None) -> Sequence[AnyGame]:
    """Whose refunds are meant: one game's if it is named, the usual one's if only a round is, else all."""
    return window_games() if name is None and number is None else [chosen_game(name)]


_of_game = click.option("--game", "name", help="Of one game only; the main one, where only --round is given.")
_of_round = click.option("--round", "number", type=click.IntRange(min=1), help="Of one round only.")


@refunds.command("list")
@_of_game
@_of_round
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_refunds(name: str | None, number: int | None, as_json: bool) -> None:
    """Show payments that bought nothing and whose refund may be decided now."""
    with transaction():
        rows = [
            {
                "roundNumber": row.round_number,
                "orderId": str(row.order_id),
                "txid": row.txid,
                "vout": row.vout,
                "refundableSats": row.refundable_sats,
                "status": row.status,
                "game": game.name,
            }
            for game in _games(name, number)
            for row in refunding.due(game, number)
        ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("  ".join(str(value) for value in row.values()))


@refunds.command()
@_of_game
@_of_round
@operator_option
@reason_option
@click.option("--dry-run", is_flag=True, help="Say what would be refunded, write nothing.")
def decide(name: str | None, number: int | None, operator: str, reason: str, dry_run: bool) -> None:
    """Give what bought nothing, and is buried, to the partners' balances: each payment once."""
    waiting = refunded = 0
    if not dry_run and two_people():
        _propose_all(_games(name, number), number, operator, reason)
        return
    for game in _games(name, number):
        if dry_run:
            with transaction():
                waiting += len(refunding.due(game, number))
        else:
            refunded += _decide_all(game, operator, reason, number)
    click.echo(f"{waiting} payments wait" if dry_run else f"{refunded} payments refunded")


def _propose_all(games: Sequence[AnyGame], number: int | None, operator: str, reason: str) -> None:
    """One proposal for all that is due in these games."""
    try:
        with transaction():
            chosen = [(game, one) for game in games for one in refunding.rounds_due(game, number)]
            said = waits(confirmed_refunds.propose(chosen, None, actor=f"operator:{operator}", reason=reason))
    except DomainError as error:
        if error.code != "nothing_due":
            raise click.ClickException(str(message_for(error))) from None
        said = "0 payments refunded"
    click.echo(said)


def _decide_all(game: AnyGame, operator: str, reason: str, number: int | None) -> int:
    refunded = 0
    while True:
        with transaction():
            batch = refunding.decide(game, f"operator:{operator}", reason, number)
        refunded += batch
        if batch < refunding.BATCH:
            return refunded


@orders.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what is missing, write nothing.")
def recover(file: Path, dry_run: bool) -> None:
    """Bring back orders that the terms journal FILE knows and the database does not, and rescan for their payments.

    Exit 1 if lines of the file are damaged; what could be read is brought back all the same. A scan that broke off is
    done by the next call.
    """
    entries = []
    damaged = False
    try:
        for entry in read(file):
            entries.append(entry)
    except JournalDamaged as error:
        click.echo(str(error), err=True)
        damaged = True
    entries = recovery.ours(entries)
    with transaction():
        missing = recovery.missing(entries)
        rounds = recovery.rounds_of(missing)
        found = [] if dry_run else [UUID(entry.orderId) for entry in missing if recovery.bring_back(entry, rounds)]
    payments = 0 if dry_run else _paid_to_them()
    click.echo(f"{len(entries)} in the journal, {len(missing)} missing, {len(found)} brought back, {payments} payments")
    sys.exit(1 if damaged else 0)


@orders.command("forget-salts")
@click.argument("ids", nargs=-1, required=True, type=click.UUID)
@operator_option
@reason_option
def forget_salts(ids: tuple[UUID, ...], operator: str, reason: str) -> None:
    """Forget whom the public log names in what it tells of orders IDS. What was said stays said.

    Exit 1 if there is no such order; then nothing is forgotten.
    """
    try:
        with transaction():
            forgotten = sum(forgetting.forget(one, f"operator:{operator}", reason) for one in ids)
    except DomainError:
        raise click.ClickException("there is no such order; nothing was forgotten") from None
    click.echo(f"{forgotten} salts forgotten")


def _paid_to_them() -> int:
    try:
        return recovery.rescan()
    except CursorMoved:
        raise click.ClickException("another scanner is at work; stop it, then repeat this") from None
    except (rpc.NodeFailure, OperationalError) as error:
        raise click.ClickException(f"{type(error).__name__}; repeat this, nothing is lost") from None
