"""A game changes its algorithm: new rounds are drawn by the second one, whose results have another shape, and rounds
that were promised the first stand as they were, on every page, in every record, for every check."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core.database.session import db, transaction
from app.faces.admin import jobs as console_jobs
from app.games.ticket_draw.draw.drawing import ALGORITHMS
from app.games.ticket_draw.game import ROUNDS
from app.money.payouts.models import Obligation
from app.outcomes.draws import service as draws
from app.outcomes.draws.models import Draw
from app.record.audit.models import AuditEntry
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests import scripts
from tests.faces.admin.operators import Operator
from tests.factories.played import following_app
from tests.factories.world import Placed, World
from tests.money.payouts.conftest import Desk

from .second_algorithm import ONE_STATE, picked

OLD, NEW = 1, 4
"""Rounds: those between are made ahead while new ones are still promised the first algorithm."""

_MOVES = re.compile(r'nonce="[^"]*"|\?v=\w+|id="tip[^"]*">[^<]*|csrf[^>]*value="[^"]*"')


def buy_all(world: World, number: int) -> Placed:
    """Every ticket of the round to one player, so that it is won."""
    order = world.order(world.site(edge_percent=10), f"player {number}", requested_round=number)
    world.send(order.address, 1_100_000)
    world.mine()
    return order


@dataclass
class Changed:
    """What the old round looked like before the change, and both rounds after it."""

    world: World
    client: FlaskClient
    console: Operator
    orders: dict[int, Placed]
    before: dict[str, str]

    def addresses(self, number: int) -> list[str]:
        order = self.orders[number]
        return [
            f"/rounds/{number}",
            f"/slips/{order.id}",
            f"/slips/{order.receipt_secret}",
            f"/verify?round={number}",
            f"/api/rounds/{number}",
            f"/api/rounds/{number}/slips",
            f"/api/rounds/{number}/closing-block-hash",
            f"/api/rounds/{number}/bundle",
        ]

    def seen(self, number: int) -> dict[str, str]:
        return {path: self.page(path) for path in self.addresses(number)}

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return _MOVES.sub("", answer.text)

    def draw(self, number: int) -> Draw:
        db.session.rollback()
        return db.session.scalars(select(Draw).where(Draw.game == "rounds", Draw.subject == str(number))).one()


@pytest.fixture(scope="module")
def changed(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    make_node: Callable[[], NodeProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Changed]:
    """A round of the first algorithm, settled; then the second one is made that of new rounds, and draws one."""
    node = make_node()
    node.call("generatetoaddress", 110, node.call("getnewaddress"))
    settings = {**app_settings, "ROUNDS_AHEAD": "1"}
    with (
        following_app(settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("changed")) as app,
        pytest.MonkeyPatch.context() as patch,
    ):
        world = World(app, node).begin()
        one = Changed(world, app.test_client(), Operator(app), {OLD: buy_all(world, OLD)}, {})
        world.finish(OLD)
        one.before = one.seen(OLD)
        patch.setitem(ALGORITHMS, ONE_STATE.id, ONE_STATE)
        patch.setattr(ALGORITHMS, "of_new_rounds", ONE_STATE)
        world.mine_to(world.round(NEW - 1).opens_at_height)
        one.orders[NEW] = buy_all(world, NEW)
        assert "One of 1000 tickets will come out of block" in one.page(f"/rounds/{NEW}")
        _finish_interrupted(one, patch)
        yield one


def _finish_interrupted(one: Changed, patch: pytest.MonkeyPatch) -> None:
    """The new round is drawn by a process that is stopped half-way, looked at, and gone on with by another."""
    world = one.world
    round_ = world.round(NEW)
    closing, depth = round_.closing_height, round_.settlement_depth
    world.mine_to(round_.sales_end_height - 1 + depth)
    jobs.seal()
    world.mine_to(closing + depth)
    with pytest.MonkeyPatch.context() as often:
        often.setattr(draws, "CHECKPOINT_SECONDS", 0.0)
        stops = iter([False, True])
        jobs.settle(lambda: next(stops, False))
    assert one.draw(NEW).checkpoint is not None
    assert "One chain of hashes, and then one choice." in one.page(f"/rounds/{NEW}")
    jobs.settle()


def test_the_rounds_name_their_algorithms_for_ever(changed: Changed) -> None:
    named = [changed.world.round(number).winner_algorithm for number in (1, 2, 3, 4)]
    assert named == [*["hash-draw-1"] * 3, "one-state-9"]
    assert [changed.draw(number).algorithm for number in (OLD, NEW)] == ["hash-draw-1", "one-state-9"]
    promised = json.loads(changed.world.round(NEW).round_terms or "")
    assert promised["winnerAlgorithm"] == "one-state-9"


def test_the_old_round_is_told_as_before_on_every_page_and_in_every_record(changed: Changed) -> None:
    now = changed.seen(OLD)
    for path in changed.addresses(OLD):
        if "closing-block-hash" not in path:  # how deep it is buried is told there
            assert now[path] == changed.before[path], path
    assert json.loads(now[f"/api/rounds/{OLD}"])["drawDigits"]
    assert set(json.loads(now[f"/api/rounds/{OLD}/bundle"])["draw"]) >= {"drawDigits", "drawDigests"}


def test_the_new_round_is_settled_by_the_second_algorithm(changed: Changed) -> None:
    round_, draw = changed.world.round(NEW), changed.draw(NEW)
    assert (round_.status, draw.state) == ("settled", "confirmed")
    assert round_.closing_block_hash is not None
    again = ONE_STATE.run(round_.closing_block_hash.hex(), {"work": 3_000, "supply": 1_000}, None, lambda _: None)
    assert draw.outcome == again.to_json() == picked(again.last_state, 1_000).to_json()
    assert round_.winning_ticket == again.ticket
    detail = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "round.settled", AuditEntry.subject == ROUNDS.subject(NEW))
    ).one()
    assert detail.items() >= again.to_json().items()
    told = db.session.execute(
        text("SELECT payload FROM events WHERE type = 'round.settled' AND subject = :subject"),
        {"subject": ROUNDS.subject(NEW)},
    ).scalar_one()
    assert (told["pick"], told["refused"], "lastState" in told) == ({"of": 1_000, "is": again.ticket}, 0, False)


def test_the_new_round_is_shown(changed: Changed) -> None:
    ticket = f"{changed.world.round(NEW).winning_ticket:03d}"
    for path, page in changed.seen(NEW).items():
        if not path.startswith("/api"):
            assert ticket in re.sub(r"\s|<[^>]*>", "", page), path
    page, verifier = changed.page(f"/rounds/{NEW}"), changed.page(f"/verify?round={NEW}")
    command = f"python3 one_state.py {changed.draw(NEW).seed} 3000 --expect {int(ticket)}"
    assert command in page
    assert command in verifier
    assert not re.search(r"data-draw\s", verifier), "the form there runs another algorithm"
    assert re.search(r"data-draw\s", changed.page(f"/verify?round={OLD}"))
    record = json.loads(changed.page(f"/api/rounds/{NEW}"))
    assert (record["winnerAlgorithm"], record["winningTicket"]) == ("one-state-9", int(ticket))
    assert (record["drawDigits"], record["drawDigests"]) == (None, None)
    draw = json.loads(changed.page(f"/api/rounds/{NEW}/bundle"))["draw"]
    assert set(draw) == {"algorithm", "closingBlockHash", "lastState", "refused", "winningTicket"}
    assert [one["roundNumber"] for one in json.loads(changed.page("/api/rounds"))["rounds"]][-4:] == [4, 3, 2, 1]
    assert ticket in changed.page("/rounds")
    assert changed.page("/")
    for number, name in ((OLD, "hash-draw-1"), (NEW, "one-state-9")):
        answer = changed.console.get(f"/admin/rounds/rounds/{number}")
        assert answer.status_code == 200
        assert name in answer.text
        kept_apart = {"hash-draw-1": "Draw digests", "one-state-9": "Last state"}[name]
        assert kept_apart not in answer.text, "long: the audit's alone"
    for page, begins in (("/hash-draw", 'value="'), ("/docs/utilities", "python3 hash_draw.py ")):
        assert begins + changed.draw(OLD).seed in changed.page(page), page
        assert begins + changed.draw(NEW).seed not in changed.page(page), page


def test_every_check_of_the_audit_holds_and_sees_a_lie_about_either_draw(changed: Changed) -> None:
    assert changed.world.breaches() == []
    for number, member, lie in ((OLD, "winningTicket", 7), (NEW, "refused", 7), (NEW, "pick", {"of": 1_000, "is": 7})):
        true = dict(changed.draw(number).outcome or {})
        for told in ({**true, member: lie}, {name: true[name] for name in true if name != member}):
            _tell(changed, number, told)
            assert [breach.detail for breach in changed.world.breaches()] == [f"round {number}"]
        _tell(changed, number, dict(changed.draw(OLD if number == NEW else NEW).outcome or {}))
        assert [breach.detail for breach in changed.world.breaches()] == [f"round {number}"]
        _tell(changed, number, true)
    assert changed.world.breaches() == []


def _tell(changed: Changed, number: int, outcome: dict[str, Any]) -> None:
    identifier = changed.draw(number).id
    with transaction() as session:
        session.execute(
            text("UPDATE draws SET outcome = CAST(:told AS jsonb) WHERE id = :id"),
            {"told": json.dumps(outcome), "id": identifier},
        )


@pytest.mark.parametrize("number", [OLD, NEW])
def test_each_is_hashed_again_by_its_own(changed: Changed, number: int) -> None:
    assert console_jobs.rerun_draw("rounds", number, "operator:olga")
    replayed = changed.world.app.test_cli_runner().invoke(args=["rounds", "replay", str(number), "--json"])
    db.session.rollback()
    assert replayed.exit_code == 0, replayed.output
    assert json.loads(replayed.stdout)["differences"] == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_script_still_verifies_the_old_rounds_bundle(changed: Changed, tmp_path: Path, when: str) -> None:
    path = f"/api/rounds/{OLD}/bundle"
    done = _verified(changed.before[path] if when == "before" else changed.page(path), tmp_path)
    assert done.returncode in (0, 3), done.stdout + done.stderr  # 3: the jackpot is still to be paid
    assert "does not hold" not in done.stdout
    assert "The winning ticket follows from the closing block's hash" in done.stdout


def test_a_script_that_does_not_know_the_new_algorithm_vouches_for_nothing(changed: Changed, tmp_path: Path) -> None:
    assert _verified(changed.page(f"/api/rounds/{NEW}/bundle"), tmp_path).returncode not in (0, 3)


def _verified(bundle: str, folder: Path) -> scripts.Done:
    (folder / "bundle.json").write_text(bundle)
    return scripts.run("verify_round.py", str(folder / "bundle.json"))


def test_both_jackpots_are_owed_to_their_holders_and_the_new_one_is_paid(changed: Changed) -> None:
    db.session.rollback()
    debts = db.session.scalars(select(Obligation).order_by(Obligation.source_id)).all()
    assert [(debt.source_id, debt.amount_sats) for debt in debts] == [("1", 1_000_000), ("4", 1_000_000)]
    wins = db.session.execute(text("SELECT round_number, slip_id FROM partner_wins ORDER BY 1")).all()
    assert [tuple(win) for win in wins] == [(number, UUID(str(changed.orders[number].id))) for number in (OLD, NEW)]
    desk = Desk(changed.world)
    payout = desk.sent(NEW)
    desk.bury()
    assert desk.refresh(payout) == "confirmed"
    paid = json.loads(changed.page(f"/api/rounds/{NEW}/bundle"))["payout"]
    assert paid["amountSats"] == 1_000_000
    assert changed.world.breaches() == []
