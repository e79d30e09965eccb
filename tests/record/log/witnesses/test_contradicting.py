"""A witness that lies is not believed, and one that has seen another log than ours is named, with what shows it."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.core.ids import new_id
from app.faces.admin.watch import subjects
from app.faces.admin.watch import witnesses as watch
from app.record.audit.models import Alarm
from app.record.log import queries as log
from app.record.log.format import notes
from app.record.log.format.notes import COSIGNER, Checkpoint, SigningKey, VerifierKey
from app.record.log.witnesses import checks, queries
from app.record.log.witnesses.models import Cosignature, Disagreement, KnownWitness
from tests.faces.admin.operators import Operator
from tests.record.log.test_followed import numbered_anew, rewritten
from tests.settings import LOG_KEY

from .conftest import Ada, Reply, answer, collect, name_in_settings, tell

Begin = Callable[[str], Ada]
Serve = Callable[[Reply], str]
SEED = SigningKey("witness.example/eve", b"e" * 32)
EVE = VerifierKey(SEED.name, SEED.verifier.public, COSIGNER)


def line(note: str, ahead: int = 0, key: VerifierKey = EVE, signs: str | None = None) -> bytes:
    """Eve's cosignature of a note, as she likes to make it."""
    words, when = notes.parted(note)[0], int(time.time()) + ahead
    signature = SEED._private.sign(f"cosignature/v1\ntime {when}\n{words if signs is None else signs}".encode())
    raw = base64.b64encode(key.identifier + when.to_bytes(8, "big") + signature).decode()
    return f"— {key.name} {raw}\n".encode()


def sent(body: bytes) -> str:
    return body.decode().partition("\n\n")[2]


def alarms(code: str) -> list[Alarm]:
    db.session.rollback()
    return list(db.session.scalars(select(Alarm).where(Alarm.code == code, Alarm.closed_at.is_(None))))


def nothing_is_kept() -> bool:
    db.session.rollback()
    return db.session.scalar(select(Cosignature)) is None


def trouble() -> str:
    db.session.rollback()
    return db.session.get_one(KnownWitness, str(EVE), populate_existing=True).trouble


OTHER = VerifierKey("witness.example/mallory", EVE.public, COSIGNER)
AS_LOG = VerifierKey(EVE.name, EVE.public)
PUSHED: dict[str, tuple[Callable[[str], tuple[int, bytes]], str]] = {
    "another's name": (lambda note: (200, line(note, key=OTHER)), "not_signed"),
    "a log's signature": (lambda note: (200, line(note, key=AS_LOG)), "not_signed"),
    "another text": (lambda note: (200, line(note, signs="localhost/log\n7\n")), "signature_wrong"),
    "one right, one wrong": (lambda note: (200, line(note) + line(note, signs="")), "signature_wrong"),
    "a time ahead": (lambda note: (200, line(note, ahead=1000)), "time_ahead"),
    "a time before": (lambda note: (200, line(note, ahead=-1000)), "time_before"),
    "nothing": (lambda note: (200, b""), "not_signed"),
    "no lines": (lambda note: (200, b"\xff\xfe"), "not_understood"),
    "no signature": (lambda note: (200, b"thank you\n"), "not_understood"),
    "too much": (lambda note: (200, line(note) + b"x" * 200_000), "answer_too_long"),
    "elsewhere": (lambda note: (302, b""), "http_302"),
    "a clock that differs": (lambda note: (422, b"future: it is ahead"), "http_422"),
    "a size that is none": (lambda note: (409, b"0\n"), "not_understood"),
    "an error": (lambda note: (500, b"oh"), "http_500"),
}


def test_what_is_answered_to_a_checkpoint(committed_db: Flask, served: Serve) -> None:
    asked = iter(PUSHED.values())

    def lie(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        status, data = next(asked)[0](sent(body))
        answer(handler, status, data, Location="/", Content_Type="text/x.tlog.size")

    tell(5)
    name_in_settings(committed_db, str(EVE), f"{served(lie)}/add-checkpoint")
    for name, (_, why) in PUSHED.items():
        assert collect() == 1, name
        assert trouble() == why, name
        assert nothing_is_kept(), name
        assert committed_db.test_client().get("/log/checkpoint").text.count("\n— ") == 1, name


def ours() -> str:
    with transaction():
        newest = log.newest_checkpoint()
        assert newest is not None
        return newest.note


def served_note(size: int = 5, root: bytes = b"r" * 32, origin: str = LOG_KEY.name, key: SigningKey = LOG_KEY) -> bytes:
    """A checkpoint that the log's key signed for somebody else than us, with Eve's line below."""
    note = notes.sign(Checkpoint(origin, size, root, int(time.time())).text, [key])
    return note.encode() + line(note)


FETCHED: dict[str, tuple[Callable[[], bytes], str, list[tuple[str, bool]]]] = {
    "ours, not cosigned": (lambda: ours().encode(), "not_signed", []),
    "another log's": (lambda: served_note(origin="another.example/log"), "other_log", []),
    "another key's": (lambda: served_note(key=SigningKey(LOG_KEY.name, b"x" * 32)), "not_ours", []),
    "no note": (lambda: b"hello", "not_understood", []),
    "another root of our size": (served_note, "disagrees", [("forked", True)]),
    "another root of a smaller size": (lambda: served_note(3), "disagrees", [("forked", True)]),
    "more than we have": (lambda: served_note(50), "disagrees", [("ahead", True)]),
}


@pytest.mark.parametrize("name", FETCHED)
def test_what_is_served_as_cosigned(committed_db: Flask, served: Serve, name: str) -> None:
    make, why, said = FETCHED[name]
    tell(5)
    told = make()
    name_in_settings(committed_db, str(EVE), served(lambda handler, body: answer(handler, 200, told)) + "/checkpoint")
    for _ in range(2):
        assert collect() == 1
    assert trouble() == why
    assert nothing_is_kept()
    kept = db.session.execute(select(Disagreement.kind, Disagreement.proven).distinct()).all()
    assert [tuple(row) for row in kept] == said
    with transaction():
        assert bool(checks.nobody_saw_another_log()) == bool(said)
        watch.look()
    assert [alarm.subject for alarm in alarms("witness_disagrees")] == [watch.subject_of(str(EVE))] * len(said)


def test_proof_that_we_forked_is_believed_of_anybody_and_its_absence_of_nobody(
    committed_db: Flask, served: Serve
) -> None:
    """Who only offered itself may say what it likes: it calls nobody out of bed, unless our own key signed it."""
    tell(5)

    def lie(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        status = 409 if handler.command == "POST" else 200
        answer(handler, status, b"50\n" if status == 409 else served_note(), Content_Type="text/x.tlog.size")

    url = served(lie)
    with transaction() as session:
        session.add(KnownWitness(key=str(EVE), push=f"{url}/add-checkpoint", offered_by="site:of a test"))
    name_in_settings(committed_db, webhook_allow_private=True)
    for _ in range(3):
        collect()
    db.session.rollback()
    (said,) = db.session.scalars(select(Disagreement)).all()
    assert (said.kind, said.proven) == ("ahead", False)
    assert "it answered 409\n50" in said.evidence
    with transaction():
        watch.look()
    assert alarms("witness_disagrees") == []
    with transaction() as session:
        session.execute(text("UPDATE log_witnesses SET pull = :pull"), {"pull": f"{url}/checkpoint"})
    collect()
    with transaction():
        watch.look()
    (alarm,) = alarms("witness_disagrees")
    assert (alarm.detail["kind"], alarm.detail["proven"]) == ("forked", True)


def test_what_was_understood_is_not_told_again(committed_db: Flask, served: Serve) -> None:
    tell(5)
    name_in_settings(
        committed_db,
        str(EVE),
        served(lambda handler, body: answer(handler, 409, b"no: another root")) + "/add-checkpoint",
    )
    collect()
    with transaction():
        watch.look()
    (alarm,) = alarms("witness_disagrees")
    assert (alarm.detail["kind"], alarm.detail["proven"]) == ("inconsistent", False)
    shown = committed_db.test_cli_runner().invoke(args=["log", "evidence", alarm.detail["evidence"]]).output
    assert ours().splitlines()[2] in shown
    assert "no: another root" in shown
    with transaction() as session:
        session.execute(text("UPDATE alarms SET closed_at = clock_timestamp()"))
    collect()
    with transaction():
        watch.look()
    assert alarms("witness_disagrees") == []


def test_a_forked_log_is_refused_by_the_published_witness_and_named(committed_db: Flask, witnesses: Begin) -> None:
    tell(10)
    ada = witnesses("ada")
    name_in_settings(committed_db, ada.key, f"{ada.push} {ada.pull}")
    assert collect() == 1
    rewritten(
        "DELETE FROM log_cosignatures",
        "UPDATE log_entries SET data = replace(data, '7', '8') WHERE number = 7",
    )
    numbered_anew()
    tell(5)
    assert collect() == 1
    with transaction():
        found = {(one.kind, one.proven): one.evidence for one in queries.disagreements()}
        watch.look()
    assert set(found) == {("inconsistent", False), ("forked", True)}
    key = LOG_KEY.verifier
    held = found["forked", True].partition("--- it answered 200\n")[2]
    assert Checkpoint.parse(notes.opened(held, key)).size == 10  # signed by us, of a root that our tree has not
    (alarm,) = alarms("witness_disagrees")
    assert (alarm.subject, alarm.detail["kind"]) == (watch.subject_of(ada.key), "forked")
    audited = [str(breach) for breach in checks.nobody_saw_another_log()]
    assert len(audited) == 1
    assert ada.key in audited[0]
    shown = committed_db.test_cli_runner().invoke(args=["log", "status"]).output
    assert "forked, proven by our signature" in shown


def test_a_silent_witness_is_missed_after_minutes(committed_db: Flask, served: Serve) -> None:
    hung = threading.Event()
    tell(5)
    url = served(lambda handler, body: hung.wait(0.1) and None)
    name_in_settings(committed_db, str(EVE), f"{url}/add-checkpoint")
    collect()
    with transaction() as session:
        watch.look()
        assert not checks.nobody_is_silent()
        session.execute(text("UPDATE log_witnesses SET known_since = now() - interval '6 minutes'"))
    with transaction():
        watch.look()
        assert [breach.check for breach in checks.nobody_is_silent()] == ["log.witness_silent"]
    (alarm,) = alarms("witness_silent")
    assert alarm.subject == watch.subject_of(str(EVE))
    name_in_settings(
        committed_db, str(EVE), served(lambda handler, body: answer(handler, 200, line(sent(body)))) + "/add-checkpoint"
    )
    assert collect() == 1
    with transaction():
        watch.look()
    assert alarms("witness_silent") == []
    assert not nothing_is_kept()


def test_a_line_that_was_changed_in_the_database_is_found(committed_db: Flask, witnesses: Begin) -> None:
    tell(5)
    ada = witnesses("ada")
    name_in_settings(committed_db, ada.key, ada.push)
    collect()
    with transaction():
        assert checks.cosignatures_hold() == []
    for change in (
        "cosigned_at = cosigned_at - interval '1 hour'",
        "line = replace(line, 'ada', 'bob')",
        "line = 'x'",
    ):
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text(f"UPDATE log_cosignatures SET {change}"))
            assert [breach.check for breach in checks.cosignatures_hold()] == ["log.cosignature_wrong"]
            session.execute(text("SET LOCAL session_replication_role = origin"))
            session.rollback()
    for statement in ("UPDATE log_cosignatures SET line = ''", "DELETE FROM log_cosignatures"):
        with pytest.raises(Exception, match="only ever added"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_operators_read_on_the_card_of_a_witness_that_it_holds_proof_against_us(
    committed_db: Flask, served: Serve
) -> None:
    tell(5)
    told = served_note()
    name_in_settings(committed_db, str(EVE), served(lambda handler, body: answer(handler, 200, told)) + "/checkpoint")
    assert collect() == 1
    with transaction() as session:
        session.get_one(KnownWitness, str(EVE)).trouble = ""  # it cosigned again since
        session.get_one(KnownWitness, str(EVE)).heard_at = datetime.now(UTC)
        watch.look()
    operator = Operator(committed_db)
    (alarm,) = alarms("witness_disagrees")
    identifier, subject = alarm.id, alarm.subject
    page = operator.get("/admin/system/log").text
    card = page[page.index(f'id="{subjects.anchor_of(str(EVE))}"') :]
    card = card[: card.index("Cosigned")]
    assert "Holds proof against us" in card
    assert "It has seen another log than ours" in card
    assert "Our own key signed what it shows" in card
    assert ">Cosigns<" not in card
    assert card.count("flask log evidence") == page.count("flask log evidence") == 1
    about = operator.get(f"/admin/alarms/{identifier}").text
    assert f'<a href="/admin/system/log#{subjects.anchor_of(str(EVE))}">Witness {EVE.name}</a>' in about
    assert subjects.place_of(subject) == f"/admin/system/log#{subjects.anchor_of(str(EVE))}"
    assert f"A witness has seen another log than ours: Witness {EVE.name}" in operator.get("/admin").text
    assert "Somebody whom we do not know" not in page
    with transaction() as session:
        session.add(Disagreement(id=new_id(), kind="forked", proven=True, evidence="brought", digest=bytes(32)))
    brought = operator.get("/admin/system/log").text
    assert f'id="{subjects.anchor_of("unknown")}"' in brought
    assert brought.count("It has seen another log than ours") == 2
    assert subjects.place_of(watch.subject_of(None)) == f"/admin/system/log#{subjects.anchor_of('unknown')}"
