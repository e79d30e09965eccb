"""What our own key signed and our log has not is kept whoever brings it, and shown to everybody."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database.session import db, transaction
from app.faces.admin.watch import witnesses as watch
from app.record.log import queries as log
from app.record.log.format import notes
from app.record.log.format.notes import Checkpoint, SigningKey
from app.record.log.witnesses import checks, judging, service
from app.record.log.witnesses.models import Disagreement, KnownWitness
from tests.settings import LOG_KEY

from .conftest import Reply, answer, collect, name_in_settings, tell
from .test_contradicting import EVE, alarms, line, ours, served_note


def bring(app: Flask, note: bytes) -> tuple[int, str]:
    answer = app.test_client().post("/api/log/cosignatures", json={"note": note.decode()})
    told: dict[str, Any] = answer.get_json()
    return answer.status_code, str(told.get("code", told.get("kept")))


def kept() -> list[tuple[str, bool, str | None]]:
    db.session.rollback()
    wanted = select(Disagreement.kind, Disagreement.proven, Disagreement.witness)
    return [(kind, proven, witness) for kind, proven, witness in db.session.execute(wanted)]


def without_lines(size: int) -> bytes:
    return notes.sign(Checkpoint(LOG_KEY.name, size, b"r" * 32, int(time.time())).text, [LOG_KEY]).encode()


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        (lambda: served_note(), "forked"),
        (lambda: served_note(3), "forked"),
        (lambda: served_note(50), "ahead"),
        (lambda: served_note(10**18 * 9 + 10**18 - 1), "ahead"),
        (lambda: without_lines(5), "forked"),
    ],
    ids=["a stranger cosigned it", "of fewer entries", "of more entries", "of more than there can be", "nobody did"],
)
def test_a_fork_that_a_stranger_brings_is_kept_alarmed_and_shown(
    committed_db: Flask, note: Callable[[], bytes], kind: str
) -> None:
    tell(5)
    forged = note()
    assert bring(committed_db, forged) == (409, "log_contradicted")
    assert bring(committed_db, forged) == (409, "log_contradicted")
    assert kept() == [(kind, True, None)]
    with transaction():
        assert [breach.check for breach in checks.nobody_saw_another_log()] == [f"log.{kind}"]
        watch.look()
    (alarm,) = alarms("witness_disagrees")
    assert (alarm.subject, alarm.detail["kind"], alarm.detail["proven"]) == ("witness:unknown", kind, True)
    shown = committed_db.test_cli_runner().invoke(args=["log", "evidence", alarm.detail["evidence"]]).output
    assert forged.decode() in shown
    _is_shown_to_everybody(committed_db, forged.decode(), kind)


def _is_shown_to_everybody(app: Flask, forged: str, kind: str) -> None:
    (said,) = app.test_client().get("/api/log").get_json()["contradictions"]
    seen = Checkpoint.parse(notes.opened(said["note"], LOG_KEY.verifier))
    assert (seen.size, seen.root.hex()) == (said["size"], said["root"]) == (said["size"], (b"r" * 32).hex())
    assert forged.startswith(said["note"]), "what strangers wrote below it is not published"
    with transaction():
        newest = log.newest_checkpoint()
        assert newest is not None
        assert (said["ourRoot"] is None) == (kind == "ahead")
        assert said["size"] != newest.size or said["ourRoot"] == newest.root.hex()
    page = app.test_client().get("/log").text
    assert "Our key signed another log than this one" in page
    assert said["note"].splitlines()[2].replace("+", "&#43;") in page or said["note"].splitlines()[2] in page


def test_with_a_known_witness_it_is_his(committed_db: Flask) -> None:
    tell(5)
    with transaction() as session:
        session.add(KnownWitness(key=str(EVE), offered_by="site:of a test"))
    assert bring(committed_db, served_note()) == (409, "log_contradicted")
    assert kept() == [("forked", True, str(EVE))]
    assert len(committed_db.test_client().get("/api/log").get_json()["contradictions"]) == 1
    text = without_lines(3).decode()
    assert bring(committed_db, text.encode() + line(text, signs="another")) == (409, "log_contradicted")
    assert set(kept()) == {("forked", True, str(EVE)), ("forked", True, None)}, "his line is none of his"


def test_what_no_key_of_ours_signed_is_kept_of_nobody(committed_db: Flask) -> None:
    tell(5)
    for note in (
        served_note(key=SigningKey(LOG_KEY.name, b"x" * 32)),
        served_note(origin="another.example/log"),
        ours().encode() + line(ours()),
    ):
        assert bring(committed_db, note) == (404, "witness_unknown")
    assert kept() == []
    head = committed_db.test_client().get("/api/log").get_json()
    assert head["contradictions"] == []
    assert "Our key signed another log" not in committed_db.test_client().get("/log").text


def test_nobody_fills_the_table(committed_db: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even who has the log's key."""
    monkeypatch.setattr(service, "MOST_BROUGHT", 3)
    tell(5)
    for when in range(2):
        note = notes.sign(Checkpoint(LOG_KEY.name, 5, b"r" * 32, int(time.time()) + when).text, [LOG_KEY])
        bring(committed_db, note.encode())
    assert len(kept()) == 1, "one of each size and root"
    for size in range(60, 66):
        assert bring(committed_db, without_lines(size)) == (409, "log_contradicted")
    assert len(kept()) == 3


def test_what_our_log_has_after_all_is_no_contradiction(committed_db: Flask) -> None:
    """It was restored, and its entries brought back."""
    tell(5)
    with transaction() as session:
        newest = log.newest_checkpoint()
        assert newest is not None
        shown = judging.signed_by_us(newest.note.encode(), LOG_KEY.name, lambda size: [LOG_KEY.verifier])
        service.keep_brought(shown, newest.note)
        assert session.scalar(select(func.count()).select_from(Disagreement)) == 1
    assert committed_db.test_client().get("/api/log").get_json()["contradictions"] == []


def test_what_a_witness_serves_needs_no_line_of_his(committed_db: Flask, served: Callable[[Reply], str]) -> None:
    tell(5)
    told = without_lines(5)
    name_in_settings(committed_db, str(EVE), served(lambda handler, body: answer(handler, 200, told)) + "/checkpoint")
    assert collect() == 1
    assert kept() == [("forked", True, str(EVE))]
