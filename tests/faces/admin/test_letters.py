"""Writing to the house, without an account or with one; answered in the console, by mail."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.content.letters import jobs, rules
from app.core.database.session import db
from app.people.players.leaving import erasure
from app.people.players.leaving.export import export
from app.record.notifications.models import Message
from tests.personas import form_token, signed_in

from .operators import Operator

PLACE = "/house/contact"
_NETWORKS = count(1)
LETTER = {
    "topic": "payment",
    "about": "P-1",
    "words": "I paid.\r\n\r\nNothing came. <b>Why?</b>",
}


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """A visitor from a network of his own: limits count what other tests have sent."""
    client.environ_base["REMOTE_ADDR"] = f"198.51.100.{next(_NETWORKS)}"
    return client


def send(client: FlaskClient, **other: str) -> Any:
    own = f"ada.{client.environ_base['REMOTE_ADDR'].rpartition('.')[2]}@example.org"
    return client.post(PLACE, data={"csrf_token": form_token(client), **LETTER, "email": own, **other})


def mails() -> list[Message]:
    query = select(Message).where(Message.template.startswith("letter_")).order_by(Message.id)
    return list(db.session.scalars(query))


def test_a_letter_has_a_number_and_an_answer_by_mail(client: FlaskClient, operator: Operator) -> None:
    assert 'value="P-7"' in client.get(f"{PLACE}?about=P-7").text
    answer = send(client, email="Ada@Example.org")
    assert answer.status_code == 303
    number = answer.headers["Location"].rpartition("=")[2]
    assert rules.NUMBER.fullmatch(number)
    assert number in client.get(answer.headers["Location"]).text
    (received,) = mails()
    assert (received.recipient, received.params["number"], "Nothing came" in str(received.params)) == (
        "ada@example.org",
        number,
        False,
    )
    kept = db.session.execute(text("SELECT * FROM letters")).mappings().one()
    assert b"Nothing came" not in bytes(kept["words_sealed"])
    assert "ada@example.org" not in str(dict(kept))

    assert "1 letter waits for an answer." in operator.get("/admin").text
    found = re.search(rf'href="(/admin/letters/[0-9a-f-]+)">{number}', operator.get("/admin/letters").text)
    assert found is not None
    page = operator.get(found[1]).text
    assert "&lt;b&gt;Why?&lt;/b&gt;" in page
    assert "ada@example.org" in page
    assert operator.post(found[1], {"words": " "}).status_code == 422
    assert operator.post(found[1], {"words": "It came at noon.\nLook again."}).status_code == 303
    answered = mails()[1]
    assert (answered.recipient, answered.params["words"]) == ("ada@example.org", "It came at noon.\nLook again.")
    assert answered.params["link"].endswith(f"{PLACE}?about={number}")
    assert "letter waits" not in operator.get("/admin").text
    assert number in operator.get("/admin/letters?state=answered").text
    assert "It came at noon." in operator.get(found[1]).text
    assert operator.post(f"{found[1]}/close", {"reason": "answered by phone"}).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"words": ""}, "Write what it is about"),
        ({"words": " \n "}, "Write what it is about"),
        ({"words": "x" * 4_001}, "At most 4000 characters"),
        ({"words": "a\u202eb"}, "does not show"),
        ({"about": "<script>"}, "letters, digits and hyphens"),
        ({"topic": "nonsense"}, ""),
    ],
)
def test_what_is_no_letter_is_said_beside_its_field_and_kept_by_nobody(
    client: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    answer = send(client, **wrong)
    assert answer.status_code == 422
    assert said in answer.text
    assert (mails(), db.session.scalar(text("SELECT count(*) FROM letters"))) == ([], 0)


def test_nobody_floods_a_mailbox_or_us(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "OF_A_REQUESTER", "6 per day")
    for tag in range(5):
        assert send(client, email=f"eve+{tag}@example.org").status_code == 303
    refused = send(client, email="eve@example.org", words="The sixth.")
    assert (refused.status_code, "The sixth." in refused.text) == (429, True)  # what was typed is not lost
    assert [send(client, email=f"{name}@example.org").status_code for name in ("bob", "cid")] == [303, 429]
    assert len(mails()) == 6


def test_one_that_needs_no_answer_is_closed_with_a_reason(client: FlaskClient, operator: Operator) -> None:
    send(client)
    place = "/admin/letters/" + str(db.session.scalar(text("SELECT id FROM letters")))
    assert "was promised an answer" in operator.get(f"{place}/close").text
    assert operator.post(f"{place}/close", {"reason": ""}).status_code == 422
    assert operator.post(f"{place}/close", {"reason": "it is an advertisement"}).status_code == 303
    assert len(mails()) == 1
    assert operator.get("/admin/letters/nothing").status_code == 404
    assert operator.get("/admin/letters/00000000-0000-7000-8000-000000000000").status_code == 404


def test_letters_are_forgotten_a_year_after_their_end(client: FlaskClient, operator: Operator) -> None:
    for days in (364, 366):
        send(client)
        query = "UPDATE letters SET state = 'answered', ended_at = now() - :ago WHERE state = 'open'"
        db.session.execute(text(query), {"ago": timedelta(days=days)})
    db.session.commit()
    jobs.forget()
    assert db.session.scalar(text("SELECT count(*) FROM letters")) == 1


def test_who_is_signed_in_finds_his_letters_in_his_export_and_they_go_with_his_account(
    operator: Operator, app: Flask, client: FlaskClient
) -> None:
    gus = signed_in(app, "gus@example.org")
    assert gus.id is not None
    assert 'value="gus@example.org"' in gus.get(PLACE).text
    assert gus.post(PLACE, {**LETTER, "email": gus.email}).status_code == 303
    send(client)
    place = "/admin/letters/" + str(db.session.scalar(text("SELECT id FROM letters WHERE user_id IS NOT NULL")))
    assert f"/admin/people/{gus.id}" in operator.get(place).text
    assert operator.post(place, {"words": "It came at noon."}).status_code == 303
    kept = export(gus.id)["kept"]
    assert [one["words"] for one in kept["letters"]] == ["I paid.\n\nNothing came. <b>Why?</b>"]
    assert [one["words"] for one in kept["letter_answers"]] == ["It came at noon."]
    erasure.erase(gus.id, actor=f"user:{gus.id}")
    left = "SELECT count(*), count(user_id), (SELECT count(*) FROM letter_answers) FROM letters"
    assert tuple(db.session.execute(text(left)).one()) == (1, 0, 0)
