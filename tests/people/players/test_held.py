"""Who is known by the same as somebody that is kept out: he registers, is held, and two operators say who he is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.people.approvals.models import Approval
from app.people.players.leaving import erasure
from app.people.players.matches import queries, rules
from app.people.players.matches.rules import Match, Ruling
from app.people.players.operating import blocking, looking
from app.people.players.profile import service as profile
from app.people.players.verification import deciding, reading
from app.people.players.verification import service as verification
from app.people.players.verification.queries import documents_of, state_of
from app.people.players.verification.rules import STATES, State
from app.record.audit.approving import Agreed
from app.record.audit.models import AuditEntry
from app.record.audit.service import note
from tests.conftest import _application
from tests.core.test_files import a_picture
from tests.faces.admin.operators import Operator
from tests.people.approvals.people import OPERATORS, confirm, session_of
from tests.personas import Persona, signed_in

from .money import Takings
from .test_registering import OTHERWISE, code, register, send

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def a_match(marks: str = "birth", *, is_verified: bool = False, said: str = "", shown: str = "birth") -> Match:
    found = Ruling(said == "same", frozenset(shown.split()), "operator:ada", "bea", NOW) if said else None
    day = timedelta(days=1)
    return Match(uuid4(), frozenset(marks.split()), "excluded", NOW, NOW + day, is_verified, found)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("match", "settles", "outcomes"),
    [
        (None, False, {"pending": ("verify", "reject"), "verified": ("reject",)}),
        (a_match(), False, dict.fromkeys(("pending", "verified"), ("other", "same", "reject"))),
        (a_match(is_verified=True), False, dict.fromkeys(("pending", "verified"), ("same", "reject"))),
        (
            a_match("email phone", is_verified=True),
            False,
            dict.fromkeys(("pending", "verified"), ("other", "same", "reject")),
        ),
        (a_match(said="other"), True, {"pending": ("other", "same", "reject"), "verified": ("reject",)}),
        (
            a_match("birth phone", said="other"),
            False,
            dict.fromkeys(("pending", "verified"), ("other", "same", "reject")),
        ),
        (a_match(said="same"), False, {"pending": ("verify", "reject"), "verified": ("reject",)}),
    ],
)
def test_the_table(
    state: State, match: Match | None, settles: bool, outcomes: dict[State, tuple[rules.Outcome, ...]]
) -> None:
    """docs/decisions/0058."""
    matches = [match] if match is not None else []
    assert rules.in_the_way(matches, state) == ([] if settles and state == "verified" else matches)
    assert rules.outcomes(state, rules.undecided(matches, state)) == outcomes.get(state, ())


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
def money(house: Flask) -> Takings:
    return Takings(house)


@pytest.fixture
def thief(house: Flask) -> Persona:
    """Somebody who says to be Ada, and has excluded himself as her."""
    thief = signed_in(house, "thief@example.com")
    assert register(thief).status_code == 201
    assert send(thief, "exclusion", {"months": 60}).status_code == 200
    return thief


@pytest.fixture
def ada(house: Flask, thief: Persona) -> Persona:
    ada = signed_in(house, "ada@example.com")
    assert send(ada, "register", OTHERWISE).status_code == 201
    return ada


def user(who: Persona) -> UUID:
    assert who.id is not None
    return who.id


def hand_in(who: Persona) -> None:
    """Papers, which both operators open."""
    paper = reading.document(a_picture())
    with transaction():
        if state_of(user(who)) in ("none", "rejected"):
            verification.add_document(user(who), "identity", paper)
        verification.submit(user(who))
    with transaction():
        for operator in ("operator", "bea"):
            for one in documents_of(user(who)):
                note(f"operator:{operator}", looking.SEEN, f"user:{who.id}", document=str(one.id))


def play(money: Takings, who: Persona) -> str:
    """What a stake of one is answered: `taken`, or the code of its refusal."""
    try:
        with transaction():
            money.take(user(who), 1)
    except DomainError as refused:
        return refused.code
    return "taken"


def propose(console: Operator, who: Persona, act: str, of: Persona | None = None, seen: str = "") -> TestResponse:
    seen = seen or deciding.shown(user(who))
    db.session.rollback()
    path = f"/admin/people/{who.id}/decide?act={act}&seen={seen}" + (f"&of={of.id}" if of is not None else "")
    return console.post(path, {"reason": "passport and address compared"})


def decide(console: Operator, who: Persona, act: str, of: Persona | None = None) -> None:
    assert propose(console, who, act, of).status_code == 303
    named = db.session.scalars(select(Approval.id).where(Approval.state == "open")).one()
    db.session.rollback()
    confirm(named, session_of("bea"))
    db.session.rollback()


def acts(who: Persona, action: str) -> list[tuple[str, dict[str, object]]]:
    db.session.rollback()
    query = select(AuditEntry).where(AuditEntry.subject == f"user:{who.id}", AuditEntry.action == action)
    return [(one.actor, dict(one.detail)) for one in db.session.scalars(query.order_by(AuditEntry.id))]


def test_who_is_held_registers_like_everybody_else_and_plays_nothing(
    house: Flask, money: Takings, thief: Persona, ada: Persona
) -> None:
    me = ada.get("/api/players/me").get_json()
    assert (me["isRegistered"], me["verification"]) == (True, {"state": "none", "reason": None, "isNeeded": True})
    assert play(money, ada) == "verification_needed"
    free = signed_in(house, "free@example.com")
    assert register(free, name="Somebody Else").get_json()["verification"]["isNeeded"] is False
    assert play(money, free) == "taken"
    for who in (ada, free):
        page = who.get("/play?lang=en").text
        assert ("Papers first" in page) is (who is ada)
        assert "exclu" not in page.partition("<main")[2].partition("</main>")[0].lower(), "of nobody it is said why"
    assert code(send(ada, "me", {"name": "Somebody Else"}, "PATCH")) == (409, "profile_checked")
    assert send(ada, "me", {"locale": "ht"}, "PATCH").status_code == 200
    assert ada.get("/api/players/notices").status_code == 200
    assert acts(ada, "player.held") == [(f"user:{ada.id}", {})]


def test_papers_outrank_the_claim_of_an_unverified_account(
    house: Flask, money: Takings, thief: Persona, ada: Persona
) -> None:
    hand_in(ada)
    console = Operator(house)
    page = console.get(f"/admin/people/{ada.id}").text
    for said in (str(thief.id), "name and date of birth", "not verified", "has excluded themselves", "act=other"):
        assert said in page
    assert "act=verify" not in page, "nobody is verified past a match"
    assert propose(console, ada, "verify").status_code == 409
    decide(console, ada, "other")
    assert (state_of(user(ada)), play(money, ada)) == ("verified", "taken")
    assert play(money, thief) == "player_excluded"
    ((actor, told),) = acts(ada, "player.match_other")
    assert (actor, told["other"], told["marks"]) == ("operator:operator", str(thief.id), ["birth"])
    assert "bea" in str(told["confirmed_by"])
    page = console.get(f"/admin/people/{ada.id}").text
    assert "another person" in page
    assert "alike by" in page, "history"
    assert send(thief, "exclusion", {"months": 60}).status_code == 200
    assert play(money, ada) == "taken", "of that account it is decided"
    exported = ada.get("/api/players/me/export").text
    assert str(thief.id) not in exported
    assert "operator:" not in exported
    assert not [one for one in ('"bea"', '"kinds"', '"marks"') if one in exported], "nor by which mark both are known"
    with transaction():
        verification.move(user(ada), "reject", actor="operator:bea", reason="a forgery")
    assert play(money, ada) == "verification_needed", "it holds as long as the papers do"


def test_a_second_account_that_was_verified_before_is_looked_at_again(house: Flask, money: Takings) -> None:
    """Verified unseen, it lets nobody back in; the same person is told until when he is out, of either account."""
    first, second, console = (*(signed_in(house, f"{one}@example.com") for one in ("one", "two")), Operator(house))
    for who in (first, second):
        assert register(who).status_code == 201
    hand_in(second)
    shown = deciding.shown(user(second))
    assert send(first, "exclusion", {"months": 12}).status_code == 200
    until = first.get("/api/players/limits").get_json()["excludedUntil"]
    assert propose(console, second, "verify", seen=shown).status_code == 409, "the page had shown no match"
    with transaction():
        verification.move(user(second), "verify", actor="operator:bea")  # whatever verified it
    assert play(money, second) == "verification_needed"
    assert "once more" in second.get("/play/verification?lang=en").text
    hand_in(second)
    assert state_of(user(second)) == "pending"
    decide(console, second, "same", first)
    assert play(money, second) == "player_excluded"
    assert second.get("/api/players/limits").get_json()["excludedUntil"] == until
    assert acts(second, "player.match_same")[0][1]["other"] == str(first.id)
    kinds = db.session.scalars(
        text("SELECT kind FROM notices WHERE user_id = :id ORDER BY id"), {"id": second.id}
    ).all()
    db.session.rollback()
    assert kinds[-1] == "player.excluded"
    assert "player.verification_verified" not in kinds[1:], "he is not told that he may do more"


def test_what_papers_have_shown_no_other_papers_outrank(
    house: Flask, money: Takings, ada: Persona, thief: Persona
) -> None:
    console = Operator(house)
    verified, late = (signed_in(house, f"{one}@example.com") for one in ("verified", "late"))
    grace = {"name": "Grace Hopper", "dateOfBirth": "1980-12-09"}
    assert register(verified, **grace).status_code == 201
    hand_in(verified)
    decide(console, verified, "verify")
    assert send(verified, "exclusion", {"months": 6}).status_code == 200
    with transaction():
        erasure.erase(user(verified), actor="user:test")
    assert register(late, **grace).status_code == 201
    hand_in(late)
    page = console.get(f"/admin/people/{late.id}").text
    assert ("act=other" in page, "act=same" in page, "verified by papers" in page) == (False, True, True)
    assert propose(console, late, "other").status_code == 409
    decide(console, late, "same", verified)
    assert play(money, late) == "player_excluded"


def test_nobody_takes_back_what_papers_have_shown_of_him_while_he_is_kept_out(house: Flask) -> None:
    """A helper's day off makes a match of him; handing in once more and taking that back would leave an unverified
    claim, which a third account of his could be said to be another person than."""
    console, (first, helper, back) = Operator(house), (signed_in(house, f"{one}@example.com") for one in "abc")
    grace = {"name": "Grace Hopper", "dateOfBirth": "1980-12-09"}
    assert register(first, **grace).status_code == 201
    hand_in(first)
    decide(console, first, "verify")
    assert send(first, "exclusion", {"months": 60}).status_code == 200
    for who in (helper, back):
        assert register(who, **grace).status_code == 201
    assert send(helper, "timeout", {"days": 1}).status_code == 200
    assert code(send(first, "me/verification/submit", {})) == (409, "verification_state")
    for _ in range(2):
        with transaction():
            assert [one.user_id for one in queries.matches_of(user(back)) if one.is_proven] == [first.id]
            erasure.erase(user(first), actor="user:test")


def test_a_mailbox_is_known_however_its_address_is_spelled(house: Flask, money: Takings) -> None:
    first, back, other = (signed_in(house, f"{one}@gmail.com") for one in ("grace", "g.race+1", "gracia"))
    assert register(first).status_code == 201
    assert send(first, "exclusion", {"months": 6}).status_code == 200
    for who in (back, other):
        assert register(who, name="Somebody Else").status_code == 201
    assert (play(money, back), play(money, other)) == ("verification_needed", "taken")


def test_papers_that_are_swapped_while_two_people_decide_are_not_verified(house: Flask) -> None:
    """What was proposed is compared again once the person's row is locked: his own requests may have waited for it
    in front of the yes."""
    first = signed_in(house, "first@example.com")
    assert register(first).status_code == 201
    hand_in(first)
    assert propose(Operator(house), first, "verify").status_code == 303
    payload = dict(db.session.scalars(select(Approval.payload)).one())
    db.session.rollback()
    with transaction():
        verification.withdraw(user(first))
        profile.change(user(first), {"name": "Somebody Else"})
        verification.submit(user(first))
    with pytest.raises(DomainError, match="approval_outdated"), transaction():
        deciding.KIND.execute(payload, Agreed(uuid4(), "operator:operator", "bea", "compared"))
    assert state_of(user(first)) == "pending"
    db.session.rollback()


def test_what_was_proposed_is_about_the_matches_that_were_shown(
    house: Flask, money: Takings, thief: Persona, ada: Persona
) -> None:
    hand_in(ada)
    console = Operator(house)
    assert propose(console, ada, "other").status_code == 303
    another = signed_in(house, "another@example.com")
    assert register(another).status_code == 201
    assert send(another, "exclusion", {"months": 6}).status_code == 200
    named = db.session.scalars(select(Approval.id)).one()
    db.session.rollback()
    with pytest.raises(Exception, match="approval_outdated"):
        confirm(named, session_of("bea"))
    db.session.rollback()
    assert (state_of(user(ada)), play(money, ada)) == ("pending", "verification_needed")


def test_shutting_out_reaches_the_same_persons_other_account(house: Flask, money: Takings) -> None:
    first, second, console = (*(signed_in(house, f"{one}@example.com") for one in ("one", "two")), Operator(house))
    for who in (first, second):
        assert register(who).status_code == 201
    with transaction():
        blocking.block(user(first), "cheated", actor="operator:operator")
    assert play(money, second) == "verification_needed"
    hand_in(second)
    decide(console, second, "same", first)
    assert play(money, second) == "player_refused"
    with transaction():
        blocking.unblock(user(first), "served", actor="operator:operator")
        assert [one.user_id for one in queries.matches_of(user(first))] == [user(second)]
    assert play(money, second) == "player_refused", "each is let in by itself"


def test_a_break_that_is_over_holds_nobody(house: Flask, money: Takings, ada: Persona, thief: Persona) -> None:
    with transaction():
        db.session.execute(text("ALTER TABLE player_exclusions DISABLE TRIGGER USER"))
        back = "begins_at = begins_at - interval '6 years', ends_at = ends_at - interval '6 years'"
        db.session.execute(text(f"UPDATE player_exclusions SET {back}"))
    assert play(money, ada) == "taken"
    assert ada.get("/api/players/me").get_json()["verification"]["isNeeded"] is False


def test_a_match_that_comes_while_it_is_decided_is_decided_by_nobody(
    house: Flask, thief: Persona, ada: Persona
) -> None:
    """Between the last look of whoever confirms and the deed somebody else may exclude himself."""
    hand_in(ada)
    payload = deciding._payload(user(ada), "other")
    db.session.rollback()
    another = signed_in(house, "another@example.com")
    assert register(another).status_code == 201
    assert send(another, "exclusion", {"months": 6}).status_code == 200
    with pytest.raises(DomainError, match="approval_outdated"), transaction():
        deciding.KIND.execute(payload, Agreed(uuid4(), "operator:operator", "bea", "compared"))
    assert (state_of(user(ada)), len(queries.undecided_of(user(ada)))) == ("pending", 2)
