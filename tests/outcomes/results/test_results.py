"""What becomes of a result whose sources are asked: simulated ones, over the wire."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from app.core.errors import DomainError
from app.outcomes.results import listeners, queries, service
from app.outcomes.results.asking import asking, looks
from app.outcomes.results.asking.looks import Heard

from .waiting import DUE, PCSO, Waiting

pytestmark = pytest.mark.slow


def test_sources_that_agree_twice_ten_minutes_apart_make_a_result(waiting: Waiting) -> None:
    waiting.draw("047")
    assert (waiting.look().state, waiting.result().provisional) == ("provisional", "047")
    again = waiting.look()  # a moment later: that is no second witness
    assert (again.state, again.outcome, waiting.tell()) == ("provisional", None, [])
    confirmed = waiting.looks()
    assert confirmed.outcome is not None
    assert (confirmed.state, confirmed.outcome.numbers, confirmed.outcome.how) == ("confirmed", "047", "consensus")
    assert confirmed.outcome.final_at - confirmed.outcome.confirmed_at == waiting.wanted().final_after
    assert {read["source"] for read in confirmed.outcome.evidence["reads"]} >= {"pcso_site", "lottomatik"}
    assert (waiting.tell(), waiting.tell()) == ([("confirmed", "047")], [("confirmed", "047")])
    assert waiting.leaves() == ["result.expected", "result.confirmed"]
    read = queries.evidence("coin", waiting.subject)[0]
    assert b"__VIEWSTATE" in queries.raw(read.id)[1] or read.source != "pcso_site"
    db.session.rollback()
    with transaction():
        service.settled("coin", waiting.subject, 1)
    assert (waiting.result().state, waiting.breaches()) == ("settled", set())


@pytest.mark.parametrize(
    ("source", "wrong", "reason"),
    [
        ("pcso_site", "late", "not_listed"),
        ("pcso_site", "error", "status_500"),
        ("pcso_site", "hang", "timeout"),
        ("lottomatik", "redirect", "status_302"),
        ("lottomatik", "truncated", "no_json"),
        ("lottomatik", "endless", "answer_too_long"),
    ],
)
def test_a_source_that_is_needed_and_says_nothing_leaves_it_open(
    waiting: Waiting, source: str, wrong: str, reason: str
) -> None:
    waiting.draw("047")
    waiting.order(next=wrong, source=source, times=3)
    waiting.patience(0.3 if wrong == "hang" else 10)
    after = waiting.looks()
    assert (after.state, after.outcome, waiting.reasons()[source]) == ("expected", None, reason)


@pytest.mark.parametrize("seed", ["three", "seven"])
def test_whatever_goes_wrong_at_random_it_is_no_other_number(waiting: Waiting, seed: str) -> None:
    waiting.draw("047")
    waiting.order(rate=0.4, seed=seed)
    waiting.patience(0.5)
    waiting.pace(1e-6)
    for _ in range(6):
        outcome = waiting.look().outcome
        assert outcome is None or outcome.numbers == "047"
    waiting.order(rate=0)
    waiting.patience(10)
    for name in PCSO:
        breaker(name).close()
    assert (waiting.look().outcome or waiting.look().outcome) is not None
    assert waiting.tell() == [("confirmed", "047")]
    assert waiting.breaches() == set()


def test_one_aggregator_is_enough_and_a_wrong_one_is_told(waiting: Waiting) -> None:
    waiting.draw("047")
    waiting.order(next="wrong_number", source="philnews", times=3)
    after = waiting.looks()
    assert after.outcome is not None
    assert (after.outcome.numbers, after.outcome.evidence["against"]) == ("047", ["philnews"])


def test_an_official_source_that_says_another_number_leaves_it_to_people(waiting: Waiting) -> None:
    waiting.draw("047")
    waiting.look()
    waiting.order(next="wrong_number", source="lottomatik", times=2)
    assert (waiting.look().state, waiting.result().provisional) == ("expected", None)
    assert waiting.alarms() == set()
    waiting.pace(1e-6)
    assert waiting.look().outcome is None
    assert waiting.alarms() == {"result_open"}


def test_what_is_expected_again_is_the_same_and_nothing_else(waiting: Waiting) -> None:
    with transaction():
        assert service.expect(waiting.wanted()) == waiting.id
    with pytest.raises(DomainError, match="result_expected_otherwise"), transaction():
        service.expect(waiting.wanted(promise=bytes(32)))
    with transaction():
        service.dismiss("coin", waiting.subject, "skipped", actor="system")
    waiting.draw("047")
    assert (waiting.looks().state, queries.evidence("coin", waiting.subject)) == ("dismissed", [])
    db.session.rollback()
    with transaction():
        assert service.expect(waiting.wanted()) == waiting.id
    assert waiting.looks().state == "confirmed"
    with pytest.raises(DomainError, match="result_known"), transaction():
        service.dismiss("coin", waiting.subject, "skipped", actor="system")


def test_a_look_is_claimed_once_and_one_that_comes_too_late_is_not_written(waiting: Waiting) -> None:
    with transaction() as session:
        session.execute(text(DUE), {"id": waiting.id})
    with transaction():
        looks.mean_due()
    assert set(PCSO) == set(looks.sources_with_looks())
    db.session.rollback()
    with transaction():
        first = looks.claim("lottomatik")
        assert first is not None
        assert looks.claim("lottomatik") is None
    with transaction() as session:
        session.execute(text("UPDATE result_asks SET until = clock_timestamp()"))
    with transaction():
        second = looks.claim("lottomatik")
    assert second is not None
    assert second.observation_id == first.observation_id
    with transaction():
        assert looks.answer(first, Heard(200, b"{}", "999", "")) is None
    with transaction():
        assert looks.answer(second, Heard(200, b"{}", None, "not_listed")) is not None
    assert waiting.reasons()["lottomatik"] == "not_listed"


def claimed_at_once(waiting: Waiting, many: int = 6) -> int:
    """How many of so many processes may ask one source at one moment."""
    with transaction() as session:
        session.execute(text(DUE), {"id": waiting.id})
        session.execute(text("UPDATE result_asks SET until = clock_timestamp()"))
    with transaction():
        looks.mean_due()
    ready = threading.Barrier(many)

    def ask() -> bool:
        with waiting.app.app_context():
            ready.wait(20)
            with transaction():
                return looks.claim("lottopcso") is not None

    with ThreadPoolExecutor(many) as pool:
        return sum(one.result() for one in [pool.submit(ask) for _ in range(many)])


def test_of_many_at_once_one_asks(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    assert claimed_at_once(waiting) == 1
    monkeypatch.setattr(looks, "_take", lambda *_: True)
    assert claimed_at_once(waiting) > 1, "the control: it is the claim that keeps the others out"


@pytest.mark.parametrize("where", ["result.claimed", "result.heard", "result.told"])
def test_who_dies_half_way_has_lost_nothing(waiting: Waiting, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Whoever dies leaves nothing of what was not committed, and a claim until its time is over."""
    waiting.draw("047")
    dying = iter([True])

    def step(name: str) -> None:
        if name == where and next(dying, False):
            raise KeyboardInterrupt

    monkeypatch.setattr(asking, "step", step)
    monkeypatch.setattr(listeners, "step", step)
    for act in (waiting.looks, waiting.tell, waiting.looks, waiting.tell):
        with contextlib.suppress(KeyboardInterrupt):
            act()
        db.session.rollback()
        with transaction() as session:
            session.execute(text("UPDATE result_asks SET until = clock_timestamp()"))
    outcome = waiting.result().outcome
    assert outcome is not None
    assert (outcome.numbers, outcome.version, next(dying, None)) == ("047", 1, None)
    times = 2 if where == "result.told" else 1  # what it was told first, its transaction took back
    assert waiting.heard.told == [("confirmed", "047")] * times
    assert waiting.breaches() == set()


def test_a_game_that_takes_no_result_is_told_again(waiting: Waiting) -> None:
    waiting.draw("047")
    waiting.looks()
    waiting.heard.trouble = RuntimeError("no")
    assert (waiting.tell(), waiting.alarms()) == ([], {"result_not_told"})
    waiting.heard.trouble = None
    assert (waiting.tell(), waiting.alarms()) == ([("confirmed", "047")], set())


def test_who_writes_to_the_database_alone_decides_no_result(waiting: Waiting) -> None:
    waiting.draw("047")
    waiting.look()
    with transaction() as session:
        session.execute(text(FORGED_READS), {"id": waiting.id})
    assert (waiting.look().provisional, waiting.breaches()) == ("047", {"results.reads"})
    with transaction() as session:
        session.execute(text(FORGED_OUTCOME), {"id": waiting.id})
    assert (waiting.tell(), waiting.alarms()) == ([], {"result_not_ours"})
    assert waiting.breaches() >= {"results.outcomes", "results.state", "results.reads"}


FORGED_READS = """
    INSERT INTO result_observations (id, awaited_id, source, origin, asked_at, answered_at, status, body, body_sha256,
        body_size, numbers, mark)
    SELECT gen_random_uuid(), awaited_id, source, origin, asked_at + interval '1 day' * n,
        answered_at + interval '1 day' * n, 200, body, body_sha256, body_size, '999', mark
    FROM result_observations, generate_series(1, 2) AS n WHERE awaited_id = :id AND numbers IS NOT NULL
"""
FORGED_OUTCOME = """
    INSERT INTO result_outcomes (awaited_id, version, numbers, how, evidence, confirmed_at, final_at, mark)
    SELECT id, 1, '999', 'consensus', '{"reads": []}', now(), now() + final_after, '' FROM awaited_results
    WHERE id = :id
"""
