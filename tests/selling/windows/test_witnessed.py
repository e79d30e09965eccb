"""Each round says where its promise and seal stand in the public log, and who had seen the seal before its closing
block: by the witness's clock and the time in that block's own header."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.chain.models import ChainBlock
from app.core.database.session import db, transaction
from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.game import ROUNDS
from app.record.log import jobs as log_jobs
from app.record.log import queries as log
from app.record.log.witnesses.models import KnownWitness
from app.selling.windows import jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowRound
from app.selling.windows.proof import promise, witnessed
from dev.node.process import NodeProcess
from tests.factories.played import following_app
from tests.factories.world import World
from tests.record.log.witnesses.test_named import ADA, BOB, PULL

GAMES: tuple[tuple[AnyGame, str], ...] = ((ROUNDS, ""), (LUCKOTTO, "/luckotto"))


@pytest.fixture(scope="module")
def world(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """A sealed round of each game, whose closing block is there; the rounds name two witnesses, and need both."""
    named = {"LOG_WITNESSES": f"{ADA} {PULL} {BOB} {PULL}"}
    folder = tmp_path_factory.mktemp("witnessed")
    with following_app({**app_settings, **named}, fresh_database(), node.rpc_url, folder) as app:
        made = World(app, node).begin()
        log_jobs.sequence()
        first = round_of(ROUNDS)
        made.mine_to(first.sales_end_height - 1 + first.settlement_depth)
        jobs.seal()
        log_jobs.sequence()
        made.mine_to(first.closing_height)
        log_jobs.sequence()
        with transaction() as session:
            session.add_all([KnownWitness(key=ADA), KnownWitness(key=BOB)])
        yield made


def round_of(game: AnyGame) -> WindowRound:
    db.session.rollback()
    found: WindowRound = db.session.get_one(game.round, 1, populate_existing=True)
    return found


@pytest.fixture
def cosigned(world: World) -> Iterator[Callable[..., None]]:
    """Keeps that a witness cosigned so many entries, so many seconds after the closing block's own time."""

    def keep(key: str, size: int, seconds: float) -> None:
        with transaction() as session:
            block = session.scalars(select(ChainBlock).where(ChainBlock.height == round_height())).one()
            session.execute(
                text("INSERT INTO log_cosignatures (size, witness, cosigned_at, line) VALUES (:size, :key, :at, '')"),
                {"size": size, "key": key, "at": block.time + timedelta(seconds=seconds)},
            )

    def round_height() -> int:
        found: int = db.session.get_one(ROUNDS.round, 1).closing_height
        return found

    yield keep
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("DELETE FROM log_cosignatures"))


def record(client: FlaskClient, folder: str) -> dict[str, object]:
    found: dict[str, object] = client.get(f"/api{folder}/rounds/1").get_json()
    return found


@pytest.mark.parametrize(("game", "folder"), GAMES, ids=("rounds", "luckotto"))
def test_a_round_names_its_entries(world: World, game: AnyGame, folder: str) -> None:
    told = record(world.app.test_client(), folder)
    for name, kind in (("promiseEntry", "round.created"), ("sealEntry", "round.sealed")):
        entry = log.entries(int(str(told[name])), 1)[0]
        assert (entry.kind, entry.subject) == (kind, game.subject(1))
    terms = json.loads(str(told["roundTerms"]))
    assert (terms["version"], terms["witnesses"], terms["quorum"]) == (3, sorted([ADA, BOB]), 2)
    assert promise.witnessed_of(str(told["roundTerms"])) == (tuple(sorted([ADA, BOB])), 2)
    listed = world.app.test_client().get(f"/api{folder}/rounds?limit=5").get_json()["rounds"]
    assert listed[-1] == told
    assert {one["sealEntry"] for one in listed[:-1]} == {None}
    page = world.app.test_client().get(f"{folder}/rounds/1").text
    assert f"/log/entries/{told['sealEntry']}" in page
    fixed = told["sealWitnesses"]["fixedEntry"]  # type: ignore[index]
    entry = log.entries(int(fixed), 1)[0]
    assert (entry.kind, entry.subject) == ("round.witnessed", game.subject(1))
    assert f"/log/entries/{fixed}" in page


@pytest.mark.parametrize(("game", "folder"), GAMES, ids=("rounds", "luckotto"))
def test_who_had_seen_it_in_time(world: World, cosigned: Callable[..., None], game: AnyGame, folder: str) -> None:
    def seen() -> tuple[bool, list[bool]]:
        told = record(world.app.test_client(), folder)["sealWitnesses"]
        assert isinstance(told, dict)
        assert told["closingBlockTime"] is not None
        at = {one["verifierKey"]: one["cosignedAt"] is not None for one in told["witnesses"]}
        assert told["hasQuorum"] == witnessed.of(game, round_of(game)).has_quorum
        return told["hasQuorum"], [at[ADA], at[BOB]]

    seal = witnessed.of(game, round_of(game)).seal_entry
    assert seal is not None
    page = f"{folder}/rounds/1"
    assert seen() == (False, [False, False])
    cosigned(ADA, seal, -50)  # all but the seal
    assert seen() == (False, [False, False])
    cosigned(ADA, seal + 1, 1)  # after the block
    assert seen() == (False, [False, False])
    cosigned(BOB, seal + 1, -5)
    assert seen() == (False, [False, True])
    assert "Only 1 of 2 witnesses had seen the seal" in world.app.test_client().get(page).text
    cosigned(ADA, seal + 2, 0)  # no later than the block
    assert seen() == (True, [True, True])
    assert "2 of 2 witnesses had seen the seal before the closing block" in world.app.test_client().get(page).text
    for language, words in (("fr", "2 témoins sur 2 avaient vu"), ("ht", "2 temwen sou 2 te wè")):
        assert words in world.app.test_client().get(f"{page}?lang={language}").text
