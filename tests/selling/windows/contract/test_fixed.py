"""Whether a round's witnesses were enough is said in the public log once, before its draw can be known, and decides."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.chain.models import ChainBlock
from app.chain.node.blocks import display
from app.core.database.session import db, transaction
from app.record.audit import service as audit
from app.record.log import jobs as log_jobs
from app.record.log import queries as log
from app.selling.windows import jobs
from app.selling.windows.orders import crediting
from app.selling.windows.proof import entries, fixed, witnessed
from tests import scripts
from tests.factories.cosigning import ADA, BOB, NAMED, cosign
from tests.faults.test_kills import KILLED, run, scan
from tests.settings import LOG_KEY

from .adapters import ADAPTERS
from .stage import Stage


@pytest.fixture
def windows() -> dict[str, str]:
    """Rounds of a sealed draw, which wait for two witnesses."""
    sealed = {"DRAW_ALGORITHMS": "sealed-draw-1", "DRAW_HASHES": "1000"}
    return {
        **sealed,
        **{f"LUCKOTTO_{name}": value for name, value in sealed.items()},
        "ROUND_LENGTH_BLOCKS": "6",
        "LOG_WITNESSES": NAMED,
        "LOG_QUORUM": "2",
    }


@pytest.fixture
def sealed(stage: Stage) -> int:
    """A sealed round that somebody bought, whose seal a checkpoint covers."""

    def play() -> int:
        number = stage.bought_whole().round_number
        stage.seal(number)
        log_jobs.sequence()
        return number

    return stage.recalled("sealed, for witnesses", play)


def over_seal(stage: Stage, number: int) -> int:
    """The size of the first checkpoint that covers the seal."""
    found = witnessed.of(stage.game, stage.round(number)).seal_entry
    assert found is not None
    checkpoint = log.checkpoint_over(found)
    assert checkpoint is not None
    return checkpoint.size


def said(stage: Stage, number: int) -> list[dict[str, Any]]:
    """What the public log says of who had seen the seal, entry by entry."""
    log_jobs.sequence()
    db.session.rollback()
    entries = log.entries_of("round.witnessed", stage.game.subject(number))
    return [json.loads(entry.data)["detail"] for entry in entries]


def closing(stage: Stage, number: int) -> ChainBlock:
    return db.session.get_one(ChainBlock, stage.round(number).closing_height, populate_existing=True)


def both(stage: Stage, number: int, moment: float) -> None:
    for witness in (ADA, BOB):
        cosign(witness, over_seal(stage, number), moment)


def now() -> int:
    """By everybody's clock; blocks here are often ahead of it."""
    return int(time.time())


def test_it_is_said_as_soon_as_they_are_enough(stage: Stage, sealed: int, tmp_path: Path) -> None:
    cosign(ADA, over_seal(stage, sealed), now())
    assert jobs.witnessed() == 0
    assert said(stage, sealed) == []
    cosign(BOB, over_seal(stage, sealed), now())
    assert jobs.witnessed() == len(ADAPTERS)  # others have their rounds at these heights
    assert jobs.witnessed() == 0
    (entry,) = said(stage, sealed)
    assert (entry["hasQuorum"], entry["closingBlock"], entry["missing"]) == (True, None, [])
    assert {(one["verifierKey"], one["size"]) for one in entry["cosigned"]} == {
        (str(witness.verifier), over_seal(stage, sealed)) for witness in (ADA, BOB)
    }
    stage.to_draw(sealed)
    jobs.settle()
    assert stage.status(sealed) == "settled"
    assert len(said(stage, sealed)) == 1
    assert stage.breaches() == set()
    newest = log.newest_checkpoint()
    assert newest is not None
    cosign(ADA, newest.size, now())  # over what the log said of them
    status, told = verified(stage, sealed, tmp_path)
    assert (status, told["failing"]) == (3, [])
    assert {one["claim"]: one["verdict"] for one in told["claims"]}["witnesses"] == "holds"
    assert [line.partition(":")[0] for line in told["unfinished"]] == ["payout"]


def verified(stage: Stage, number: int, folder: Path) -> tuple[int, dict[str, Any]]:
    """What the script makes of the round's bundle, with the log's key."""
    path = "rounds" if stage.game.name == "rounds" else f"{stage.game.name}/rounds"
    (folder / "bundle.json").write_text(stage.world.app.test_client().get(f"/api/{path}/{number}/bundle").text)
    words = (str(folder / "bundle.json"), "--json", "--log-key", str(LOG_KEY.verifier))
    done = scripts.run("verify_round.py", *words)
    return done.returncode, json.loads(done.stdout)


def test_the_closing_block_fixes_what_there_is(stage: Stage, sealed: int, tmp_path: Path) -> None:
    """A cosignature that is kept later, though made in time, is none to choose by: with it the round would be drawn."""
    cosign(ADA, over_seal(stage, sealed), now())
    stage.world.mine_to(stage.round(sealed).closing_height)
    block = closing(stage, sealed)
    cosign(BOB, over_seal(stage, sealed), block.time.timestamp())
    assert jobs.witnessed() == 0
    (entry,) = said(stage, sealed)
    told = {"height": block.height, "hash": display(block.hash), "time": int(block.time.timestamp())}
    assert (entry["hasQuorum"], entry["closingBlock"]) == (False, told)
    assert entry["missing"] == [str(BOB.verifier)]
    stage.to_draw(sealed)
    jobs.settle()
    assert jobs.settle() == 0
    assert stage.status(sealed) == "void"
    assert len(said(stage, sealed)) == 1
    assert stage.breaches() == set()
    status, told = verified(stage, sealed, tmp_path)
    assert (status, told["failing"]) == (1, ["void"])  # nobody hides what he kept too late
    (claim,) = (one for one in told["claims"] if one["claim"] == "void")
    assert [BOB.name in line for line in claim["details"]] == [False, False, True]


def test_another_closing_block_is_fixed_by_what_was_there_before_its_time(stage: Stage, sealed: int) -> None:
    stage.world.mine_to(stage.round(sealed).closing_height)
    first = display(closing(stage, sealed).hash)
    both(stage, sealed, now())
    stage.lose_from(stage.round(sealed).closing_height)
    second = display(closing(stage, sealed).hash)
    assert [one["closingBlock"]["hash"] for one in said(stage, sealed)] == [first, second]
    assert [one["hasQuorum"] for one in said(stage, sealed)] == [False, True]
    stage.to_draw(sealed)
    jobs.settle()
    assert stage.status(sealed) == "settled"
    assert stage.breaches() == set()


def test_the_first_closing_block_again_finds_what_was_said_of_it(stage: Stage, sealed: int) -> None:
    """It is away long enough for the quorum to be said without any block: what was fixed for it stays."""
    height = stage.round(sealed).closing_height
    stage.world.mine_to(height)
    first = display(closing(stage, sealed).hash)
    both(stage, sealed, now() - 1)
    stage.world.node.call("invalidateblock", first)
    stage.world.mine(0)
    while stage.world.tip >= height:
        stage.world.scan()
    assert jobs.witnessed() == len(ADAPTERS)  # others have their rounds at these heights
    stage.world.node.call("reconsiderblock", first)
    stage.to_draw(sealed)
    assert display(closing(stage, sealed).hash) == first
    jobs.settle()
    assert stage.status(sealed) == "void"
    assert [one["hasQuorum"] for one in said(stage, sealed)] == [False, True]


def test_a_block_of_an_earlier_time_than_cosignatures_is_fixed_anew(stage: Stage, sealed: int) -> None:
    """They were there before the block came, but not before the time that its miner put into it."""
    moment = now()
    cosign(ADA, over_seal(stage, sealed), moment - 600)
    cosign(BOB, over_seal(stage, sealed), moment)
    assert jobs.witnessed() == len(ADAPTERS)  # others have their rounds at these heights
    assert is_decided(stage, sealed, moment - 300) is False
    assert is_decided(stage, sealed, moment) is True


def is_decided(stage: Stage, number: int, moment: int) -> bool:
    """Whether what was said until now decides for a block of that time."""
    block = ChainBlock(height=1, hash=b"\1" * 32, time=datetime.fromtimestamp(moment, UTC))
    return fixed.deciding(fixed.said(stage.game, stage.round(number)), block) is not None


def test_killed_while_saying_it_is_said_once(stage: Stage, sealed: int) -> None:
    both(stage, sealed, now())
    assert run(stage.world, jobs.witnessed, fail_at="witnessed.said") == KILLED
    assert said(stage, sealed) == []
    assert run(stage.world, jobs.witnessed) == 0
    assert len(said(stage, sealed)) == 1


def test_a_scanner_killed_while_saying_has_not_applied_the_block(stage: Stage, sealed: int) -> None:
    world, height = stage.world, stage.round(sealed).closing_height
    world.mine_to(height - 1)
    world.node.call("generatetoaddress", 1, world.miner)
    assert run(world, scan, fail_at="witnessed.said") == KILLED
    assert world.tip == height - 1
    assert said(stage, sealed) == []
    for _ in range(2):
        assert run(world, scan) == 0
    assert len(said(stage, sealed)) == 1


def test_of_many_workers_one_says_it(stage: Stage, sealed: int) -> None:
    both(stage, sealed, now())
    app = stage.world.app
    db.session.remove()

    def one(_: int) -> int:
        with app.app_context():
            return jobs.witnessed()

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(8))) == len(ADAPTERS)
    assert len(said(stage, sealed)) == 1


def test_a_round_closed_by_an_older_version_is_fixed_when_it_is_drawn(
    stage: Stage, sealed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    both(stage, sealed, now())
    with monkeypatch.context() as older:
        older.setattr(crediting.witnessing, "fix_at", lambda rounds, height: None)
        stage.to_draw(sealed)
    assert said(stage, sealed) == []
    jobs.settle()
    assert stage.status(sealed) == "settled"
    assert [one["hasQuorum"] for one in said(stage, sealed)] == [True]


def test_the_audit_names_a_round_that_was_drawn_or_void_against_the_log(stage: Stage, sealed: int) -> None:
    both(stage, sealed, now())
    jobs.witnessed()
    stage.to_draw(sealed)
    jobs.settle()
    assert stage.breaches() == set()
    (first,) = entries.noted(stage.game, stage.round(sealed), "round.witnessed")
    block = closing(stage, sealed)
    told = {"height": block.height, "hash": display(block.hash), "time": int(block.time.timestamp())}
    nobody = {**first, "closingBlock": told, "cosigned": [], "hasQuorum": False}
    for found in (1, 2):
        with transaction():
            audit.note("system", "round.witnessed", stage.game.subject(sealed), **nobody)
        breaches = [one for one in stage.world.breaches() if one.check == f"{stage.game.name}.S quorum"]
        assert len(breaches) == found  # against it, and then twice of one block
