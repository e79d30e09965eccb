"""What a receipt is given of its leaf: one promise for ever, the first proof, and the first that witnesses cosigned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import clock
from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.record.log import jobs as log_jobs
from app.record.log.format import notes
from app.record.log.receipts import queries, statements
from app.record.log.receipts.queries import LeafTold
from tests.settings import LOG_KEY

from .conftest import Ada, collect, name_in_settings, tell

SUBJECT = "order:1"
Begin = Callable[[str], Ada]


def write(*, roll_back: bool = False) -> None:
    """A leaf of a receipt, as a part of another statement."""
    made = "made AS (SELECT CAST(:subject AS text) AS subject, 'a payment' AS fact, CAST(:data AS text) AS data)"
    written = f"WITH {made}, {statements.keep('order.paid', 'made')} SELECT 1"
    with transaction() as session:
        session.execute(text(written), {"subject": SUBJECT, "data": '{"a":"é"}'})
        if roll_back:
            session.rollback()


def told() -> LeafTold:
    with transaction():
        (found,) = queries.leaves_of(SUBJECT)
        return found


def test_a_leaf_that_was_rolled_back_was_never_promised(committed_db: Flask) -> None:
    write(roll_back=True)
    with transaction():
        assert queries.leaves_of(SUBJECT) == []
        assert db.session.scalar(text("SELECT count(*) FROM log_leaves")) == 0


def test_the_promise_never_moves(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    first = told()
    assert (first.data, first.number, first.proof, first.is_late) == ('{"a":"é"}', None, None, False)
    later = datetime.now(UTC) + timedelta(seconds=62)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert told().promise == first.promise
    assert told().is_late
    assert first.due_at < later
    monkeypatch.undo()
    log_jobs.sequence()
    assert told().promise == first.promise


def test_the_proof_is_against_the_first_checkpoint_for_ever(committed_db: Flask) -> None:
    tell(3)
    write()
    log_jobs.sequence()
    first = told()
    tell(700)
    assert told() == first
    assert first.signed_at is not None
    assert first.signed_at <= first.due_at
    assert first.proof is not None
    assert "\n4\n" in first.proof.partition("\n\n")[2]


def test_a_key_that_is_turned_signs_the_same_promise(committed_db: Flask) -> None:
    """Both sign while both are held, from the entry on that says so."""
    write()
    log_jobs.sequence()
    before = notes.opened(told().promise, LOG_KEY.verifier)
    other = notes.SigningKey(LOG_KEY.name, b"o" * 32)
    settings = current_settings(committed_db)
    turned = {"log_key": type(settings.log_key)(other.text), "log_key_before": type(settings.log_key)(LOG_KEY.text)}
    committed_db.config["SETTINGS"] = settings.model_copy(update=turned)
    alone = told().promise
    assert notes.opened(alone, LOG_KEY.verifier) == before
    assert alone.count("\n— ") == 1
    assert committed_db.test_cli_runner().invoke(args=["log", "rotate"]).exit_code == 0
    log_jobs.sequence()
    for key in (other, LOG_KEY):
        assert notes.opened(told().promise, key.verifier) == before


def test_a_second_proof_shows_the_witnesses(committed_db: Flask, witnesses: Begin) -> None:
    ada = witnesses("ada")
    write()
    log_jobs.sequence()
    name_in_settings(committed_db, ada.key, ada.push)
    tell(3)  # the first checkpoint with it was seen by nobody
    alone = told()
    assert alone.witnessed is None
    collect()
    tell(2)
    collect()
    seen = told()
    assert seen.proof == alone.proof
    assert seen.witnessed is not None
    note = seen.witnessed.partition("\n\n")[2]
    assert note.splitlines()[1] == "4", "the first that was cosigned"
    assert ada.name in note
    name_in_settings(committed_db, ada.key, ada.push, quorum=2)
    assert told().witnessed == seen.witnessed
