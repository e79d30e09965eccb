"""Commands that go over a chain or a round once more: `flask chain rescan`, `flask rounds replay`, `… export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click
from flask import current_app
from sqlalchemy.exc import OperationalError

from app.chain import queries as chain
from app.chain.node import client as node
from app.chain.node import rpc
from app.chain.scan import scanner
from app.chain.service import CursorMoved
from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.faces.admin.watch.progress import Progress
from app.record.audit.service import note
from app.selling.windows.commands import chosen_game, game_option
from app.selling.windows.games import AnyGame, window_games
from app.selling.windows.orders import recovery
from app.selling.windows.proof import bundle

from .replay import replay, vouch

as_json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_BLOCKS_AT_ONCE = 20


@click.command()
@click.option("--from", "height", type=click.IntRange(min=1), required=True, help="The first block to apply again.")
@operator_option
@reason_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json_option
def rescan(height: int, operator: str, reason: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take blocks back to HEIGHT and apply them again from the node, as a reorganisation would.

    Refused below what a seal, a draw or a void round rests on. Stop the worker for the chain first.
    """
    with transaction():
        tip = chain.tip_height()
        cursor = chain.cursor()
        floor = max(recovery.rewind_floor(game) for game in window_games())
        lowest = max(floor, cursor.first_height if cursor else 1)
    if height < lowest:
        raise click.ClickException(f"rounds that are final rest on blocks below {lowest}; the lowest is {lowest}")
    blocks = max(0, tip - height + 1)
    if not dry_run:
        if not yes:
            click.confirm(f"Take {blocks} blocks back and apply them again?", abort=True, err=True)
        _again(height, tip, f"operator:{operator}", reason)
    with transaction():
        now_at = chain.tip_height()
    shown = {"from": height, "blocks": blocks, "tip": now_at, "dryRun": dry_run}
    click.echo(json.dumps(shown) if as_json else f"{blocks} blocks {'would be' if dry_run else 'were'} applied again")


def _again(height: int, tip: int, actor: str, reason: str) -> None:
    listeners = scanner.LISTENERS.get()
    with transaction():
        note(actor, "chain.rescanned", f"block:{height}", reason, tip=tip)
    try:
        with Progress() as tell:
            for down in range(tip, height - 1, -_BLOCKS_AT_ONCE):
                tell(tip - down, 2 * (tip - height + 1), "taking blocks back")
                scanner.rewind(max(down - _BLOCKS_AT_ONCE, height - 1), listeners)
            taken = 0
            while steps := scanner.catch_up(node.client(), listeners, limit=_BLOCKS_AT_ONCE):
                taken += steps
                tell(tip - height + 1 + taken, 2 * (tip - height + 1), "applying blocks")
    except CursorMoved:
        raise click.ClickException("another scanner is at work; stop it, then repeat this") from None
    except (rpc.NodeFailure, OperationalError) as error:
        raise click.ClickException(f"{type(error).__name__}; repeat this, nothing is lost") from None


@click.command("replay")
@click.argument("number", type=click.IntRange(min=1))
@game_option
@click.option("--draw/--no-draw", default=True, help="Hash the draw once more too; it takes as long as it did.")
@as_json_option
def replay_round(number: int, name: str | None, draw: bool, as_json: bool) -> None:
    """Do round NUMBER again from the chain and its orders' terms, and compare; exit 1 if anything differs."""
    try:
        game = chosen_game(name)
        with Progress() as tell:
            report = replay(game, number, with_draw=draw, tell=tell)
        is_marked = vouch(game, number, report)
    except DomainError as error:
        raise click.ClickException(error.code) from None
    except rpc.NodeFailure as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from None
    if as_json:
        counts = {"orders": report.orders, "blocks": report.blocks, "payments": report.payments}
        click.echo(json.dumps({"same": not report.differences, **counts, "differences": report.differences}))
    else:
        for difference in report.differences:
            click.echo(f"DIFFERS {difference}")
        click.echo(
            f"{report.orders} orders, {report.blocks} blocks, {report.payments} payments, "
            f"{len(report.differences)} differences" + (", the seal is marked as ours again" if is_marked else "")
        )
    sys.exit(1 if report.differences else 0)


@click.command("export")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Into this file, not to the terminal.")
@game_option
def export_round(number: int, name: str | None, output: Path | None) -> None:
    """Write the proof bundle of round NUMBER, one JSON document a line for each part, as the verifier reads it."""
    target: IO[str] = output.open("w") if output else sys.stdout
    try:
        game = chosen_game(name)
        begin: int | None = 0
        while begin is not None:
            text = "".join(_part(game, number, begin))
            target.write(text + "\n")
            begin = json.loads(text)["next"]
    except DomainError as error:
        raise click.ClickException(error.code) from None
    finally:
        if output:
            target.close()


def _part(game: AnyGame, number: int, begin: int) -> Iterator[str]:
    with current_app.test_request_context():
        with transaction():
            reading = bundle.read(game, number, begin)
        yield from bundle.prove(reading, node.client())
