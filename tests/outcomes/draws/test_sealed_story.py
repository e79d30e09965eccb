"""Rounds of both games drawn by `sealed-draw-1` beside rounds of the documents' draws: promise, a draw that is stopped
and gone on with, pages, JSON, bundles, events, audit, and lies about any of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.faces.admin import jobs as console_jobs
from app.outcomes.draws import hash_chain, sealed_draw
from app.outcomes.draws import service as draws
from app.outcomes.draws.models import Draw, DrawState
from app.selling.windows import jobs
from app.selling.windows.games import game_called
from app.selling.windows.proof import promise
from dev.node.process import NodeProcess
from tests.faces.admin.operators import Operator
from tests.factories.played import following_app
from tests.games.luckotto.conftest import Lottery

from . import sealed_reference as reference

HASHES, EVERY = 3_500, 1_000
ROUND = 2  # of either game: the first one is drawn by the documents' draw
SETTINGS = {
    "DRAW_ALGORITHMS": "hash-draw-1 sealed-draw-1",
    "DRAW_HASHES": str(HASHES),
    "LUCKOTTO_DRAW_ALGORITHMS": "luckotto-draw-1 sealed-draw-1",
    "LUCKOTTO_DRAW_HASHES": str(HASHES),
    "ROUNDS_AHEAD": "3",
}
GAMES = pytest.mark.parametrize("game", ["rounds", "luckotto"])


@dataclass
class Story:
    world: Lottery
    client: FlaskClient
    console: Operator
    watched: dict[str, str]

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.text[:300])
        return str(answer.text)

    def json(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.page(path))
        return found

    def draw(self, game: str) -> Draw:
        db.session.rollback()
        return db.session.scalars(select(Draw).where(Draw.game == game, Draw.subject == str(ROUND))).one()

    def record(self, game: str, number: int = ROUND) -> dict[str, Any]:
        return self.json(f"/api/{PATHS[game]}/{number}")

    def bundle(self, game: str) -> dict[str, Any]:
        return self.json(f"/api/{PATHS[game]}/{ROUND}/bundle")


PATHS = {"rounds": "rounds", "luckotto": "luckotto/rounds"}


@pytest.fixture(scope="module")
def story(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    node = make_node()
    node.call("generatetoaddress", 110, node.call("getnewaddress"))
    folder = tmp_path_factory.mktemp("sealed")
    with (
        following_app({**app_settings, **SETTINGS}, fresh_database(), node.rpc_url, folder) as app,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sealed_draw, "EVERY", EVERY)
        patch.setattr(hash_chain, "SLICE_STEPS", 400)
        world = Lottery(app, node).begin()
        one = Story(world, app.test_client(), Operator(app), {})
        site = world.site(edge_percent=10)
        order = world.order(site, "ada", requested_round=ROUND)
        world.mine_to(world.lottery_round(ROUND).opens_at_height)
        world.send(order.address, 1_100_000)
        world.pay(world.buy(str(site.id), range(1, 13)))
        world.mine()
        _draw_interrupted(one)
        yield one


def _draw_interrupted(one: Story) -> None:
    """Both rounds are drawn by processes that stop half-way, one of them twice, and are gone on with by others."""
    world = one.world
    round_ = world.round(ROUND)
    closing, depth = round_.closing_height, round_.settlement_depth
    world.mine_to(round_.sales_end_height - 1 + depth)
    jobs.seal()
    world.mine_to(closing + depth)
    with pytest.MonkeyPatch.context() as often:
        often.setattr(draws, "CHECKPOINT_SECONDS", 0.0)
        for stops_after in (3, 4):
            told = iter([False] * (stops_after - 1) + [True, *[False] * (stops_after - 1), True])
            jobs.settle(lambda told=told: next(told))  # type: ignore[misc]
            for game in PATHS:
                one.watched[game] = one.page(f"/{PATHS[game]}/{ROUND}")
    for game in PATHS:
        kept = one.draw(game).checkpoint
        assert kept is not None
        assert (kept["stepsDone"], kept["checkpoints"]) == (2_400, 3), "two runs came so far"
    jobs.settle()


@GAMES
def test_rounds_take_the_wanted_algorithms_in_turn_and_promise_them(story: Story, game: str) -> None:
    documents, work = {"rounds": ("hash-draw-1", "hashesPerDigit"), "luckotto": ("luckotto-draw-1", "hashWork")}[game]
    for number, name in ((1, documents), (2, "sealed-draw-1"), (3, documents)):
        record = story.record(game, number)
        promised = json.loads(record["roundTerms"])
        assert record["winnerAlgorithm"] == promised["winnerAlgorithm"] == name
        own = {"hashes": HASHES} if name == "sealed-draw-1" else {work: 1_000}
        assert {member: promised.get(member) for member in ("hashes", work) if member in promised} == own
        assert {member: record[member] for member in ("hashes", work)} == {"hashes": None, work: None, **own}


@GAMES
@pytest.mark.parametrize("number", [1, ROUND])
def test_a_restored_database_makes_the_round_again_from_its_text(story: Story, game: str, number: int) -> None:
    mine = game_called(game)
    db.session.rollback()
    round_ = db.session.get_one(mine.round, number)
    own = mine.terms.promised_by(promise.algorithm_in(round_.round_terms or ""))
    columns = promise.columns_of(round_.round_terms or "", own)
    assert columns == {name: getattr(round_, name) for name in columns}
    frozen = {name for name in promise.frozen_columns(mine.terms.promised) if getattr(round_, name) is not None}
    assert columns.keys() == frozen
    with pytest.raises(ValueError, match="not what a round of this game promises"):
        promise.columns_of(round_.round_terms or "", mine.terms.promised)


@GAMES
def test_what_is_drawn_follows_from_promise_seal_and_block_by_another_implementation(story: Story, game: str) -> None:
    record, bundle = story.record(game), story.bundle(game)
    states, root = reference.delay(
        record["roundCommitment"], record["sealRoot"], record["closingBlockHash"], HASHES, EVERY
    )
    drawn = bundle["draw"]
    assert bundle["checkpoints"] == [state.hex() for state in states]
    assert drawn["checkpointsRoot"] == record["checkpointsRoot"] == root
    assert drawn["lastState"] == record["lastState"] == states[-1].hex()
    if game == "rounds":
        assert drawn["winningTicket"] == record["winningTicket"] == next(reference.chosen(states[-1], 1_000))
        assert (record["drawDigits"], record["drawDigests"]) == (None, None)
    else:
        six = reference.six(states[-1], 12)
        assert drawn["drawnNumbers"] == record["drawnNumbers"] == six
        assert drawn["winningNumbers"] == record["winningNumbers"] == sorted(six)
    assert "checkpoints" not in story.json(f"/api/{PATHS[game]}/1/bundle")


@GAMES
def test_a_page_shows_how_far_the_delay_is_and_then_the_result(story: Story, game: str) -> None:
    watched, page = story.watched[game], story.page(f"/{PATHS[game]}/{ROUND}")
    assert "2,400 of 3,500 hashes" in watched
    assert "nothing of the outcome is known before its end" in watched
    assert "The root over its checkpoints" not in watched
    draw = story.draw(game)
    assert draw.outcome is not None
    for told in (draw.outcome["checkpointsRoot"], draw.outcome["lastState"], "From the last hash to the result"):
        assert told in page
    parameters = draw.parameters
    command = f"sealed_draw.py {parameters['promise']} {parameters['sealRoot']} {draw.seed} {HASHES} --"
    assert command in page
    verifier = {"rounds": "/verify", "luckotto": "/luckotto/verify"}[game]
    assert command in story.page(f"{verifier}?round={ROUND}")
    assert "tiraj/sealed-draw/1" in story.page(f"{verifier}?round={ROUND}")
    console = story.console.get(f"/admin/rounds/{game}/{ROUND}")
    assert console.status_code == 200
    assert "sealed-draw-1" in console.text


def test_the_pages_before_and_beside_it_stand(story: Story) -> None:
    for path in ("/", "/docs", "/docs/technical", "/docs/utilities", "/hash-draw", "/luckotto/verify", "/rounds"):
        assert story.page(path)
    assert "after 3,500 hashes in a row" in story.page("/rounds/4")
    assert "hashes in a row for each" in story.page("/rounds/3")


@GAMES
def test_events_leave_the_evidence_out_and_the_audit_has_it(story: Story, game: str) -> None:
    kind = {"rounds": "round", "luckotto": "luckotto-round"}[game]
    told = db.session.execute(
        text("SELECT payload FROM events WHERE type = 'round.settled' AND subject = :subject"),
        {"subject": f"{kind}:{ROUND}"},
    ).scalar_one()
    noted = db.session.execute(
        text("SELECT detail FROM audit_entries WHERE action = 'round.settled' AND subject = :subject"),
        {"subject": f"{kind}:{ROUND}"},
    ).scalar_one()
    outcome = story.draw(game).outcome or {}
    assert not {"lastState", "checkpointsRoot"} & told.keys()
    assert noted.items() >= outcome.items()


@GAMES
def test_it_is_hashed_again_and_comes_out_again(story: Story, game: str) -> None:
    assert console_jobs.rerun_draw(game, ROUND, "operator:olga")
    wanted = ["rounds", "replay", str(ROUND), "--game", game, "--json"]
    replayed = story.world.app.test_cli_runner().invoke(args=wanted)
    db.session.rollback()
    assert replayed.exit_code == 0, replayed.output
    assert json.loads(replayed.stdout)["differences"] == []


def _changed(statement: str, **values: Any) -> None:
    with transaction() as session:
        session.execute(text(statement), values)


@GAMES
def test_the_audit_finds_every_lie_about_it(story: Story, game: str) -> None:
    assert story.world.breaches() == []
    draw = story.draw(game)
    true, made = dict(draw.outcome or {}), dict(draw.parameters)
    lies: list[tuple[str, dict[str, Any]]] = [("outcome", {**true, member: "ab" * 32}) for member in true]
    lies += [("parameters", {**made, member: "ab" * 32}) for member in ("promise", "sealRoot")]
    lies += [("parameters", {**made, "hashes": HASHES + 1})]
    for column, lie in lies:
        statement = f"UPDATE draws SET {column} = CAST(:lie AS jsonb) WHERE id = :id"
        _changed(statement, lie=json.dumps(lie), id=draw.id)
        assert story.world.breaches(), lie
        _changed(statement, lie=json.dumps(true if column == "outcome" else made), id=draw.id)
    kept = db.session.scalars(select(DrawState).where(DrawState.draw_id == draw.id, DrawState.number == 2)).one()
    state = kept.state
    _changed("UPDATE draw_states SET state = sha256(state) WHERE draw_id = :id AND number = 2", id=draw.id)
    assert [breach.check for breach in story.world.breaches()] == ["draws.states"]
    _changed("UPDATE draw_states SET state = :state WHERE draw_id = :id AND number = 2", state=state, id=draw.id)
    _changed("DELETE FROM draw_states WHERE draw_id = :id AND number = 4", id=draw.id)
    assert [breach.check for breach in story.world.breaches()] == ["draws.states"]
    last = bytes.fromhex(true["lastState"])
    _changed("INSERT INTO draw_states VALUES (:id, 4, :state)", id=draw.id, state=last)
    assert story.world.breaches() == []


@GAMES
def test_the_database_refuses_work_of_both_kinds_or_none_and_any_change_of_it(story: Story, game: str) -> None:
    table = {"rounds": "rounds", "luckotto": "luckotto_rounds"}[game]
    for change in ("hashes = 1", "hashes = NULL", f"{'hashes_per_digit' if game == 'rounds' else 'hash_work'} = 5"):
        with pytest.raises(Exception, match=r"what a row of|check constraint"):
            _changed(f"UPDATE {table} SET {change} WHERE round_number = :number", number=ROUND)
        db.session.rollback()


def test_numbers_of_a_page_are_the_readers_own(story: Story) -> None:
    french = story.client.get("/rounds/4", headers={"Accept-Language": "fr"}).text
    assert re.search(r"3.500", french)
