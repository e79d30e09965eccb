"""Every fate of a payment, on a real chain, with its money."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core.database.session import db
from app.core.money import btc_string
from app.games.ticket_draw import queries
from app.games.ticket_draw.models import OrderPayment, TicketSlip
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from dev.node.process import NodeProcess
from tests.factories.coins import FEE_SATS, Purse, spend
from tests.factories.world import Placed, World


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    """A world of low fees, in which the least payment is the price of one ticket."""
    settings = chain_app.config["SETTINGS"]
    chain_app.config["SETTINGS"] = settings.model_copy(update={"planning_fee_rate": 1})
    return World(chain_app, node).begin()


def payments(order: Placed) -> list[tuple[int, str, int, int]]:
    """(amount, status, credited, refundable), in chain order."""
    db.session.expire_all()
    view = queries.receipt_of(order.receipt_secret)
    return [(row.amount_sats, row.status, row.credited_sats, row.refundable_sats) for row in view.payments]


def ranges(order: Placed) -> list[tuple[int, int]]:
    db.session.expire_all()
    return queries.receipt_of(order.receipt_secret).ranges


def state(order: Placed) -> str:
    db.session.expire_all()
    return queries.receipt_of(order.receipt_secret).state


def balances(number: int) -> tuple[int, int, int]:
    """(pool, held, all suspense)"""
    pool, held = (ledger.balance(AccountRef(kind, f"rounds-{number}")) for kind in ("pool", "held"))
    return pool, held, ledger.total("suspense")


def test_multiple_partner_sites_feed_one_continuous_round_ticket_sequence(world: World) -> None:
    orders = [world.order(world.site(edge_percent=edge), f"player {edge}") for edge in (0, 10, 15)]
    for order in orders:
        world.send(order.address, 5_000)
        world.mine()
    assert [ranges(order) for order in orders] == [[(0, 4)], [(5, 8)], [(9, 12)]]
    number = orders[0].round_number
    assert balances(number) == (13_000, 2_000, 0)
    assert world.breaches() == []


def test_a_top_up_uses_the_remainder_and_goes_to_the_end_of_the_sequence(world: World) -> None:
    site = world.site(edge_percent=10)
    first, other = world.order(site, "ada"), world.order(site, "bob")
    world.send(first.address, 3_200)  # two tickets and 1,000
    world.mine()
    world.send(other.address, 1_100)
    world.mine()
    world.send(first.address, 1_200)  # with the 1,000 two more
    world.mine()
    assert ranges(first) == [(0, 1), (3, 4)]
    assert payments(first) == [(3_200, "credited", 3_200, 0), (1_200, "credited", 1_200, 0)]
    assert balances(first.round_number) == (5_000, 500, 0)
    slip = db.session.get_one(TicketSlip, first.id)
    assert (slip.paid_sats, slip.ticket_count, slip.jackpot_contribution_sats) == (4_400, 4, 4_000)
    assert world.breaches() == []


def test_without_an_edge_a_top_up_debits_what_was_held(world: World) -> None:
    order = world.order(world.site(edge_percent=0))
    world.send(order.address, 1_900)
    world.mine()
    assert balances(order.round_number) == (1_000, 900, 0)
    world.send(order.address, 1_100)
    world.mine()
    assert balances(order.round_number) == (3_000, 0, 0)
    assert world.breaches() == []
    world.reorganise(1, 2)
    world.scan()
    world.mine()
    assert world.breaches() == []


def pay_by_hand(world: World, outputs: Sequence[tuple[str, int]]) -> None:
    """One transaction with exactly these outputs, in this order, mined without asking a mempool."""
    purse = Purse(world.node)
    coin = purse.fill(sum(sats for _, sats in outputs) + FEE_SATS)
    world.mine()
    raw = spend([coin], outputs).raw.hex()
    world.node.call("generateblock", world.miner, [raw])
    world.scan()


def test_several_outputs_of_one_transaction_count_each_in_their_order(world: World) -> None:
    site = world.site(edge_percent=10)
    ada, bob = world.order(site, "ada"), world.order(site, "bob")
    pay_by_hand(world, [(ada.address, 2_200), (bob.address, 1_100), (ada.address, 3_300), (ada.address, 1_000)])
    assert payments(ada) == [
        (2_200, "credited", 2_200, 0),
        (3_300, "credited", 3_300, 0),
        (1_000, "below_minimum", 0, 1_000),
    ]
    assert (ranges(ada), ranges(bob)) == ([(0, 1), (3, 5)], [(2, 2)])
    assert world.breaches() == []


def test_one_transaction_may_pay_many_orders(world: World) -> None:
    site = world.site(edge_percent=10)
    orders = [world.order(site, f"player {number}") for number in range(20)]
    world.node.call("sendmany", "", {order.address: btc_string(1_100) for order in orders})
    world.mine()
    taken = sorted(first for order in orders for first, _ in ranges(order))
    assert taken == list(range(20))
    assert world.breaches() == []


def test_dust_and_nothing(world: World) -> None:
    order = world.order(world.site(edge_percent=10))
    pay_by_hand(world, [(order.address, 0), (order.address, 1), (order.address, 329)])
    assert payments(order) == [(1, "below_minimum", 0, 1), (329, "below_minimum", 0, 329)]  # nothing is no payment
    assert world.breaches() == []


def test_a_payment_before_its_round_opens_is_credited_in_chain_order(world: World) -> None:
    site = world.site()
    current = world.order(site, "ada")
    early = world.order(site, "bob", requested_round=current.round_number + 1)
    world.send(early.address, 2_200)
    world.mine()
    assert world.round(early.round_number).status == "scheduled"
    assert ranges(early) == [(0, 1)]
    world.mine_to(world.round(early.round_number).opens_at_height)
    later = world.order(site, "eve", requested_round=early.round_number)
    world.send(later.address, 1_100)
    world.mine()
    assert ranges(later) == [(2, 2)]
    assert world.breaches() == []


def test_sold_out_and_sold_out_within_a_payment(world: World) -> None:
    site = world.site(edge_percent=10)
    first, within, after = world.order(site, "ada"), world.order(site, "bob"), world.order(site, "eve")
    world.send(first.address, 998 * 1_100 + 50)
    world.mine()
    world.send(within.address, 5_000)
    world.mine()
    world.send(after.address, 1_100)
    world.send(first.address, 1_100)
    world.mine()
    assert payments(within) == [(5_000, "credited", 2_200, 2_800)]
    assert ranges(within) == [(998, 999)]
    assert payments(after) == [(1_100, "sold_out", 0, 1_100)]
    assert payments(first)[1] == (1_100, "sold_out", 0, 1_100)
    assert (state(within), state(after)) == ("confirmed", "sold_out")
    number = first.round_number
    assert balances(number) == (1_000_000, 100_050, 2_800 + 2_200)
    assert ledger.balance(AccountRef("suspense", "sold_out")) == 5_000
    assert world.breaches() == []
    world.reorganise(3, 5)
    world.scan()
    world.mine()
    assert world.round(number).sold_tickets == 1_000
    assert world.breaches() == []
    world.finish(number)
    assert world.breaches() == []


def test_two_hundred_payments_for_the_last_tickets_in_one_block(world: World) -> None:
    site = world.site(edge_percent=10)
    filler = world.order(site, "filler")
    world.send(filler.address, 900 * 1_100)
    world.mine()
    orders = [world.order(site, f"player {number}") for number in range(200)]
    for start in range(0, 200, 50):
        world.node.call("sendmany", "", {order.address: btc_string(1_100) for order in orders[start : start + 50]})
    assert world.round(filler.round_number).status == "open"
    world.mine()
    taken = sorted(pair for order in orders for pair in ranges(order))
    assert taken == [(ticket, ticket) for ticket in range(900, 1_000)]
    counts = dict(
        db.session.execute(select(OrderPayment.status, func.count()).group_by(OrderPayment.status)).all()  # type: ignore[arg-type]
    )
    assert counts == {"credited": 101, "sold_out": 100}
    assert world.round(filler.round_number).sold_tickets == 1_000
    assert world.breaches() == []


def test_without_the_tables_own_rules_a_careless_writer_oversells(world: World) -> None:
    """The negative control: the same sale, written by code that reads, decides and inserts without looking again."""
    order = world.order(world.site(edge_percent=10))
    world.send(order.address, 1_000 * 1_100)
    world.mine()
    sell_one_more = (
        "INSERT INTO slip_ranges (round_number, first, after, ticket_supply, slip_id, payment_id) "
        "SELECT round_number, {first}, {after}, ticket_supply, slip_id, NULL FROM slip_ranges WHERE first = 0"
    )
    attempts = {"overlap": (999, 1_001), "hole": (1_005, 1_006), "beyond the supply": (1_000, 1_001)}
    for first, after in attempts.values():
        with pytest.raises(Exception, match="violates"), db.session.begin_nested():
            db.session.execute(text(sell_one_more.format(first=first, after=after)))
    for row in db.session.execute(
        text("SELECT conname FROM pg_constraint WHERE conrelid = 'slip_ranges'::regclass AND contype IN ('c', 'f')")
    ).all():
        db.session.execute(text(f'ALTER TABLE slip_ranges DROP CONSTRAINT "{row.conname}"'))
    db.session.execute(text("ALTER TABLE slip_ranges DISABLE TRIGGER USER"))  # some of them stand for foreign keys
    for first, after in ((1_000, 1_001), (1_005, 1_006)):
        db.session.execute(text(sell_one_more.format(first=first, after=after)))
    sold = db.session.execute(text("SELECT sum(after - first) FROM slip_ranges WHERE first IS NOT NULL")).scalar_one()
    assert sold > 1_000
    db.session.rollback()
