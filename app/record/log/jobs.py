"""The sequencer's job. It may run at any time, twice, or die half-way: the next run finds what has no number, is not on
the second disk, or not signed.
"""

from __future__ import annotations

import structlog

from app.core.database.session import transaction
from app.core.faults import step

from . import sequencing
from .journal import LogJournal, LogJournalDamaged
from .keys.queries import KeyUnknown
from .sequencing import LogContradicted
from .settings import log_settings

log = structlog.get_logger()


def sequence() -> int:
    """Number what waits, copy it to the second disk, sign it. Returns how many entries were numbered.

    While the second disk contradicts the database or cannot be written, nothing gets a number or a signature: what was
    said waits, and an alarm opens. While the settings do not hold the key in force, nothing is signed.
    """
    settings = log_settings()
    journal = LogJournal(settings.log_journal_path, settings.log_journal_seconds)
    try:
        with transaction():
            trouble = sequencing.contradiction(journal)
        if trouble:
            raise LogContradicted(trouble)
        journal.check()
        numbered = _number_all()
        on_disk = _copy(journal)
    except (LogContradicted, LogJournalDamaged, OSError) as error:
        _stands_still(error)
        return 0
    try:
        with transaction():
            sequencing.sign(settings, on_disk)
    except KeyUnknown as error:
        _stands_still(error)
    return numbered


def _stands_still(error: Exception) -> None:
    log.error("log_stands_still", error=type(error).__name__, why=str(error))


def _number_all() -> int:
    numbered = 0
    while batch := _number():
        numbered += batch
        if batch < sequencing.BATCH:
            break
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
