"""People in the console: found whole, looked at with a note, decided about by two, shut out and let in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.people.accounts.models import User
from app.people.accounts.service import user_with_phone
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.people.operators import service as operators_service
from app.people.operators.models import Operator as OperatorRow
from app.people.players.operating import looking
from app.people.players.verification import deciding, queries, reading
from app.people.players.verification import service as verification
from app.record.audit.models import AuditEntry
from tests.conftest import _application
from tests.core.test_files import a_picture
from tests.people.approvals.people import OPERATORS, confirm, session_of
from tests.people.players.people import ADA, registered
from tests.personas import form_token

from .operators import Operator
from .test_approvals import browser_of, post

PHONE = "+50934567890"


@pytest.fixture
def house(app_settings: dict[str, str], fresh_database: Callable[[], str], tmp_path: Path) -> Iterator[Flask]:
    """Where two people decide."""
    own = {"DATABASE_URL": fresh_database(), "LOG_JOURNAL_PATH": f"{tmp_path}/log-journal"}
    own |= {"OPERATORS": OPERATORS, "TWO_PEOPLE": "on", "FILES_DIR": f"{tmp_path}/files"}
    made = _application({**app_settings, **own})
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def ada(house: Flask) -> UUID:
    paper = reading.document(a_picture())
    with transaction():
        user_id = registered("ada@example.com")
        db.session.get_one(User, user_id).phone = PHONE
        verification.add_document(user_id, "identity", paper)
        verification.submit(user_id)
    return user_id


@pytest.fixture
def console(house: Flask) -> Operator:
    return Operator(house)


def look(console: Operator, who: UUID) -> None:
    """Open all that somebody has handed in."""
    found = [one.id for one in queries.documents_of(who)]
    db.session.rollback()
    for document in found:
        assert console.post(f"/admin/people/{who}/documents/{document}").status_code == 200


def acts(action: str) -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id))
    return [(row.actor, row.subject, row.reason or "") for row in rows]


@pytest.mark.parametrize("words", ["ada@example.com", " ADA@EXAMPLE.COM ", PHONE, "34 56 78 90", "ada", "love"])
def test_people_are_found_by_a_whole_address_or_number_or_a_name(console: Operator, ada: UUID, words: str) -> None:
    answer = console.get("/admin/people", query_string={"q": words})
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"/admin/people/{ada}")


@pytest.mark.parametrize("words", ["ada@example.com", PHONE, PHONE[1:], "ada lov", "id"])
def test_and_so_they_are_by_the_search_of_everything(console: Operator, ada: UUID, words: str) -> None:
    answer = console.get(
        "/admin/search", query_string={"q": words if words != "id" else f"{str(ada)[:8]}…{str(ada)[-4:]}"}
    )
    assert (answer.status_code, answer.headers.get("Location")) == (303, f"/admin/people/{ada}")


def test_a_number_is_found_as_people_of_its_country_dial_it(console: Operator) -> None:
    """Whatever country is preset here."""
    with transaction():
        maria = user_with_phone("+639175550777")
    found = [console.get("/admin/people", query_string={"q": words}) for words in ("09175550777", "0917 555 0777")]
    assert [one.headers.get("Location") for one in found] == [f"/admin/people/{maria}"] * 2


@pytest.mark.parametrize("words", ["da", "example.com", "@", "ovelace", "3456", "+5093456789", "%", "da@example.com"])
def test_and_by_nothing_less(console: Operator, ada: UUID, words: str) -> None:
    answer = console.get("/admin/people", query_string={"q": words})
    assert answer.status_code == 200
    assert "Nobody found" in answer.text
    assert str(ada) not in answer.text


def test_lists_are_narrowed(console: Operator, ada: UUID) -> None:
    assert str(ada) in console.get("/admin/people").text
    assert str(ada) in console.get("/admin/people?state=pending").text
    for state in ("none", "verified", "rejected"):
        assert str(ada) not in console.get(f"/admin/people?state={state}").text
    assert str(ada) not in console.get("/admin/people?before=2001-01-01T00:00:00%2B00:00").text
    assert console.get("/admin/people?state=x").status_code == 422


def test_a_persons_page_and_a_document_that_is_looked_at(console: Operator, ada: UUID) -> None:
    page = console.get(f"/admin/people/{ada}").text
    for said in ("Ada Lovelace", "1990-12-10", "ada@example.com", PHONE, "Pending"):
        assert said in page
    document = queries.documents_of(ada)[0].id
    assert acts("player.document_seen") == [], "a page of names of documents shows none"
    path = f"/admin/people/{ada}/documents/{document}"
    assert console.get(path).status_code == 405, "no link leads there, so nothing follows it by itself"
    seen = console.post(path)
    assert (seen.status_code, seen.mimetype, seen.headers["Cache-Control"]) == (200, "image/webp", "no-store")
    assert acts("player.document_seen") == [("operator:operator", f"user:{ada}", "")]
    assert console.post(f"/admin/people/{ada}/documents/{ada}").status_code == 404
    assert console.get("/admin/people/nonsense").status_code == 404
    assert console.get(f"/admin/people/{document}").status_code == 404


def test_nobody_looks_at_what_is_not_handed_in(console: Operator, ada: UUID) -> None:
    document = queries.documents_of(ada)[0].id
    with transaction():
        verification.withdraw(ada)
    assert f"/documents/{document}" not in console.get(f"/admin/people/{ada}").text
    assert console.post(f"/admin/people/{ada}/documents/{document}").status_code == 409
    assert acts("player.document_seen") == []


def test_two_operators_verify(house: Flask, console: Operator, ada: UUID) -> None:
    path = f"/admin/people/{ada}/decide?act=verify&seen={deciding.shown(ada)}"
    asked = console.get(path).text
    assert "A second operator has to confirm it" in asked
    assert f'action="/admin/people/{ada}/documents/' in asked, "what is not opened yet is opened from here"
    unseen = console.post(path, {"reason": "passport seen"})
    assert (unseen.status_code, "Open first what you have not seen yourself: Identity" in unseen.text) == (422, True)
    look(console, ada)
    assert "/documents/" not in console.get(path).text
    assert console.post(path).status_code == 422, "without a reason nothing is decided"
    assert console.post(path, {"reason": "passport seen"}).status_code == 303
    page = console.get(f"/admin/people/{ada}").text
    assert "Proposed: it waits for a second operator." in page
    assert "act=verify" not in page, "what waits is not offered once more"
    db.session.rollback()
    assert queries.state_of(ada) == "pending"
    db.session.rollback()
    proposal = db.session.scalars(select(Approval)).one()
    named, payload = proposal.id, dict(proposal.payload)
    db.session.rollback()
    assert payload["outcome"] == "verify"
    assert "Ada" not in json.dumps(payload)
    assert f'href="/admin/approvals/{named}"' in page
    for path in ("/admin/approvals", f"/admin/approvals/{named}"):
        assert re.search("Ada Lovelace.{0,3} \\(1990-12-10\\): A person is verified", console.get(path).text), path
    with pytest.raises(Exception, match="approval_by_same_person"):
        confirm(named, session_of("operator"))
    db.session.rollback()
    assert queries.state_of(ada) == "pending"
    bea = browser_of(house, "bea")
    shown = f"/admin/approvals/{named}"
    assert f'action="/admin/people/{ada}/documents/' in bea.get(shown).text
    unseen = post(bea, named, "confirm")
    assert (unseen.status_code, "Open first what you have not seen yourself: Identity" in unseen.text) == (422, True)
    db.session.rollback()
    assert queries.state_of(ada) == "pending", "nobody is verified by papers that one of the two has not seen"
    assert "Opened by operator" in bea.get(shown).text
    assert "Opened by bea" not in bea.get(shown).text
    seen = f"/admin/people/{ada}/documents/{payload['documents'][0]}"
    assert bea.post(seen, data={"csrf_token": form_token(bea)}).status_code == 200
    assert post(bea, named, "confirm").status_code == 303
    db.session.rollback()
    assert queries.state_of(ada) == "verified"
    assert "Opened by bea" in console.get(shown).text
    assert "verified the person, confirmed by bea" in console.get(f"/admin/people/{ada}").text
    assert acts("player.verification_given") == [("operator:operator", f"user:{ada}", "passport seen")]


def test_other_documents_are_another_decision(console: Operator, ada: UUID) -> None:
    look(console, ada)
    console.post(f"/admin/people/{ada}/decide?act=verify&seen={deciding.shown(ada)}", {"reason": "passport seen"})
    db.session.rollback()
    other = reading.document(a_picture((10, 10)))
    with transaction():
        verification.withdraw(ada)
        verification.add_document(ada, "identity", other)
        verification.submit(ada)
    assert len(looking.unread_of(ada, "operator:operator")) == 2, "who looked before looks again"
    db.session.rollback()
    assert "act=verify" in console.get(f"/admin/people/{ada}").text, "and may be proposed again"
    named = db.session.scalars(select(Approval.id)).one()
    db.session.rollback()
    with pytest.raises(Exception, match="approval_outdated"):
        confirm(named, session_of("bea"))
    db.session.rollback()
    assert queries.state_of(ada) == "pending"


def test_a_person_does_not_verify_himself(console: Operator, ada: UUID) -> None:
    look(console, ada)
    with transaction():
        operators_service.row_of("bea")
        db.session.execute(text("UPDATE operators SET user_id = :ada WHERE name = 'bea'"), {"ada": ada})
        named = approvals.propose(
            "player.verification",
            f"user:{ada}",
            deciding._payload(ada, "verify"),
            "seen",
            actor="operator:operator",
        ).id
    with pytest.raises(Exception, match="approval_concerns_you"):
        confirm(named, session_of("bea"))
    db.session.rollback()
    assert queries.state_of(ada) == "pending"


def test_somebody_is_shut_out_and_let_in_again(console: Operator, ada: UUID) -> None:
    path = f"/admin/people/{ada}"
    assert console.post(f"{path}/decide?act=unblock", {"reason": "why not"}).status_code == 409
    assert console.post(f"{path}/decide?act=block", {"reason": "cheated"}).status_code == 303
    page = console.get(path).text
    assert "Shut out by operators" in page
    assert "cheated" in page
    assert "shut out" in console.get("/admin/people").text
    assert console.post(f"{path}/decide?act=unblock", {"reason": "a mistake"}).status_code == 303
    assert "Shut out by operators" not in console.get(path).text
    assert acts("player.blocked") == [("operator:operator", f"user:{ada}", "cheated")]
    assert acts("player.unblocked") == [("operator:operator", f"user:{ada}", "a mistake")]


def test_it_is_closed_to_whoever_has_not_the_privilege(house: Flask, console: Operator, ada: UUID) -> None:
    with transaction():
        operators_service.row_of("operator")
        row = db.session.scalars(select(OperatorRow).where(OperatorRow.name == "operator")).one()
        row.privileges = [one for one in row.privileges if one != "people"]
    document = queries.documents_of(ada)[0].id
    for path in ("/admin/people", f"/admin/people/{ada}", f"/admin/people/{ada}/decide"):
        assert console.get(path).status_code == 403
    for path in (f"/admin/people/{ada}/documents/{document}", f"/admin/people/{ada}/decide?act=block"):
        assert console.post(path, {"reason": "x"}).status_code == 403
    assert 'href="/admin/people"' not in console.get("/admin").text
    nobody = house.test_client()
    assert nobody.get(f"/admin/people/{ada}").status_code in (302, 303, 401)
    assert acts("player.blocked") == []


def test_commands_do_the_same(house: Flask, ada: UUID) -> None:
    runner = house.test_cli_runner()
    told = json.loads(runner.invoke(args=["people", "show", "ada@example.com"]).output)
    assert (told["name"], told["verification"], told["documents"]) == (ADA.name, "pending", 1)
    block = ["people", "block", PHONE, "--operator", "bea", "--reason", "cheated"]
    assert runner.invoke(args=block).output == "shut out\n"
    again = runner.invoke(args=block)
    assert again.exit_code == 1
    assert "shut out already" in again.output
    assert runner.invoke(args=["people", "unblock", str(ada), "--operator", "bea", "--reason", "ok"]).exit_code == 0
    assert runner.invoke(args=["people", "show", "nobody@example.com"]).exit_code == 1
    assert acts("player.blocked") == [("operator:bea", f"user:{ada}", "cheated")]
