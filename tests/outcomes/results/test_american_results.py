"""American draws, over the wire: sources propose seven digits, and people let them count."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.core.ids import new_id
from app.outcomes.results.deciding import by_hand, confirming
from app.outcomes.results.sources.in_force import promised
from app.record.audit.approving import Agreed
from tests.faces.admin.test_approvals import browser_of, post
from tests.people.approvals.people import confirm, session_of

from .test_console import send
from .waiting import PAPER, Waiting

_NUMBERS = count(100)


@pytest.fixture
def of(world: tuple[Flask, Flask]) -> Iterator[dict[str, Waiting]]:
    """A draw of each lottery, whose sources behave."""
    made = {name: Waiting(*world, next(_NUMBERS), name).begin() for name in ("us-ny", "us-fl", "us-ga")}
    yield made
    for one in made.values():
        one.pace(1)
        one.end()


def test_what_sources_say_twice_is_proposed_and_confirmed_by_nobody(of: dict[str, Waiting]) -> None:
    for one in of.values():
        numbers = drawn(one)
        after = one.looks()
        assert (after.state, after.provisional, after.outcome) == ("provisional", numbers, None)
        assert set(one.reasons().values()) == {numbers}
    assert of["us-ny"].breaches() == set()


def drawn(one: Waiting) -> str:
    """Its sources show it from now on: other digits than those of any draw before."""
    numbers = f"{one.number:07d}"
    one.draw(numbers)
    return numbers


def twice(one: Waiting) -> None:
    """All sources two times, ten minutes apart, which pass at once from now on."""
    one.look()
    one.pace(1e-6)
    one.look()


@pytest.mark.parametrize(
    ("source", "wrong", "reason"),
    [
        ("florida", "hang", "timeout"),
        ("florida", "wrong_type", "no_json"),
        ("florida", "endless", "answer_too_long"),
        ("florida", "half", "half"),
        ("georgia", "redirect", "status_302"),
        ("georgia", "other_slot", "not_listed"),
        ("ny_site", "half", "half"),
        ("ny_site", "zeros", "partial"),
        ("ny_site", "truncated", "no_json"),
        ("ny_open_data", "zeros", "zeros_lost"),
        ("ny_open_data", "other_day", "other_day"),
    ],
)
def test_what_cannot_be_read_surely_is_refused_by_name(
    of: dict[str, Waiting], source: str, wrong: str, reason: str
) -> None:
    one = of[{"florida": "us-fl", "georgia": "us-ga"}.get(source, "us-ny")]
    drawn(one)
    one.order(next=wrong, source=source)
    one.patience(0.3 if wrong == "hang" else 10)
    one.look()
    assert one.reasons()[source] == reason
    assert one.result().outcome is None


def test_two_people_let_count_what_sources_say_without_a_paper(of: dict[str, Waiting]) -> None:
    one = of["us-fl"]
    numbers = drawn(one)
    one.look()
    with pytest.raises(DomainError, match="paper_missing"):  # said once
        one.propose(numbers)
    twice(one)
    with pytest.raises(DomainError, match="paper_missing"):  # said by nobody
        one.propose("9999999")
    proposal = one.propose(numbers)
    with pytest.raises(DomainError, match="approval_by_same_person"):
        confirm(proposal, session_of("operator"))
    confirm(proposal, session_of("bea"))
    outcome = one.result().outcome
    assert outcome is not None
    assert (outcome.numbers, outcome.how, outcome.evidence["papers"]) == (numbers, "by_hand", {})
    assert {read["source"] for read in outcome.evidence["reads"]} == {"florida"}
    assert len(outcome.evidence["reads"]) == 2
    one.listen()
    assert (one.tell(), one.breaches()) == ([("confirmed", numbers)], set())


def test_what_sources_take_back_meanwhile_is_not_confirmed(of: dict[str, Waiting]) -> None:
    one = of["us-ga"]
    numbers = drawn(one)
    twice(one)
    proposal = one.propose(numbers)
    one.order(next="wrong_number", source="georgia")
    one.look()
    with pytest.raises(DomainError, match="approval_outdated"):
        confirm(proposal, session_of("bea"))
    assert one.result().outcome is None


def test_of_two_sources_that_differ_neither_is_proposed(of: dict[str, Waiting]) -> None:
    one = of["us-ny"]
    numbers = drawn(one)
    one.order(next="late", source="ny_open_data", times=2)
    twice(one)  # its open data come at night, and one of both is enough for people
    assert one.result().provisional == numbers
    db.session.rollback()
    assert by_hand.said_by_sources(one.id) == numbers
    db.session.rollback()
    one.order(next="wrong_number", source="ny_open_data", times=1)
    one.look()
    with pytest.raises(DomainError, match="paper_missing"):
        one.propose(numbers)


def test_the_console_proposes_what_sources_say(of: dict[str, Waiting]) -> None:
    one = of["us-fl"]
    ada, bea = browser_of(one.app, "operator"), browser_of(one.app, "bea")
    place, before = f"/admin/results/{one.id}", waiting_in(ada)
    numbers = drawn(one)
    assert "Enter it by hand…" in ada.get(place).text
    twice(one)
    assert waiting_in(ada) == before + 1
    assert "Let it count…" in ada.get(place).text
    assert f'value="{numbers}"' in ada.get(f"{place}/decide").text
    status, proposal = send(ada, f"{place}/decide", numbers=numbers, reason="both of its reads say so")
    assert status == 303
    assert "What sources say counts as the result" in bea.get(proposal).text
    assert waiting_in(ada) == before
    assert post(bea, proposal.rsplit("/", 1)[1], "confirm").status_code == 303
    assert "entered by two people" in ada.get(place).text


def waiting_in(console: FlaskClient) -> int:
    """How many results the overview says wait for two people."""
    found = re.search(r"([0-9]+) official results? waits? for two people", console.get("/admin").text)
    return int(found[1]) if found is not None else 0


def said(lottery: str, *, by_sources: bool, ago: timedelta) -> None:
    """As two people say it, so long ago."""
    agreed = Agreed(new_id(), "operator:operator", "bea", "both are read well for a year")
    with transaction() as session:
        confirming.KIND.execute({"lottery": lottery, "bySources": by_sources}, agreed)
        session.flush()
        session.execute(text("ALTER TABLE result_confirmings DISABLE TRIGGER ALL"))
        query = "UPDATE result_confirmings SET said_at = clock_timestamp() - :ago WHERE approval_id = :id"
        session.execute(text(query), {"ago": ago, "id": agreed.id})
        session.execute(text("ALTER TABLE result_confirmings ENABLE TRIGGER ALL"))


FORGED = """
    INSERT INTO result_confirmings (id, lottery, by_sources, approval_id, decided_by, confirmed_by, mark)
    VALUES ('ffffffff-ffff-7fff-bfff-ffffffffffff', 'us-ny', true, :approval, 'x', 'y', 'nobody')
"""


@pytest.fixture
def nothing_said(world: tuple[Flask, Flask]) -> Iterator[None]:
    """Of who confirms, before and after."""
    yield
    with transaction() as session:
        session.execute(text("ALTER TABLE result_confirmings DISABLE TRIGGER ALL"))
        session.execute(text("DELETE FROM result_confirmings"))
        session.execute(text("ALTER TABLE result_confirmings ENABLE TRIGGER ALL"))


def test_two_independent_sources_may_confirm_where_two_people_said_so_before_the_draw_was_promised(
    world: tuple[Flask, Flask], of: dict[str, Waiting], nothing_said: None
) -> None:
    with pytest.raises(DomainError, match="lottery_has_one_source"), transaction():
        confirming.propose("us-fl", by_sources=True, why="so that it is quick", actor="operator:operator")
    before = of["us-ny"]
    said("us-ny", by_sources=True, ago=timedelta(seconds=1))
    assert promised("us-ny")["confirmedBy"] == "two people"  # for a minute yet
    said("us-ny", by_sources=False, ago=timedelta(minutes=3))
    said("us-ny", by_sources=True, ago=timedelta(minutes=2))
    assert promised("us-ny")["confirmedBy"] == "consensus"
    db.session.rollback()
    after = Waiting(*world, next(_NUMBERS), "us-ny").begin()
    with transaction() as session:
        session.execute(text("ALTER TABLE awaited_results DISABLE TRIGGER ALL"))
        query = "UPDATE awaited_results SET created_at = created_at - interval '1 hour' WHERE id = :id"
        session.execute(text(query), {"id": before.id})
        session.execute(text("ALTER TABLE awaited_results ENABLE TRIGGER ALL"))
    for one, state in ((before, "provisional"), (after, "confirmed")):
        drawn(one)
        assert one.looks().state == state
    outcome = after.result().outcome
    assert outcome is not None
    assert (outcome.how, {read["source"] for read in outcome.evidence["reads"]}) == (
        "consensus",
        {"ny_site", "ny_open_data"},
    )
    alone = Waiting(*world, next(_NUMBERS), "us-ny").begin()
    drawn(alone)
    alone.order(next="late", source="ny_open_data", times=2)
    assert (alone.looks().state, alone.breaches()) == ("provisional", set())
    with transaction() as session:
        session.execute(text(FORGED), {"approval": new_id()})
    assert promised("us-ny")["confirmedBy"] == "consensus"  # it holds in a minute at the earliest
    assert alone.breaches() == {"results.confirming"}
    alone.end()


def test_who_confirms_is_changed_in_the_console_by_two_people_and_a_day(
    of: dict[str, Waiting], nothing_said: None
) -> None:
    ada = browser_of(of["us-ny"].app, "operator")
    place = "/admin/results/lotteries/us-ny"
    assert place in ada.get("/admin/results/sources").text
    assert ada.get("/admin/results/lotteries/us-fl").status_code == 404  # one source confirms nothing
    assert "Change who confirms" in ada.get(place).text
    assert "That is how it is already" in send(ada, place, reason="as it is")[1]
    status, proposal = send(ada, place, by_sources="y", reason="both are read well for a year")
    assert status == 303
    page = browser_of(of["us-ny"].app, "bea").get(proposal).text
    assert "two people → its sources, once all of them agree" in page
    with pytest.raises(DomainError, match="approval_too_early"):
        confirm(UUID(proposal.rsplit("/", 1)[1]), session_of("bea"))


def test_a_paper_still_enters_what_no_source_says(of: dict[str, Waiting]) -> None:
    one = of["us-ny"]
    ada = browser_of(one.app, "operator")
    place = f"/admin/results/{one.id}"
    assert send(ada, f"{place}/papers", file=(io.BytesIO(PAPER.content), "x.pdf")) == (303, place)
    assert "Write 7 digits" in send(ada, f"{place}/decide", numbers="472831", reason="on television")[1]
    assert send(ada, f"{place}/decide", numbers="4728316", reason="on television")[0] == 303
