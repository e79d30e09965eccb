"""Operator commands of sealed data: `flask keys …`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from app.core.database.session import transaction

from . import resealing
from .keyring import NotOpened
from .settings import keyring

keys = AppGroup("keys", help="The keys under which personal data is sealed.")

T = TypeVar("T")

_PATIENCE_SECONDS: Final = 60
_PAUSE_SECONDS: Final = 1


@keys.command()
def status() -> None:
    """Which key sealed how many values. Exits 1 if there are some that no key of DATA_KEYS opens."""
    ring = keyring()
    with transaction():
        counted, unknown = resealing.counted(), resealing.unknown()
    for column, by_key in counted.items():
        click.echo(f"{column}: " + (", ".join(f"{name} {count}" for name, count in by_key.items()) or "nothing"))
    click.echo(f"seals: {ring.current.name}; opens: {', '.join(ring.names)}")
    for name in ring.names[1:]:
        if not any(name in by_key for by_key in counted.values()):
            click.echo(f"{name} is no longer needed here; backups may still be sealed with it")
    if unknown:
        raise click.ClickException(f"DATA_KEYS lacks: {', '.join(unknown)}")


@keys.command()
@click.option("--once", is_flag=True, help="Walk through all rows once; do not come back for those that were held.")
def reseal(once: bool) -> None:
    """Seal everything with the first key of DATA_KEYS. May run beside everything else, twice, and be stopped.

    Exits 1 if rows are left that somebody has held for a minute, or that do not open.
    """
    changed, until = 0, time.monotonic() + _PATIENCE_SECONDS
    while True:
        passed = _refusing(lambda: resealing.reseal(transaction))
        changed += passed.changed
        if passed.changed:
            until = time.monotonic() + _PATIENCE_SECONDS
        if not passed.left or once or time.monotonic() > until:
            break
        time.sleep(_PAUSE_SECONDS)
    click.echo(f"{changed} sealed with {keyring().current.name}")
    if passed.left:
        raise click.ClickException(f"{passed.left} are left, which somebody held or wrote with an older key")


@keys.command()
def rehash() -> None:
    """Make the hashes by which addresses are found anew, after LOOKUP_KEY changed. Web and workers stand meanwhile.

    May run twice, and be stopped.
    """
    try:
        changed = _refusing(lambda: resealing.rehash(transaction))
    except IntegrityError:
        raise click.ClickException(
            "an address has two rows: somebody signed in while this ran; stop web and workers, and see to it by hand"
        ) from None
    click.echo(f"{changed} hashes made anew")


def _refusing(work: Callable[[], T]) -> T:
    try:
        return work()
    except NotOpened as error:
        raise click.ClickException(str(error)) from None
