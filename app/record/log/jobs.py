"""The sequencer's job. It may run at any time, twice, or die half-way: the next run finds what has no number, is not on
the second disk, or not signed.
"""

from __future__ import annotations

import structlog

from app.core.database.session import transaction
from app.core.faults import step

from . import sequencing
from .journal import LogJournal
from .sequencing import LogContradicted
from .settings import log_settings

log = structlog.get_logger()


def sequence() -> int:
    """Number what waits, copy it to the second disk, sign it. Returns how many entries were numbered.

    Raises LogContradicted, LogJournalDamaged, OSError: nothing more is signed until somebody has looked.
    """
    settings = log_settings()
    journal = LogJournal(settings.log_journal_path, settings.log_journal_seconds)
    with transaction():
        trouble = sequencing.contradiction(journal)
    if trouble:
        raise LogContradicted(trouble)
    numbered = 0
    while batch := _number():
        numbered += batch
        if batch < sequencing.BATCH:
            break
    on_disk = _copy(journal)
    with transaction():
        sequencing.sign(settings, on_disk)
    return numbered


def _number() -> int:
    with transaction():
        return sequencing.number()


def _copy(journal: LogJournal) -> int:
    """Bring the second disk up to date; no transaction is open while it is written. Returns how many entries it has."""
    while True:
        with transaction():
            missing = sequencing.missing_on_disk(journal)
        if not missing:
            break
        journal.append(missing)
        step("log.copied")
    last = journal.last()
    return last.number + 1 if last else 0
