"""A partner is a witness: the page that tells how, what is refused, what is brought, who switches it off."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.database.session import db, transaction
from app.record.audit.models import AuditEntry
from app.record.log.witnesses import jobs
from app.record.log.witnesses.models import Cosignature, Disagreement, KnownWitness
from tests.faces.admin.operators import Operator
from tests.factories.partners import make_site
from tests.personas import Persona, signed_in
from tests.record.log.test_followed import witness
from tests.record.log.witnesses.conftest import name_in_settings, tell
from tests.record.log.witnesses.test_contradicting import EVE, line, ours, served_note
from tests.record.log.witnesses.test_named import ADA, BOB, PULL, PUSH, key
from tests.settings import LOG_KEY

PATH = "/partners/lotto/witness"


@pytest.fixture
def owner(committed_db: Flask) -> Persona:
    found = signed_in(committed_db, "owner@example.com")
    assert found.id is not None
    with transaction():
        make_site(found.id, name="lotto")
    name_in_settings(committed_db, BOB, PULL, webhook_allow_private=False)
    return found


def row(of: str = ADA) -> KnownWitness:
    db.session.rollback()
    return db.session.get_one(KnownWitness, of, populate_existing=True)


def offer(owner: Persona, **form: str) -> int:
    return owner.post(PATH, {"key": ADA, "way": "pull", "url": PULL} | form).status_code


def told(app: Flask, note: str) -> tuple[int, dict[str, object]]:
    answer = app.test_client().post("/api/log/cosignatures", json={"note": note})
    return answer.status_code, json.loads(answer.data)


def test_the_page_tells_how_with_the_words_of_this_log(owner: Persona, tmp_path: Path) -> None:
    page = html.unescape(owner.get(PATH).text)
    assert "python3 witness.py keygen witness.example/lotto --key witness.key" in page
    assert f"follow http://localhost/log --log-key {LOG_KEY.verifier} --key witness.key --state witness" in page
    made = witness("keygen", "witness.example/lotto", "--key", str(tmp_path / "key")).stdout.strip()
    assert offer(owner, key=made) == 303
    page = owner.get(PATH).text
    assert made in html.unescape(page)
    assert "Not heard of yet" in page
    assert "Offer it" not in page


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"key": ""}, "no verifier key"),
    ({"key": str(LOG_KEY.verifier)}, "no verifier key"),
    ({"key": key("witness.example/b\u200bob", 7)}, "no verifier key"),
    ({"key": key("witness.example/b\u043eb", 7)}, "no verifier key"),
    ({"key": BOB}, "is known of another witness"),
    ({"key": key("witness.example/bob", 7)}, "is known of another witness"),
    ({"key": key("witness.example/ben", 2)}, "is known of another witness"),
    ({"key": key(LOG_KEY.name, 7)}, "is known of another witness"),
    ({"way": "x"}, "Choose how"),
    ({"url": ""}, "An https address"),
    ({"url": "http://w.example/checkpoint"}, "An https address"),
    ({"url": PUSH}, "An https address"),
    ({"way": "push"}, "An https address"),
    ({"url": "https://u:p@w.example/checkpoint"}, "An https address"),
]


def test_what_is_refused_stays_in_the_form(owner: Persona) -> None:
    for form, words in REFUSED:
        answer = owner.post(PATH, {"key": ADA, "way": "pull", "url": PULL} | form)
        assert answer.status_code == 422, form
        page = html.unescape(answer.text)
        assert words in page, form
        for value in form.values():
            assert value in page, form
        db.session.rollback()
        assert db.session.scalar(select(KnownWitness)) is None, form


def test_one_a_site_and_nobody_takes_anothers(committed_db: Flask, owner: Persona) -> None:
    assert offer(owner) == 303
    assert offer(owner, key=key("witness.example/more", 8)) == 409
    other = signed_in(committed_db, "other@example.com")
    assert other.id is not None
    with transaction():
        make_site(other.id, name="theirs")
    theirs = {"key": ADA, "way": "pull", "url": PULL}
    assert other.post("/partners/theirs/witness", theirs).status_code == 422
    assert owner.get(f"{PATH}/remove").status_code == 200
    assert owner.post(f"{PATH}/remove").status_code == 303
    assert row().removed_at is not None
    assert owner.post(f"{PATH}/remove").status_code == 303  # sent twice it is done once
    assert other.post("/partners/theirs/witness", theirs).status_code == 422  # what it signed bears its first owner
    assert offer(owner, way="push", url=PUSH) == 303
    assert (row().removed_at, row().push, row().pull) == (None, PUSH, "")
    acts = [one.action for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert [act for act in acts if act.startswith("witness.")] == [
        "witness.offered",
        "witness.removed",
        "witness.offered",
    ]


def test_operators_see_it_and_switch_it_off(committed_db: Flask, owner: Persona) -> None:
    offer(owner)
    operator = Operator(committed_db)
    assert ADA in html.unescape(operator.get("/admin/system/log").text)
    at = {"act": "stop", "key": ADA}
    assert operator.get("/admin/system/witness", query_string=at).status_code == 200
    assert operator.post("/admin/system/witness", {"reason": ""}, query_string=at).status_code == 422
    assert operator.post("/admin/system/witness", {"reason": "it lies"}, query_string=at).status_code == 303
    assert row().stopped_at is not None
    assert "Switched off by operators" in owner.get(PATH).text
    owner.post(f"{PATH}/remove")
    assert offer(owner) == 303
    assert row().stopped_at is not None  # an owner does not undo it
    tell(1)
    jobs.collect_offered()
    assert row().trouble == ""
    back = {"act": "start", "key": ADA}
    assert operator.post("/admin/system/witness", {"reason": "it is mended"}, query_string=back).status_code == 303
    assert row().stopped_at is None
    named = {"act": "stop", "key": BOB}
    assert operator.post("/admin/system/witness", {"reason": "no"}, query_string=named).status_code == 404


def test_cosignatures_are_brought(committed_db: Flask, owner: Persona) -> None:
    tell(5)
    note = ours()
    good = note + line(note).decode()
    assert told(committed_db, good) == (404, told(committed_db, good)[1])
    assert offer(owner, key=str(EVE), way="brings", url="") == 303
    for bad, why in (
        (note + line(note, signs="x").decode(), "signature_wrong"),
        (note + line(note, ahead=1000).decode(), "time_ahead"),
        (served_note(origin="another.example/log").decode(), "other_log"),
        ("hello", "not_understood"),
    ):
        status, answer = told(committed_db, bad)
        assert status == 422, answer
        assert why in str(answer)
    assert db.session.scalar(select(Cosignature)) is None
    assert told(committed_db, good) == (200, {"kept": 1})
    assert told(committed_db, good) == (200, {"kept": 1})
    assert row(str(EVE)).size == int(note.splitlines()[1])
    assert committed_db.test_client().get("/log/checkpoint").text == good
    assert "Cosigns" in owner.get(PATH).text
    status, answer = told(committed_db, served_note().decode())
    assert (status, answer["code"]) == (409, "log_contradicted")
    db.session.rollback()
    kept = db.session.scalars(select(Disagreement)).one()
    assert (kept.kind, kept.proven) == ("forked", True)
    assert "It has seen another log than ours" in owner.get(PATH).text


def test_who_is_taken_out_of_the_settings_still_brings(committed_db: Flask) -> None:
    """A round may have promised him: his line is refused by nobody who only asks him no more."""
    tell(5)
    note = ours()
    with transaction() as session:
        session.add(KnownWitness(key=str(EVE)))
    assert told(committed_db, note + line(note).decode()) == (200, {"kept": 1})
    assert [kept.witness for kept in db.session.scalars(select(Cosignature))] == [str(EVE)]
    head = committed_db.test_client().get("/api/log").get_json()
    assert (head["witnesses"], head["others"]) == ([], [])


def test_what_anybody_brings_again_keeps_no_witness_from_being_asked(committed_db: Flask, owner: Persona) -> None:
    """Its last cosignature is public: brought again and again it says nothing of who is silent, or whom to ask."""
    tell(5)
    note = ours()
    good = note + line(note).decode()
    assert offer(owner, key=str(EVE), way="brings", url="") == 303
    assert told(committed_db, good) == (200, {"kept": 1})
    heard, due = row(str(EVE)).heard_at, row(str(EVE)).rests_until
    assert heard is not None
    tell(1)
    with transaction() as session:
        session.execute(update(KnownWitness).values(failures=3, trouble="timeout"))
    assert told(committed_db, good) == (200, {"kept": 1})
    after = row(str(EVE))
    assert (after.heard_at, after.rests_until, after.failures, after.trouble) == (heard, due, 3, "timeout")
    newer = ours()
    assert told(committed_db, newer + line(newer).decode()) == (200, {"kept": 1})
    assert (row(str(EVE)).failures, row(str(EVE)).trouble) == (0, "")
    last = row(str(EVE)).heard_at
    assert last is not None
    assert last > heard
