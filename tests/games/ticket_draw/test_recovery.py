"""A restored database has forgotten its newest orders: the terms journal brings them back, with their payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from app import create_app
from app.chain.models import DepositAddress
from app.core.database.session import db, transaction
from app.games.ticket_draw.models import OrderPayment, Round, SlipRange, TicketOrder
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.selling.windows import jobs
from dev.node.process import NodeProcess
from tests.factories.world import Placed, World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


class Backup:
    """A copy of the database as it was, as a dump would have kept it."""

    def __init__(self, world: World, copy: Callable[[str], str], contexts: list[AppContext]) -> None:
        self.world, self.copy, self.contexts = world, copy, contexts
        self.url = self._cut(world.environment["DATABASE_URL"])

    def _cut(self, url: str) -> str:
        db.session.remove()
        db.engine.dispose()
        return self.copy(str(make_url(url).database))

    def restored(self, **changed: str) -> World:
        """The world on the copy; the journal is the newer one, on its own disk. The old database is no longer used."""
        db.session.remove()
        db.engine.dispose()
        environment = {**self.world.environment, "DATABASE_URL": self.url, **changed}
        app = create_app(environment)
        app.config["ENVIRONMENT_GIVEN"] = environment
        self.contexts.append(app.app_context())
        self.contexts[-1].push()
        return World(app, self.world.node)


@pytest.fixture
def backup(world: World, fresh_database: Callable[[str], str]) -> Iterator[Callable[[], Backup]]:
    contexts: list[AppContext] = []
    yield lambda: Backup(world, fresh_database, contexts)
    for context in reversed(contexts):
        db.session.remove()
        db.engine.dispose()
        context.pop()


@pytest.mark.parametrize("version", [1, 2])
def test_a_lost_round_comes_back_as_it_was_promised(world: World, backup: Callable[[], Backup], version: int) -> None:
    """Its order's address commits to it, whatever the settings say by now. One of version 1 stays of version 1."""
    site = world.site()
    kept = backup()
    world.mine(world.app.config["SETTINGS"].round_length_blocks)
    number = db.session.scalars(select(Round.round_number).order_by(Round.round_number.desc()).limit(1)).one()
    if version == 1:  # as it was made before rounds had a text
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(text("UPDATE rounds SET round_terms = NULL WHERE round_number = :n"), {"n": number})
    placed = world.order(site, requested_round=number)
    assert ("roundCommitment" in placed.terms) == (version == 2)
    promised = world.round(number).round_terms
    assert (promised is None) == (version == 1)
    restored = kept.restored(**({"PLANNING_FEE_RATE": "21"} if version == 2 else {}))
    assert "1 missing, 1 brought back" in recover(restored)
    found = db.session.get_one(TicketOrder, placed.id)
    assert db.session.get_one(DepositAddress, found.deposit_address_id).address == placed.address
    assert restored.round(number).round_terms == promised
    assert restored.breaches() == []


def recover(world: World, *options: str) -> str:
    db.session.rollback()
    path = str(world.app.config["SETTINGS"].terms_journal_path)
    result = world.app.test_cli_runner().invoke(args=["orders", "recover", path, *options])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    return result.output


def ranges(order: Placed) -> list[tuple[int | None, int]]:
    db.session.rollback()
    rows = select(SlipRange).where(SlipRange.slip_id == order.id).order_by(SlipRange.after)
    return [(row.first, row.after) for row in db.session.scalars(rows)]


def test_a_lost_order_comes_back_with_its_tickets_where_they_were(world: World, backup: Callable[[], Backup]) -> None:
    site = world.site(edge_percent=10)
    kept = world.order(site, "ada")
    world.send(kept.address, 3_300)
    world.mine()
    copy = backup()
    lost, last = world.order(site, "bob"), world.order(site, "eve")
    world.send(lost.address, 4_400)
    world.mine()
    world.send(kept.address, 5_500)
    world.send(last.address, 2_500)
    world.mine()
    before = [ranges(order) for order in (kept, lost, last)]

    again = copy.restored()
    again.scan()
    assert db.session.get(TicketOrder, lost.id) is None
    assert ranges(kept) != before[0]  # without the lost orders the sequence has closed up
    assert "2 missing, 0 brought back" in recover(again, "--dry-run")
    assert "2 missing, 2 brought back, 2 payments" in recover(again)
    assert [ranges(order) for order in (kept, lost, last)] == before
    assert "0 missing, 0 brought back, 0 payments" in recover(again)
    recovered = db.session.get_one(TicketOrder, lost.id)
    assert (recovered.player_public_identifier, recovered.player_private_identifier) == ("bob", "")
    assert db.session.get_one(DepositAddress, recovered.deposit_address_id).terms == lost.terms
    assert again.breaches() == []

    fresh = again.order(db.session.merge(site), "new")
    assert fresh.address not in {kept.address, lost.address, last.address}  # no address is given out twice
    again.send(fresh.address, 3_300)
    again.mine()
    again.finish(kept.round_number)
    assert again.round(kept.round_number).status == "settled"
    assert again.breaches() == []


def test_an_order_paid_after_the_restore_before_its_recovery(world: World, backup: Callable[[], Backup]) -> None:
    site = world.site()
    copy = backup()
    lost = world.order(site, "bob")
    again = copy.restored()
    again.mine()
    again.send(lost.address, 4_400)
    again.mine(2)
    assert "1 brought back, 1 payments" in recover(again)
    assert ranges(lost) == [(0, 4)]
    assert again.breaches() == []


def test_an_order_lost_and_unpaid_is_watched_again(world: World, backup: Callable[[], Backup]) -> None:
    site = world.site()
    copy = backup()
    lost = world.order(site, "bob")
    again = copy.restored()
    assert "1 brought back, 0 payments" in recover(again)
    again.send(lost.address, 4_400)
    again.mine()
    assert ranges(lost) == [(0, 4)]
    assert again.breaches() == []


@pytest.mark.parametrize("end", ["sealed", "settled", "void"])
def test_a_payment_older_than_its_rounds_end_waits_for_its_refund(
    world: World, backup: Callable[[], Backup], end: str
) -> None:
    site = world.site()
    kept = world.order(site, "ada")
    world.send(kept.address, 3_300)
    world.mine()
    copy = backup()
    lost = world.order(site, "bob")
    number = lost.round_number
    again = copy.restored()
    again.send(lost.address, 4_400)
    again.mine()
    round_ = again.round(number)
    if end == "void":
        again.mine_to(round_.closing_height)
        jobs.seal()
    else:
        again.mine_to(round_.sales_end_height - 1 + 3)
        jobs.seal()
    if end == "settled":
        again.mine_to(round_.closing_height + 3)
        jobs.settle()
    again.mine()
    status, root = again.round(number).status, again.round(number).seal_root
    assert status == end
    voided = ledger.balance(AccountRef("suspense", "void"))
    assert "1 brought back, 1 payments" in recover(again)
    payment = db.session.scalars(select(OrderPayment).where(OrderPayment.order_id == lost.id)).one()
    assert (payment.status, payment.credited_sats, payment.refundable_sats) == ("void", 0, 4_400)
    assert ledger.balance(AccountRef("suspense", "void")) == voided + 4_400
    assert (again.round(number).status, again.round(number).seal_root) == (status, root)
    assert ranges(lost) == []
    assert again.breaches() == []
    again.finish(number + 1)
    assert again.breaches() == []


def test_a_journal_with_damage_still_gives_what_can_be_read(world: World, backup: Callable[[], Backup]) -> None:
    copy = backup()
    again_site = world.site()
    lost = world.order(again_site, "bob")
    journal = world.app.config["SETTINGS"].terms_journal_path
    with journal.open("ab") as file:
        file.write(b"{not json}\n")
    again = copy.restored()
    result = again.app.test_cli_runner().invoke(args=["orders", "recover", str(journal)])
    assert result.exit_code == 1
    assert "unreadable lines" in result.output
    assert db.session.get(TicketOrder, lost.id) is None  # its site was made after the backup: said, not guessed
    assert again.breaches() == []
