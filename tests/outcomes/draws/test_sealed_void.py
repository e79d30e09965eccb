"""Without its promised cosignatures a round of a sealed draw is void by rule: of two rounds one was seen in time."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.chain.models import ChainBlock
from app.core.database.session import db, transaction
from app.games.luckotto.game import LUCKOTTO
from app.games.ticket_draw.game import ROUNDS
from app.outcomes.draws.models import Draw
from app.record.audit.models import Alarm
from app.record.audit.service import raise_alarm
from app.record.log import jobs as log_jobs
from app.record.log import queries as log
from app.selling.windows import jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.proof import witnessed
from app.selling.windows.rounds import sealing
from dev.node.process import NodeProcess
from tests import scripts
from tests.faces.admin.operators import Operator
from tests.factories.cosigning import ADA, BOB, NAMED, cosign
from tests.factories.played import following_app
from tests.games.luckotto.conftest import Lottery

SETTINGS = {
    "DRAW_ALGORITHMS": "sealed-draw-1",
    "DRAW_HASHES": "1000",
    "LUCKOTTO_DRAW_ALGORITHMS": "sealed-draw-1",
    "LUCKOTTO_DRAW_HASHES": "1000",
    "LOG_WITNESSES": NAMED,
    "LOG_QUORUM": "1",
}


@pytest.fixture(scope="module")
def world(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lottery]:
    """Both games' first rounds, sold, sealed and closed. A witness had cosigned the log as far as the one seal."""
    folder = tmp_path_factory.mktemp("void")
    with following_app({**app_settings, **SETTINGS}, fresh_database(), node.rpc_url, folder) as app:
        made = Lottery(app, node).begin()
        site = made.site(edge_percent=10)
        order = made.order(site, "ada", requested_round=1)
        made.mine_to(made.round(1).opens_at_height)
        made.send(order.address, 1_100_000)
        made.pay(made.buy(str(site.id), range(1, 13)))
        made.mine()
        round_ = made.round(1)
        closing, depth = round_.closing_height, round_.settlement_depth
        made.mine_to(round_.sales_end_height - 1 + depth)
        for game in (ROUNDS, LUCKOTTO):
            with transaction():
                assert sealing.seal(game, 1, made.tip)
            log_jobs.sequence()
        first, second = (_size_over(game) for game in (ROUNDS, LUCKOTTO))
        assert first < second
        cosign(ADA, first, time.time() - 1)
        made.mine_to(closing)
        block = db.session.scalars(select(ChainBlock).where(ChainBlock.height == closing)).one()
        cosign(ADA, second, block.time.timestamp() + 1)  # the other one is seen when the block is there
        made.mine_to(closing + depth)
        jobs.settle()
        log_jobs.sequence()
        yield made


def _size_over(game: AnyGame) -> int:
    """Of the first checkpoint that covers the seal of its first round."""
    entry = witnessed.of(game, db.session.get_one(game.round, 1)).seal_entry
    assert entry is not None
    checkpoint = log.checkpoint_over(entry)
    assert checkpoint is not None
    return checkpoint.size


@pytest.fixture
def client(world: Lottery) -> FlaskClient:
    return world.app.test_client()


def bundle_of(client: FlaskClient, folder: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/{folder}/1/bundle").get_json()
    return found


def test_the_round_that_was_seen_is_drawn(world: Lottery, client: FlaskClient) -> None:
    record = client.get("/api/rounds/1").get_json()
    assert (record["status"], record["winnerAlgorithm"]) == ("settled", "sealed-draw-1")
    assert json.loads(record["roundTerms"])["quorum"] == 1


def test_the_round_that_was_not_is_void_without_anybodys_choice(world: Lottery, client: FlaskClient) -> None:
    record = client.get("/api/luckotto/rounds/1").get_json()
    assert (record["status"], record["winningNumbers"]) == ("void", None)
    db.session.rollback()
    assert db.session.scalars(select(Draw).where(Draw.game == "luckotto")).all() == []
    noted = db.session.execute(
        text("SELECT actor, reason FROM audit_entries WHERE action = 'round.voided' AND subject = 'luckotto-round:1'")
    ).one()
    assert tuple(noted) == ("system", "not_cosigned_before_closing_block")
    page = client.get("/luckotto/rounds/1").text
    assert "Too few of its witnesses had cosigned the log over its seal before the closing block was found" in page
    assert "were not sealed before" not in page


def test_its_alarm_speaks_of_the_witnesses_and_another_ones_does_not(world: Lottery) -> None:
    operator = Operator(world.app)
    db.session.rollback()
    found = db.session.scalars(select(Alarm).where(Alarm.code == "round_voided")).one()
    page = operator.get(f"/admin/alarms/{found.id}").text
    assert "Too few witnesses had cosigned the log" in operator.get("/admin/alarms").text
    assert '<a href="/admin/system/log">' in page
    assert "its seal was not cosigned before its closing block" in page
    missing = ", ".join(str(one.verifier).partition("+")[0] for one in (ADA, BOB))
    assert re.search(rf"<dt>Missing</dt><dd><span[^>]*><bdi>{missing}</bdi>", page), "who it was"
    assert not re.search(r"<dt>Reason</dt><dd>[^/]*not_cosigned", page)
    ada, bob = (one.verifier.name for one in (ADA, BOB))
    for shown in (page, operator.get("/admin/system/log").text):
        assert f"<dt>{ada}</dt><dd>cosigned the seal 1 second after the closing block; " in shown
        assert f"<dt>{bob}</dt><dd>has not cosigned the seal; " in shown
        assert f"{bob}: silent now" in shown
    assert "further round" not in page, "the other one alone is enough"
    height = db.session.get_one(LUCKOTTO.round, 1).closing_height
    closed = db.session.scalars(select(ChainBlock.time).where(ChainBlock.height == height)).one()
    cosign(BOB, _size_over(LUCKOTTO), closed.timestamp() + 90)
    page = operator.get(f"/admin/alarms/{found.id}").text
    assert f"<dt>{bob}</dt><dd>cosigned the seal 90 seconds after the closing block; " in page
    assert re.search(rf"<dt>When this was raised</dt>.*{bob} has not cosigned", page, re.DOTALL), "as it was known then"
    with transaction():
        raise_alarm("round_voided", "round:9", reason="not_sealed_before_closing_block")
    other = db.session.scalars(select(Alarm).where(Alarm.subject == "round:9")).one()
    page = operator.get(f"/admin/alarms/{other.id}").text
    assert "was the scanner or the clock away?" in page
    assert "it was not sealed before its closing block" in page
    assert '<a href="/admin/system/log">The public log' not in page


def test_all_that_was_paid_waits_for_its_refund(world: Lottery) -> None:
    db.session.rollback()
    paid = db.session.execute(text("SELECT status, credited_sats, refundable_sats, amount_sats FROM luckotto_payments"))
    fates = {(row.status, row.credited_sats, row.refundable_sats == row.amount_sats) for row in paid}
    assert fates == {("void", 0, True)}
    assert world.breaches() == []


def test_it_stays_as_it_is_however_often_the_job_runs(world: Lottery, client: FlaskClient) -> None:
    assert jobs.settle() == 0
    assert client.get("/api/luckotto/rounds/1").get_json()["status"] == "void"


@pytest.mark.parametrize(("folder", "is_void"), [("rounds", False), ("luckotto/rounds", True)])
def test_the_script_says_what_became_of_each(client: FlaskClient, tmp_path: Path, folder: str, is_void: bool) -> None:
    bundle = bundle_of(client, folder)
    reason = "its seal was not cosigned by its witnesses before its closing block"
    assert bundle["round"]["voidReason"] == (reason if is_void else None)
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    done = scripts.run("verify_round.py", str(tmp_path / "bundle.json"))
    assert done.returncode == 3, done.stdout + done.stderr  # void, or its jackpot is still to be paid
    assert "does not hold" not in done.stdout
    asked = (
        f"the log says that 0 of 1 had cosigned; ask the others, and give what they serve with --cosigned: {ADA.name}"
    )
    assert (asked in done.stdout) == is_void
