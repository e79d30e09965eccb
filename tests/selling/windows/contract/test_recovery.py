"""A restored database has forgotten its newest orders: the terms journal brings them back, with their payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask.ctx import AppContext
from sqlalchemy import select, text

from app.chain.models import DepositAddress
from app.chain.node.rpc import NodeUnavailable
from app.chain.scan import scanner
from app.chain.service import CursorMoved
from app.core.database.session import db, transaction
from app.selling.windows import jobs
from app.selling.windows.models import WindowOrder
from tests.factories.restored import Backup
from tests.settings import dealt

from .adapters import ADAPTERS, Adapter, Bought, Turns, columns_of, name_of
from .stage import Stage

in_turn = Turns()


@pytest.fixture
def backup(stage: Stage, fresh_database: Callable[[str], str]) -> Iterator[Callable[[], Backup]]:
    contexts: list[AppContext] = []
    yield lambda: Backup(stage.world, fresh_database, contexts)
    for context in reversed(contexts):
        db.session.remove()
        db.engine.dispose()
        context.pop()


def restored(copy: Backup, stage: Stage, **changed: str) -> Stage:
    return Stage(copy.restored(**changed), stage.adapter)


def recover(stage: Stage, *options: str) -> str:
    db.session.rollback()
    path = str(stage.world.app.config["SETTINGS"].terms_journal_path)
    result = stage.world.app.test_cli_runner().invoke(args=["orders", "recover", path, *options])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result.output


def row(stage: Stage, order: Bought) -> WindowOrder | None:
    db.session.rollback()
    return db.session.get(stage.game.order, order.id)


def columns(stage: Stage, order: Bought) -> dict[str, object]:
    """An order's columns, but for those that only a request knows, and its address's id."""
    found = row(stage, order)
    assert found is not None
    left_out = {"deposit_address_id", "form_token_hash", "placed_by", "placed_from", *stage.adapter.never_written_down}
    return {name: value for name, value in columns_of(found).items() if name not in left_out}


def address(order: WindowOrder) -> DepositAddress:
    return db.session.get_one(DepositAddress, order.deposit_address_id)


@pytest.mark.parametrize(("adapter", "version"), dealt(ADAPTERS, [1, 2]), indirect=["adapter"], ids=name_of)
def test_a_lost_round_comes_back_as_it_was_promised(stage: Stage, backup: Callable[[], Backup], version: int) -> None:
    """Its order's address commits to it, whatever the settings say by now. One of version 1 stays of version 1."""
    site, rounds = stage.world.site(), stage.game.round
    copy = backup()
    known = db.session.scalars(select(rounds.round_number).order_by(rounds.round_number.desc()).limit(1)).one()
    stage.world.mine_to(stage.round(known).sales_end_height - 1)
    number = known + 1
    if version == 1:  # as it was made before rounds had a text
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            statement = f"UPDATE {rounds.__tablename__} SET round_terms = NULL WHERE round_number = :n"
            session.execute(text(statement), {"n": number})
    placed = stage.few(site)
    assert placed.round_number == number
    assert ("roundCommitment" in placed.terms) == (version == 2)
    promised = stage.round(number).round_terms
    assert (promised is None) == (version == 1)
    again = restored(copy, stage, **({"PLANNING_FEE_RATE": "21"} if version == 2 else {}))
    assert "1 missing, 1 brought back" in recover(again)
    found = row(again, placed)
    assert found is not None
    assert address(found).address == placed.address
    assert again.round(number).round_terms == promised
    assert again.breaches() == set()


def test_a_lost_order_comes_back_with_what_it_held(stage: Stage, backup: Callable[[], Backup]) -> None:
    site = stage.world.site(edge_percent=10)
    kept = stage.few(site, "ada")
    copy = backup()
    lost, last = stage.few(site, "bob"), stage.few(site, "eve")
    stage.paid(lost)
    stage.pay(kept)
    stage.paid(last)
    orders = (kept, lost, last)
    before = [stage.holds(order) for order in orders]
    paid = [stage.payments(order) for order in orders]
    known = [columns(stage, order) for order in orders]

    again = restored(copy, stage)
    again.world.scan()
    assert row(again, lost) is None
    assert again.holds(kept) != before[0]  # without the lost orders nobody was before it
    assert "2 missing, 0 brought back" in recover(again, "--dry-run")
    assert "2 missing, 2 brought back, 2 payments" in recover(again)
    assert [again.holds(order) for order in orders] == before
    assert [again.payments(order)[-1:] for order in orders] == paid
    assert "0 missing, 0 brought back, 0 payments" in recover(again)
    assert [columns(again, order) for order in orders] == known
    found = row(again, lost)
    assert found is not None
    assert address(found).terms == lost.terms
    assert again.breaches() == set()

    fresh = again.few(db.session.merge(site), "new")
    assert fresh.address not in {order.address for order in orders}  # no address is given out twice
    again.paid(fresh)
    again.finish(kept.round_number)
    assert again.breaches() == set()


@pytest.mark.parametrize(
    ("adapter", "broken"),
    dealt(
        ADAPTERS,
        [
            ("positions_paying", NodeUnavailable("away"), "repeat this"),
            ("rewind", CursorMoved(), "another scanner is at work"),
            ("catch_up", CursorMoved(), "another scanner is at work"),
        ],
    ),
    indirect=["adapter"],
    ids=name_of,
)
def test_a_scan_that_breaks_off_is_done_by_the_next_call(
    stage: Stage,
    backup: Callable[[], Backup],
    monkeypatch: pytest.MonkeyPatch,
    broken: tuple[str, Exception, str],
) -> None:
    """The orders are back by then, so that nothing is missing any more."""
    place, failure, says = broken
    site = stage.world.site()
    copy = backup()
    lost = stage.few(site, "bob")
    stage.paid(lost)
    paid = stage.payments(lost)
    again = restored(copy, stage)
    again.world.scan()

    def fails(*_: object) -> None:
        raise failure

    with monkeypatch.context() as broken:
        broken.setattr(scanner, place, fails)
        path = str(again.world.app.config["SETTINGS"].terms_journal_path)
        result = again.world.app.test_cli_runner().invoke(args=["orders", "recover", path])
        assert (result.exit_code, says in result.output) == (1, True), result.output
    assert "0 missing, 0 brought back" in recover(again)
    again.world.scan()
    assert again.payments(lost)[-1:] == paid[-1:]
    assert "0 missing, 0 brought back, 0 payments" in recover(again)
    assert again.breaches() == set()


@pytest.mark.parametrize(("adapter", "moment"), dealt(ADAPTERS, ["before", "after"]), indirect=["adapter"], ids=name_of)
def test_an_order_paid_after_the_restore(stage: Stage, backup: Callable[[], Backup], moment: str) -> None:
    """Before its recovery or after it: its address is watched again."""
    site = stage.world.site()
    copy = backup()
    lost = stage.few(site, "bob")
    again = restored(copy, stage)
    again.world.mine()
    if moment == "after":
        assert "1 brought back, 0 payments" in recover(again)
    again.pay(lost)
    again.world.mine(2)
    if moment == "before":
        assert "1 brought back, 1 payments" in recover(again)
    assert again.holds(lost)
    assert again.payments(lost)[-1] == ("credited", lost.sats, 0)
    assert again.breaches() == set()


@pytest.mark.parametrize(
    ("adapter", "end"), dealt(ADAPTERS, ["sealed", "settled", "void"]), indirect=["adapter"], ids=name_of
)
def test_a_payment_older_than_its_rounds_end_waits_for_its_refund(
    stage: Stage, backup: Callable[[], Backup], end: str
) -> None:
    site = stage.world.site()
    stage.paid(stage.few(site, "ada"))
    copy = backup()
    lost = stage.few(site, "bob")
    number = lost.round_number
    again = restored(copy, stage)
    again.paid(lost)
    if end == "void":
        again.void(number)
    else:
        again.seal(number)
    if end == "settled":
        again.to_draw(number)
        jobs.settle()
    again.world.mine()
    root, voided = again.round(number).seal_root, again.balance("suspense", "void")
    assert again.status(number) == end
    assert "1 brought back, 1 payments" in recover(again)
    assert again.payments(lost) == [("void", 0, lost.sats)]
    assert again.balance("suspense", "void") == voided + lost.sats
    assert (again.status(number), again.round(number).seal_root) == (end, root)
    assert again.holds(lost) == []
    assert again.breaches() == set()


@pytest.mark.parametrize("told", [{}, {"version": 2}, {"roundNumber": 1, "game": "roulette"}])
def test_terms_that_no_order_of_the_game_has(adapter: Adapter, told: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        adapter.game.terms.columns(told)


@in_turn
def test_a_journal_with_damage_still_gives_what_can_be_read(stage: Stage, backup: Callable[[], Backup]) -> None:
    copy = backup()
    lost = stage.few(stage.world.site(), "bob")
    journal = stage.world.app.config["SETTINGS"].terms_journal_path
    with journal.open("ab") as file:
        file.write(b"{not json}\n")
    again = restored(copy, stage)
    result = again.world.app.test_cli_runner().invoke(args=["orders", "recover", str(journal)])
    assert result.exit_code == 1
    assert "unreadable lines" in result.output
    assert row(again, lost) is None  # its site was made after the backup: said, not guessed
    assert again.breaches() == set()
