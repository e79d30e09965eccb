"""The published witness, which shares no code with the log, follows it over HTTP, and names what is done to it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.serving import WSGIRequestHandler, make_server

from app.core.database.session import db, transaction
from app.record.log import jobs, queries, sequencing, service
from app.record.log.format import notes, tree
from app.record.log.settings import log_settings
from tests import scripts
from tests.settings import LOG_KEY

WITNESS = Path(__file__).resolve().parents[3] / "utilities/bin/witness.py"
Follow = Callable[[], scripts.Done]


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Requests of a test concern nobody."""


def witness(*words: str) -> scripts.Done:
    """The script as somebody runs it who has nothing of ours but this file."""
    return scripts.run(WITNESS.name, *words)


@pytest.fixture
def follow(committed_db: Flask, tmp_path: Path) -> Iterator[Follow]:
    """One look of a witness at the log of this application."""
    server = make_server("127.0.0.1", 0, committed_db, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    key = tmp_path / "key"
    assert witness("keygen", "witness.example/ada", "--key", str(key)).returncode == 0
    words = (
        "--log-key",
        str(LOG_KEY.verifier),
        "--key",
        str(key),
        "--state",
        str(tmp_path / "state"),
        "--once",
        "--entries",
    )
    yield lambda: witness("follow", f"http://127.0.0.1:{server.port}/log", *words)
    server.shutdown()
    thread.join()


def tell(count: int) -> None:
    with transaction():
        for number in range(count):
            service.tell("thing", f"thing {number}", {"number": number})
    jobs.sequence()


def rewritten(*statements: str) -> None:
    """What somebody does who has all rights over the database, and the log's key."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def numbered_anew() -> None:
    """The tree of the entries as they are now, signed as if it had always been so."""
    log_settings().log_journal_path.unlink()
    size = queries.size()
    hashes = b"".join(tree.leaf_hash(entry.data.encode()) for entry in queries.entries(0, size))
    rewritten("DELETE FROM log_tiles", "DELETE FROM log_checkpoints", "UPDATE log_heads SET size = 0")
    with transaction():
        sequencing._grow(0, hashes)
    jobs.sequence()


def test_a_witness_follows_and_cosigns(follow: Follow) -> None:
    tell(300)
    for more in (0, 5, 400):
        tell(more)
        looked = follow()
        assert looked.returncode == 0, looked.stderr + looked.stdout


def test_a_changed_entry_is_named(follow: Follow) -> None:
    tell(300)
    assert follow().returncode == 0
    rewritten("UPDATE log_entries SET data = replace(data, '7', '8') WHERE number = 7")
    numbered_anew()
    tell(5)
    looked = follow()
    assert looked.returncode == 1
    assert "inconsistent" in looked.stdout + looked.stderr


def test_a_log_that_shrinks_is_named(follow: Follow) -> None:
    tell(300)
    assert follow().returncode == 0
    rewritten("DELETE FROM log_entries WHERE number >= 290", "UPDATE log_heads SET size = 290")
    numbered_anew()
    looked = follow()
    assert looked.returncode == 1
    assert re.search("smaller|replayed", looked.stderr)  # the second, where both were signed within a second


def test_two_histories_of_one_size_are_named(follow: Follow) -> None:
    tell(10)
    assert follow().returncode == 0
    rewritten("UPDATE log_entries SET data = replace(data, '7', '8') WHERE number = 7")
    numbered_anew()
    looked = follow()
    assert looked.returncode == 1
    assert "fork" in looked.stdout + looked.stderr


def test_a_proof_of_ours_holds_for_it_and_for_no_other_leaf(committed_db: Flask, tmp_path: Path) -> None:
    tell(300)
    with transaction():
        entry = queries.entries(123, 1)[0]
        leaf, proof = bytes(entry.hash), queries.inclusion_of(entry).text
    assert json.loads(entry.data)["number"] == 123
    path = tmp_path / "proof"
    path.write_text(proof)
    known = ("--log-key", str(LOG_KEY.verifier))
    assert witness("check", str(path), "--leaf", leaf.hex(), *known).returncode == 0
    assert witness("check", str(path), "--leaf", tree.leaf_hash(b"another").hex(), *known).returncode == 1
    stranger = notes.SigningKey("localhost/log", bytes(32)).verifier
    assert witness("check", str(path), "--leaf", leaf.hex(), "--log-key", str(stranger)).returncode == 1
    db.session.rollback()
