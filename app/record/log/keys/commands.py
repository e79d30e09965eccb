"""`flask log rotate`: another key speaks for the log from now on."""

from __future__ import annotations

import click

from app.core.database.session import transaction
from app.record.log import sequencing
from app.record.log.format.notes import NoteRefused, VerifierKey
from app.record.log.journal import LogJournal
from app.record.log.settings import log_settings

from . import service
from .service import RotationRefused


@click.command()
@click.option("--lost", metavar="VKEY", help="The old key's verifier key, where its secret half is lost.")
def rotate(lost: str | None) -> None:
    """Say in the log that LOG_KEY follows LOG_KEY_BEFORE, signed by both.

    Checkpoints over this entry are signed by LOG_KEY, and by LOG_KEY_BEFORE too as long as it is set. With --lost the
    new key alone signs: nobody who follows the log with the old one will believe it without being told otherwise.
    Said once, it is not said again. Exits 1 and says why, where it would leave a log that nobody can follow.
    """
    settings = log_settings()
    try:
        old = VerifierKey.parse(lost) if lost else None
        with transaction():
            contradicted = sequencing.contradiction(LogJournal(settings.log_journal_path, settings.log_journal_seconds))
            if contradicted:
                raise RotationRefused(f"{contradicted}: first flask log restore")
            is_new = service.rotate(settings, old)
    except (NoteRefused, RotationRefused) as refused:
        raise click.ClickException(str(refused)) from None
    key = settings.log_keys[0].verifier
    click.echo(f"said: {key} takes over" if is_new else f"said already: {key} takes over")
