"""What is paid, what waits and why: jackpots at once, earnings when the owner is known and the address has rested."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.chain.models import Coin
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import queries
from app.money.payouts.drafts import coins, generation
from app.people.partners.models import PartnerSite
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.selling.windows.games import game_called
from app.selling.windows.orders import refunds

from .conftest import OPERATOR, RATE, Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"


def waits(desk: Desk, site: PartnerSite) -> str | None:
    db.session.rollback()
    return {row.site_id: row.waits_for for row in queries.balances()}[site.id]


def kinds(payout_id: object) -> list[tuple[str, int]]:
    return [(row.kind, row.sats) for row in queries.outputs_of(payout_id) if row.kind != "change"]  # type: ignore[arg-type]


def test_earnings_wait_for_the_owner_and_the_address_and_jackpots_do_not(desk: Desk) -> None:
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    identifier = site.id
    assert waits(desk, site) == "unverified"
    with pytest.raises(DomainError, match="payout_nothing_due"), transaction():
        generation.for_balances(RATE, OPERATOR)
    with transaction():
        db.session.execute(text("UPDATE partner_sites SET verification_status = 'verified'"))
    assert waits(desk, site) is None  # the address it was made with was never changed
    with transaction():
        db.session.execute(
            text("UPDATE partner_sites SET payout_address_changed_at = clock_timestamp() - interval '2h'")
        )
    assert waits(desk, site) == "address_changed"
    payout_id = desk.generate(number, with_balances=True)
    assert kinds(payout_id) == [("obligation", 1_000_000)]
    assert {row.address for row in queries.outputs_of(payout_id)} >= {OTHERS}

    for hours, expected in ((71, "address_changed"), (73, None)):
        with transaction():
            db.session.execute(
                text("UPDATE partner_sites SET payout_address_changed_at = clock_timestamp() - :hours * interval '1h'"),
                {"hours": hours},
            )
        assert waits(desk, site) == expected
    # A new address counts for the balance in its time; what a slip was promised stays where it was promised.
    desk.cancel(payout_id)
    with transaction():
        db.session.get_one(PartnerSite, identifier).payout_address = ELSEWHERE
    both = desk.generate(number, with_balances=True)
    assert [(row.kind, row.address) for row in queries.outputs_of(both)][:2] == [
        ("obligation", OTHERS),
        ("balance", ELSEWHERE),
    ]
    assert queries.totals()["reservedSats"] == 1_100_000
    desk.cancel(both)
    with transaction():
        alone, made = generation.for_balances(RATE, OPERATOR)
        again, made_again = generation.for_balances(RATE, OPERATOR)
        assert (made, made_again, alone.id) == (True, False, again.id)
        assert kinds(alone.id) == [("balance", 100_000)]
        balances_payout = alone.id
    # What was given up paid both; the coin that kills it is spent by the balances now, so the jackpot waits for that.
    with pytest.raises(DomainError, match="payout_anchor_not_spendable"):
        desk.generate(number)
    desk.upload(balances_payout)
    assert desk.broadcast(balances_payout) == "broadcast"
    desk.bury()
    second = desk.sent(number)
    desk.bury()
    assert desk.state(second) == "confirmed"
    assert (desk.paid(OTHERS), desk.paid(ELSEWHERE)) == (1_000_000, 100_000)
    assert desk.world.breaches() == []


def test_dust_waits(desk: Desk) -> None:
    site = desk.world.site(payout_address=OTHERS)
    desk.make_payable(site)
    with transaction():
        earned = Posting(AccountRef("result"), AccountRef("partner", str(site.id)), 329, "test", "1", "earn")
        ledger.post([earned])
    assert waits(desk, site) == "dust"
    with transaction():
        ledger.post([Posting(AccountRef("result"), AccountRef("partner", str(site.id)), 1, "test", "2", "earn")])
    assert waits(desk, site) is None


def test_too_little_money_says_how_much_and_reserves_nothing(desk: Desk) -> None:
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    desk.make_payable(site)
    with transaction():  # the reserve is out of reach
        db.session.execute(text("UPDATE coins SET orphaned_at = clock_timestamp() WHERE reserve_key_index IS NOT NULL"))
    with pytest.raises(DomainError) as refused:
        desk.generate(number, with_balances=True)
    assert refused.value.code == "payout_funds_missing"
    assert refused.value.params["target"] == 1_100_000
    assert 0 < int(refused.value.params["missing"]) < 1_000  # the fee alone
    assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    assert desk.total("payout") == 0
    assert queries.payouts_page() == []
    assert kinds(desk.generate(number)) == [("obligation", 1_000_000)]


def test_suspended_money_is_no_input_until_its_refund_is_decided(desk: Desk) -> None:
    site = desk.world.site(edge_percent=10)
    order = desk.world.order(site, "late")
    number = desk.win(site)
    desk.world.send(order.address, 700_000)  # after its round
    desk.world.mine(4)
    late = db.session.query(Coin).filter_by(amount_sats=700_000).one()
    depth = 3

    def spendable() -> set[object]:
        db.session.rollback()
        return {coin.coin_id for coin in coins.candidates(desk.world.tip, depth)}

    assert late.id not in spendable()
    assert coins.suspended_sats() == 700_000
    with transaction():
        assert refunds.decide(game_called("rounds"), OPERATOR, "came late", order.round_number) == 1
    assert late.id in spendable()
    payout_id = desk.generate(number)
    assert late.id not in spendable() or len(queries.inputs_of(payout_id)) == 1
    assert desk.world.breaches() == []


def test_what_others_sent_is_no_input_while_young_and_change_is_at_once(desk: Desk) -> None:
    assert coins.candidates(desk.world.tip, 3) == []  # not even what somebody added to the reserve
    desk.world.mine(2)
    order = desk.world.order(desk.world.site())
    desk.world.send(order.address, 80_000)
    desk.world.mine()
    tip = desk.world.tip
    assert [coin.is_reserve for coin in coins.candidates(tip, 3)] == [True]
    desk.world.mine(3)
    assert sorted(coin.is_reserve for coin in coins.candidates(tip + 3, 3)) == [False, True]
    number = desk.win()
    payout_id = desk.sent(number)
    desk.world.mine()
    change = {row.sats for row in queries.outputs_of(payout_id) if row.kind == "change"}
    assert change <= {coin.sats for coin in coins.candidates(desk.world.tip, 3)}
