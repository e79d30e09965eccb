"""Results that two people enter and correct, and sources that they change."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.core.errors import DomainError
from app.outcomes.results import queries
from app.outcomes.results.asking.requests import ASKING
from app.outcomes.results.deciding import changing, papers
from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.sources.in_force import all_of_them, promised
from app.outcomes.results.sources.known import SOURCES
from app.outcomes.results.sources.lotteries import LOTTERIES
from app.record.audit.approving import Agreed
from app.record.audit.service import note
from tests.people.approvals.people import confirm, session_of

from .waiting import Waiting


def open_paper(waiting: Waiting, name: str) -> None:
    with transaction():
        for one in papers.papers_of(waiting.id):
            note(f"operator:{name}", papers.SEEN, waiting.about, paper=str(one.id))


def test_two_people_enter_what_both_have_seen(waiting: Waiting) -> None:
    with pytest.raises(DomainError, match="paper_missing"):
        waiting.propose("047")
    waiting.attach()
    for wrong in ("47", "0471", "04a", "٠٤٧", " 47"):
        with pytest.raises(DomainError, match="numbers_invalid"):
            waiting.propose(wrong)
    proposal = waiting.propose("047")
    assert (waiting.result().state, waiting.tell()) == ("expected", [])
    with pytest.raises(DomainError, match="approval_by_same_person"):
        confirm(proposal, session_of("operator"))
    with pytest.raises(DomainError, match="approval_unread"):
        confirm(proposal, session_of("bea"))
    open_paper(waiting, "bea")
    confirm(proposal, session_of("bea"))
    found = waiting.result()
    assert found.outcome is not None
    assert (found.state, found.outcome.numbers, found.outcome.how) == ("confirmed", "047", "by_hand")
    assert list(found.outcome.evidence["papers"].values()) == [papers.papers_of(waiting.id)[0].sha256]
    db.session.rollback()
    assert (waiting.tell(), waiting.breaches()) == ([("confirmed", "047")], set())


def test_a_correction_overrides_and_says_what_was_said_before(waiting: Waiting) -> None:
    waiting.draw("047")
    first = waiting.looks().outcome
    assert first is not None
    waiting.tell()
    waiting.attach()
    with pytest.raises(DomainError, match="numbers_the_same"):
        waiting.propose("047")
    proposal = waiting.propose("417")
    open_paper(waiting, "cid")
    confirm(proposal, session_of("cid"))
    found = waiting.result()
    assert found.outcome is not None
    assert (found.state, found.outcome.version, found.outcome.numbers) == ("confirmed", 2, "417")
    assert [one.numbers for one in found.overridden] == ["047"]
    assert found.outcome.final_at - found.outcome.confirmed_at == waiting.wanted().final_after
    assert waiting.tell() == [("confirmed", "047"), ("corrected", "047", "417")]
    assert waiting.leaves() == ["result.expected", "result.confirmed", "result.corrected"]
    assert waiting.breaches() == set()


def test_a_correction_before_the_game_was_told_is_all_it_hears(waiting: Waiting) -> None:
    waiting.draw("047")
    waiting.looks()
    waiting.attach()
    proposal = waiting.propose("417")
    open_paper(waiting, "bea")
    confirm(proposal, session_of("bea"))
    assert waiting.tell() == [("confirmed", "417")]


def test_what_sources_agree_on_meanwhile_ends_a_proposal(waiting: Waiting) -> None:
    waiting.attach()
    proposal = waiting.propose("999")
    waiting.draw("047")
    assert waiting.looks().outcome is not None
    open_paper(waiting, "bea")
    with pytest.raises(DomainError, match="approval_outdated"):
        confirm(proposal, session_of("bea"))
    outcome = queries.one(waiting.id).outcome
    assert outcome is not None
    assert outcome.numbers == "047"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"host": "http://www.pcso.gov.ph"}, "host_invalid"),
        ({"host": "https://127.0.0.1:80"}, "host_invalid"),
        ({"host": "https://user@evil.example"}, "host_invalid"),
        ({"host": "https://www.pcso.gov.ph/path"}, "host_invalid"),
        ({"parser": "guess/1"}, "parser_unknown"),
        ({"origin": "P C S O"}, "origin_invalid"),
        ({}, "source_as_it_is"),
    ],
)
def test_a_source_is_changed_to_nothing_else(waiting: Waiting, wrong: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError, match=code):
        change(**wrong)


def change(**other: str) -> str:
    one = all_of_them()["philnews"]
    db.session.rollback()
    given = {"host": one.host, "parser": one.parser, "origin": one.origin, **other}
    with transaction():
        made = changing.propose("philnews", **given, is_asked=True, why="it moved", actor="operator:operator")
        assert made is not None
        return str(made.id)


def test_a_source_is_changed_by_two_people_and_a_day(waiting: Waiting) -> None:
    proposal = UUID(change(host="https://results.philnews.ph", origin="philnews"))
    with pytest.raises(DomainError, match="approval_too_early"):
        confirm(proposal, session_of("bea"))
    payload = {
        "source": "philnews",
        "before": {"host": "https://philnews.ph", "parser": "philnews/1", "origin": "pcso", "isAsked": True},
        "after": {
            "host": "https://results.philnews.ph",
            "parser": "philnews/1",
            "origin": "philnews",
            "isAsked": True,
        },
    }
    with transaction():
        changing.KIND.execute(payload, Agreed(proposal, "operator:operator", "bea", "it moved"))
    assert changing.KIND.still_valid(payload) is not None
    assert all_of_them()["philnews"].host == "https://results.philnews.ph"
    told = {"name": "philnews", "host": "https://results.philnews.ph", "parser": "philnews/1", "origin": "philnews"}
    assert told in promised("pcso.3d")["sources"]
    db.session.rollback()
    # Now it is an origin of its own, and without its word nothing is confirmed.
    waiting.draw("047")
    waiting.order(next="late", source="philnews", times=2)
    assert waiting.looks().state == "expected"
    waiting.pace(1e-6)
    waiting.look()
    assert waiting.look().state == "confirmed"
    waiting.pace(1)
    with transaction() as session:
        session.execute(text("ALTER TABLE result_source_changes DISABLE TRIGGER ALL"))
        session.execute(text("UPDATE result_source_changes SET host = 'https://evil.example'"))
    assert all_of_them()["philnews"] == SOURCES["philnews"], "a change that is not ours is none"
    assert waiting.breaches() == {"results.sources"}
    with transaction() as session:
        session.execute(text("DELETE FROM result_source_changes"))
        session.execute(text("ALTER TABLE result_source_changes ENABLE TRIGGER ALL"))


def test_each_source_has_a_lottery_a_parser_a_way_to_be_asked_and_a_breaker(waiting: Waiting) -> None:
    named = {name for one in LOTTERIES.values() for name in one.sources}
    assert set(SOURCES) == named == set(ASKING)
    assert {one.parser for one in SOURCES.values()} <= set(PARSERS)
    assert {breaker(name).is_open for name in SOURCES} == {False}
