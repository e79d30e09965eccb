"""A draw is sealed over all that was sold before anything of it is known, and cosigned; or it is void, by rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import Executable, select, text, update

from app.chain.models import ChainBlock, ChainCursor
from app.core.database.session import db, transaction
from app.outcomes.draws import merkle_sum, sealed_draw
from app.outcomes.draws import service as draws
from app.outcomes.draws.checks import checkpoints_are_under_their_roots
from app.people.players.queries import read_now
from app.record.audit.models import Alarm
from app.record.log.models import Waiting
from app.record.log.witnesses.queries import FirstSeen
from app.selling.bets.calendar import making, promise
from app.selling.bets.calendar.times import Times
from app.selling.bets.games import Slot
from app.selling.bets.models import BetDraw, BetEntry
from app.selling.bets.sealing import jobs, service, witnessing
from app.selling.bets.sealing.algorithm import ALGORITHM
from app.selling.bets.sealing.closing import first_after
from app.selling.bets.settlement import jobs as refunding

from .rail import Rail
from .selling import tried, wanted
from .settled import balance

KEY = "witness+12345678+AAAA"


def promised(rail: Rail, *, cosigned: float = 840, quorum: int = 0) -> UUID:
    """A draw with a whole promise, which sells: seconds from now until its seal has to be cosigned."""
    now, slot = read_now().replace(microsecond=0), next(rail.slots)
    seconds = (-60, 600, 660, cosigned, 900)
    day = now.date()
    rules = promise.Rules(86_400, 7_200, (KEY,) if quorum else (), quorum, 4, 1)
    with pytest.MonkeyPatch.context() as patch, transaction():
        patch.setattr(making, "_rules", lambda **_: rules)
        times = Times(*(now + timedelta(seconds=one) for one in seconds))
        making.write(rail.game, rail.game.plan, day, Slot(slot, times.draws_at.time()), times)
    return db.session.scalars(select(BetDraw.id).where(BetDraw.name == f"{day}-{slot}")).one()


def pass_time(draw_id: UUID, seconds: int) -> None:
    """So much later, as far as the draw's own times go."""
    names = ("opens_at", "closes_at", "seals_at", "draws_at")
    moved = {name: getattr(BetDraw, name) - timedelta(seconds=seconds) for name in names}
    forge(update(BetDraw).where(BetDraw.id == draw_id).values(moved))


def forge(statement: Executable) -> None:
    """What the database refuses to others."""
    with transaction() as session:
        session.execute(text("SET session_replication_role = replica"))
        session.execute(statement)
        session.execute(text("SET session_replication_role = origin"))


def told(kind: str) -> list[dict[str, object]]:
    leaves = db.session.scalars(select(Waiting).where(Waiting.kind == kind).order_by(Waiting.id))
    return [json.loads(leaf.data) for leaf in leaves]


def state(rail: Rail, draw_id: UUID) -> tuple[str, str]:
    draw = rail.draw(draw_id)
    return draw.state, draw.cancelled_because


def alarms() -> set[str]:
    return set(db.session.scalars(select(Alarm.code).where(Alarm.closed_at.is_(None))))


def test_a_seal_covers_every_sale_in_its_order(rail: Rail) -> None:
    draw_id, other = promised(rail), promised(rail)
    for digit, stake in (("7", 100), ("1", 300), ("7", 200)):
        tried(wanted(rail, rail.player(), (draw_id, "one", digit, stake)))
    assert jobs.seal() == 0, "it sells"
    pass_time(draw_id, 700)
    assert [jobs.seal(), jobs.seal()] == [1, 0]
    draw = rail.draw(draw_id)
    entries = db.session.scalars(select(BetEntry).where(BetEntry.draw_id == draw_id).order_by(BetEntry.number)).all()
    leaves = [merkle_sum.Leaf(entry.leaf or b"", 1, entry.stake_minor) for entry in entries]
    assert [leaf.sats for leaf in leaves] == [100, 300, 200]
    subject = f"bet-draw:pick:{draw.name}"
    assert draw.seal_root == merkle_sum.root(subject.encode(), leaves, draw.promise_hash)
    (said,) = told("bet.sealed")
    assert said["sealRoot"] == draw.seal_root.hex()
    assert (said["sales"], said["staked"], said["lastNumber"], said["lastLeaf"]) == (3, 600, 3, draw.tip.hex())
    assert said["reservations"] == {"released": 0, "waiting": 0}
    assert draw.allotted_minor == draw.worst_minor == 2_700, "what it has beyond its worst case is free again"
    assert state(rail, other)[0] == "selling"
    assert rail.breaches() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bet_entries SET leaf = sha256('x') WHERE number = 2",
        "UPDATE bet_entries SET number = 3 WHERE number = 2",
        "UPDATE bet_draws SET sold_minor = sold_minor + 1",
        "UPDATE bet_draws SET promise_hash = sha256('x')",
    ],
)
def test_what_is_not_what_was_sold_is_not_sealed_and_void_in_time(rail: Rail, statement: str) -> None:
    draw_id = promised(rail)
    for _ in range(2):
        tried(wanted(rail, rail.player(), (draw_id, "one", "7", 100)))
    pass_time(draw_id, 700)
    forge(text(statement))
    assert (jobs.seal(), state(rail, draw_id)[0], alarms()) == (0, "selling", {"bet_draw_differs"})
    pass_time(draw_id, 300)
    assert (jobs.seal(), state(rail, draw_id)) == (1, ("cancelled", service.NOT_SEALED))
    assert alarms() == {"bet_draw_differs", "bet_draw_void"}
    assert [one["because"] for one in told("bet.cancelled")] == [service.NOT_SEALED]


def test_a_seal_that_nobody_cosigned_in_time_is_void_and_one_that_is_cosigned_is_not(
    rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, waiting, seen, unwitnessed = (
        promised(rail, cosigned=-60, quorum=1),
        promised(rail, quorum=1),
        promised(rail, quorum=1),
        promised(rail),
    )
    user = rail.player(500)
    tried(wanted(rail, user, (late, "one", "7", 300)))
    for draw_id in (late, waiting, seen, unwitnessed):
        pass_time(draw_id, 700)
    assert jobs.seal() == 4
    first = FirstSeen(9, read_now(), "his line")
    monkeypatch.setattr(witnessing, "_cosigned", lambda keys, entry, by: {KEY: first} if is_seen else {})
    is_seen = False
    assert jobs.witness() == 1
    assert state(rail, late) == ("cancelled", witnessing.NOT_COSIGNED)
    assert (refunding.give_back(), balance("wallet", user), balance("stakes", late)) == (1, 500, 0)
    is_seen = True
    with transaction():
        assert witnessing.fix(seen)
        assert not witnessing.fix(seen), "it is said once"
    assert [one["quorum"] for one in told("bet.witnessed")] == [1]
    is_seen = False
    assert jobs.witness() == 0
    may_have_results = {one: witnessing.is_witnessed(rail.draw(one)) for one in (waiting, seen, unwitnessed)}
    assert may_have_results == {waiting: False, seen: True, unwitnessed: True}


def blocks(at: datetime, tip: int) -> None:
    """Blocks a minute apart, followed to the tip; the own time of number 100 is the first that is not before `at`."""
    with transaction() as session:
        session.query(ChainBlock).delete()
        for height in range(80, tip + 1):
            found, hashed = at + timedelta(minutes=height - 100), bytes([height]) * 32
            session.add(ChainBlock(height=height, hash=hashed, previous_hash=b"", header=b"", time=found))
        session.merge(ChainCursor(id=1, height=tip, hash=hashed, first_height=80))


def test_what_no_lottery_decides_is_drawn_by_the_block_whose_median_time_is_past_it(
    rail: Rail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sixth block from then on is in the middle of eleven; and one more has to be on top of it."""
    early, draw_id = promised(rail), promised(rail)
    tried(wanted(rail, rail.player(), *((draw_id, "one", str(digit), 100) for digit in range(10))))
    node = SimpleNamespace(call=lambda _, height: (bytes([height]) * 32).hex())
    monkeypatch.setattr(jobs, "node", SimpleNamespace(client=lambda: node))
    pass_time(draw_id, 700)
    jobs.seal()
    pass_time(draw_id, 300)
    at = rail.draw(draw_id).draws_at
    for tip in (104, 105):
        blocks(at, tip)
        assert jobs.draw() == 0
    blocks(at, 106)
    assert [jobs.draw(), jobs.draw()] == [1, 0]
    draw = rail.draw(draw_id)
    first = sealed_draw.first_state(draw.promise_hash.hex(), (draw.seal_root or b"").hex(), (bytes([105]) * 32).hex())
    delay = sealed_draw.wait(first, 4)
    outcome = next(sealed_draw.choices(bytes.fromhex(delay.last_state), 10))
    draw = rail.draw(draw_id)
    assert (draw.state, draw.outcome, draw.won_minor, draw.sold_minor) == ("resulted", outcome, 900, 1_000)
    (said,) = told("bet.drawn")
    assert (said["outcome"], said["closingBlock"]) == (outcome, (bytes([105]) * 32).hex())
    assert checkpoints_are_under_their_roots() == []
    begun = draws.of("pick", draw.name)
    assert begun is not None
    assert ALGORITHM.agrees(begun.outcome or {}, begun.parameters)

    pass_time(early, 700)  # its block is known before its seal
    blocks(rail.draw(early).draws_at, 106)
    assert (jobs.seal(), state(rail, early)) == (1, ("cancelled", service.NOT_SEALED))


@pytest.mark.parametrize(("given", "first"), [((80, 104), None), ((80, 106), 105), ((94, 110), 105), ((95, 110), None)])
def test_no_block_decides_before_which_another_one_may_have(given: tuple[int, int], first: int | None) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    times = [at + timedelta(minutes=height - 100) for height in range(given[0], given[1] + 1)]
    found = first_after(times, at)
    assert (None if found is None else given[0] + found) == first


def test_a_draw_without_a_result_is_void_after_what_it_promised_to_wait(rail: Rail) -> None:
    draw_id = promised(rail)
    pass_time(draw_id, 700)
    jobs.seal()
    pass_time(draw_id, 7_200)
    assert jobs.void() == 0
    pass_time(draw_id, 300)
    assert (jobs.void(), state(rail, draw_id)) == (1, ("cancelled", service.NO_RESULT))
