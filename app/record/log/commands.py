"""Operator commands of the public log: `flask log …`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final
from uuid import UUID

import click
from flask.cli import AppGroup

from app.core.database.session import transaction

from . import checks, queries, sequencing
from .journal import LogJournal, Numbered
from .keys import queries as keys
from .keys.commands import rotate
from .settings import log_settings
from .witnesses import queries as witnesses

log = AppGroup("log", help="The public log.")
log.add_command(rotate)

_AT_ONCE: Final = 5_000


@log.command()
@click.option("--dry-run", is_flag=True, help="Say how many there are, write nothing.")
def restore(dry_run: bool) -> None:
    """Bring back the entries that only the second disk has, under their numbers: after a restore of the database.

    Leaves that wait are told anew behind them. Exits 1 if the two contradict each other in what both have.
    """
    settings = log_settings()
    journal = LogJournal(settings.log_journal_path, settings.log_journal_seconds)
    brought = 0
    while batch := _lost(journal):
        brought += len(batch)
        if dry_run:
            break
        with transaction():
            sequencing.bring_back(batch)
    click.echo(f"{brought} entries {'or more would be ' if dry_run else ''}brought back")


def _lost(journal: LogJournal) -> list[Numbered]:
    """The next entries that the database lacks. Exits 1 if the last ones of both are not the same."""
    with transaction():
        size = queries.size()
        differs = sequencing.differs_below(journal, size)
    if differs is not None:
        raise click.ClickException(f"entry {differs} is another on the second disk: this is not a restore of one log")
    return list(islice(journal.read(size), _AT_ONCE))


@log.command()
def status() -> None:
    """Say how far the log is: entries, what is signed, what waits, and who verifies with which key."""
    with transaction():
        newest, since = queries.newest_checkpoint(), queries.waiting_since()
        click.echo(f"entries      {queries.size()}")
        click.echo(f"signed       {newest.size if newest else 0}")
        click.echo(f"waiting      {f'since {since:%Y-%m-%d %H:%M:%S}' if since else 'nothing'}")
        click.echo(f"verifier key {keys.current()}")
        for line in _witnesses():
            click.echo(line)


def _witnesses() -> Iterator[str]:
    """How it went with each witness, and what they said against us."""
    named, quorum = witnesses.named(), log_settings().quorum
    yield f"witnesses    {len(named)} named, {quorum} needed" if named else "witnesses    none named"
    for one in witnesses.known():
        since = f"at {one.heard_at:%Y-%m-%d %H:%M:%S}" if one.heard_at else "never"
        yield f"  {one.key}"
        yield f"    {'named' if one.key in named else 'offered'}; cosigned {one.size} entries; heard of {since}"
        if one.trouble:
            yield f"    trouble: {one.trouble}"
    for said in witnesses.disagreements(20):
        proven = "proven by our signature" if said.proven else "not proven"
        yield f"  {said.kind}, {proven}, {said.seen_at:%Y-%m-%d %H:%M:%S}: {said.witness or 'somebody'} ({said.id})"


@log.command()
@click.argument("identifier", type=click.UUID)
def evidence(identifier: UUID) -> None:
    """Print what a witness holds against us, as it was kept."""
    with transaction():
        found = witnesses.disagreement(identifier)
        if found is None:
            raise click.ClickException("there is no such disagreement")
        click.echo(found.evidence)


@log.command()
def verify() -> None:
    """Make the whole tree again from its entries, and hold tiles, checkpoints and the second disk against it.

    Exits 1 and names what does not hold.
    """
    settings = log_settings()
    journal = LogJournal(settings.log_journal_path, settings.log_journal_seconds)
    with transaction():
        breaches = [f"{breach}" for check in checks.CHECKS for breach in check()]
        contradicted = sequencing.contradiction(journal)
        size = queries.size()
    if contradicted:
        breaches.append(contradicted)
    for line in breaches:
        click.echo(line)
    if breaches:
        raise SystemExit(1)
    click.echo(f"{size} entries, one tree")
