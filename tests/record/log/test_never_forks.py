"""Whatever dies, hangs, comes twice or is restored: no leaf is lost, no number given twice, no size signed twice."""

from __future__ import annotations

import fcntl
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.record.log import checks, jobs, queries, sequencing, service
from app.record.log.journal import LogJournal
from app.record.log.settings import log_settings
from tests.faults.test_kills import KILLED
from tests.faults.test_kills import run as run_apart

if TYPE_CHECKING:
    from tests.factories.world import World

STEPS = ("log.numbered", "log.copied", "log.signed")


def tell(*names: str) -> None:
    with transaction():
        for name in names:
            service.tell("thing", name, {"of": "a test"})


def told() -> list[str]:
    with transaction():
        return [entry.subject for entry in queries.entries(0, 10_000)]


def signed() -> int:
    with transaction():
        return queries.signed_size()


def breaches() -> list[object]:
    with transaction():
        return [breach for check in checks.CHECKS for breach in check()]


def journal() -> LogJournal:
    return LogJournal(log_settings().log_journal_path, 0.2)


def killed_at(app: Flask, step: str) -> bool:
    """Whether a process of its own that numbers, copies and signs died at this step, without clean-up."""
    return run_apart(cast("World", SimpleNamespace(app=app)), jobs.sequence, fail_at=step) == KILLED


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_sequencer_loses_nothing(committed_db: Flask, step: str) -> None:
    tell("before")
    jobs.sequence()
    tell("a", "b")
    assert killed_at(committed_db, step)
    assert signed() == 1
    tell("c")
    jobs.sequence()
    assert told() == ["before", "a", "b", "c"]
    assert signed() == 4
    assert breaches() == []


def test_many_sequencers_number_once(committed_db: Flask) -> None:
    tell(*(f"thing {number}" for number in range(200)))

    def one(_: int) -> int:
        with committed_db.app_context(), transaction():
            return sequencing.number(30)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(16))) == 200
    jobs.sequence()
    assert sorted(told()) == sorted(f"thing {number}" for number in range(200))
    assert breaches() == []


def test_without_its_lock_the_size_alone_keeps_them_apart(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: both read the same size, and one of the two has to give up."""
    monkeypatch.setattr(sequencing.statements, "ONE_SEQUENCER", "SELECT 1")
    tell("a", "b")
    both_have_read = threading.Barrier(2, timeout=30)
    read = queries.size
    monkeypatch.setattr(queries, "size", lambda: (read(), both_have_read.wait())[0])

    def one(_: int) -> object:
        with committed_db.app_context():
            try:
                with transaction():
                    return sequencing.number(1)
            except Exception as error:
                return type(error).__name__

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(one, range(2)))
    monkeypatch.undo()
    assert sum(outcome == 1 for outcome in outcomes) == 1
    jobs.sequence()
    assert told() == ["a", "b"]
    assert breaches() == []


def test_a_leaf_that_commits_late_comes_later(committed_db: Flask) -> None:
    written, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with committed_db.app_context(), transaction():
            service.tell("thing", "slow", {})
            written.set()
            finish.wait(60)

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(60)
    tell("quick")
    jobs.sequence()
    finish.set()
    thread.join()
    jobs.sequence()
    assert told() == ["quick", "slow"]


def forget(*statements: str) -> None:
    """The database as a backup had it."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


YESTERDAY = (
    "DELETE FROM log_entries WHERE number >= 2",
    "DELETE FROM log_checkpoints WHERE size > 2",
    "UPDATE log_heads SET size = 2",
    "UPDATE log_tiles SET hashes = substr(hashes, 1, 64)",
)


def test_a_restored_database_signs_no_second_history(committed_db: Flask) -> None:
    tell("a", "b")
    jobs.sequence()
    tell("c", "d")
    jobs.sequence()
    forget(*YESTERDAY)
    tell("what is sold after the restore")
    assert jobs.sequence() == 0
    assert signed() == 2
    assert told() == ["a", "b"]
    with transaction():
        assert queries.unsigned_since() is not None


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["log", *words])


def test_the_second_disk_gives_the_entries_back(committed_db: Flask) -> None:
    tell("a", "b")
    jobs.sequence()
    tell("c", "d")
    jobs.sequence()
    with transaction():
        root = queries.newest_checkpoint()
        assert root is not None
        kept = bytes(root.root)
    forget(*YESTERDAY)
    tell("c")  # as the backup had it: written, and without its number
    tell("e")
    assert run(committed_db, "restore", "--dry-run").output == "2 entries or more would be brought back\n"
    assert run(committed_db, "restore").output == "2 entries brought back\n"
    jobs.sequence()
    assert told() == ["a", "b", "c", "d", "e"]
    assert breaches() == []
    with transaction():
        assert sequencing.tree.root(4, queries.tiles()) == kept
    assert run(committed_db, "verify").output == "5 entries, one tree\n"


def test_another_history_on_the_second_disk_is_named(committed_db: Flask) -> None:
    tell("a", "b")
    jobs.sequence()
    forget("UPDATE log_entries SET data = 'another' WHERE number = 1")
    tell("c")
    assert jobs.sequence() == 0
    refused = run(committed_db, "restore")
    assert refused.exit_code == 1
    assert "entry 1 is another" in refused.output
    checked = run(committed_db, "verify")
    assert checked.exit_code == 1
    assert "log.entry_changed" in checked.output


@pytest.mark.parametrize("trouble", ["held", "gone", "torn"])
def test_a_second_disk_in_trouble(committed_db: Flask, trouble: str, tmp_path: Path) -> None:
    """Held or gone, nothing is numbered or signed; a line that a crash left unfinished is written again."""
    tell("a")
    jobs.sequence()
    tell("b")
    path = Path(log_settings().log_journal_path)
    if trouble == "torn":
        with path.open("ab") as file:
            file.write(b'[1,"thing","b","{')
        jobs.sequence()
        assert told() == ["a", "b"]
        assert [entry.subject for entry in journal().read()] == ["a", "b"]
        assert breaches() == []
        return
    kept = path.read_bytes()
    if trouble == "gone":
        path.unlink()
        path.mkdir()
    held = os.open(path, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    settings = current_settings()
    committed_db.config["SETTINGS"] = settings.model_copy(update={"log_journal_seconds": 0.1})
    assert jobs.sequence() == 0
    assert told() == ["a"]
    os.close(held)
    if trouble == "gone":
        path.rmdir()
        path.write_bytes(kept)
    assert jobs.sequence() == 1
    assert signed() == 2


def test_what_was_said_cannot_be_unsaid(committed_db: Flask) -> None:
    tell("a")
    jobs.sequence()
    for statement in ("UPDATE log_entries SET data = ''", "DELETE FROM log_entries", "DELETE FROM log_checkpoints"):
        with pytest.raises(Exception, match="only ever added"):
            db.session.execute(text(statement))
        db.session.rollback()
