"""What a payout that was given up leaves behind: nobody is paid twice, nobody waits for good. And balances."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import queries, rules
from app.money.payouts.drafts import generation
from app.money.payouts.sent import broadcasting, replacing
from app.people.partners import service as partners
from app.people.partners.models import PartnerSite
from app.people.partners.site import verification
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting

from .conftest import OPERATOR, RATE, Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"


def earn(site: PartnerSite, sats: int, why: str = "1") -> None:
    with transaction():
        owner = AccountRef("partner", str(site.id))
        ledger.post([Posting(AccountRef("result"), owner, sats, "test", f"{site.id}-{why}", "earn")])


def pay_balances(rate: int = RATE) -> UUID:
    with transaction():
        return generation.for_balances(rate, OPERATOR)[0].id


def inputs(payout_id: UUID) -> set[tuple[bytes, int]]:
    db.session.rollback()
    return {(row.txid, row.vout) for row in queries.inputs_of(payout_id)}


def test_a_sweep_that_was_given_up_holds_no_coin(desk: Desk) -> None:
    site = desk.world.site()
    for player in ("ada", "bob"):
        desk.world.send(desk.world.order(site, player).address, 20_000)
    desk.world.mine(4)

    def sweep() -> UUID:
        with transaction():
            return generation.sweep(1_000, OPERATOR)[0].id

    first = sweep()
    desk.upload(first)  # a signed copy is about
    signed = desk.payout(first).signed_tx
    desk.cancel(first)
    second = sweep()
    assert inputs(second) == inputs(first)
    desk.cancel(second)
    number = desk.win()
    assert signed is not None
    desk.world.node.call("sendrawtransaction", signed.hex())  # whoever has the copy sends it: it pays nobody but us
    desk.bury()
    assert desk.state(first) == "confirmed"
    desk.sent(number)
    desk.bury()
    assert desk.balance("jackpot", f"rounds-{number}") == 0
    assert desk.world.breaches() == []


def test_a_partner_who_cannot_be_paid_any_more_does_not_lock_the_reserve(desk: Desk) -> None:
    """Its given-up payout held the only large coin; another payout may have it, and the partner waits for that one."""
    site = desk.world.site(payout_address=ELSEWHERE)
    desk.make_payable(site)
    earn(site, 5_000_000)
    desk.world.mine(3)
    given_up = pay_balances()
    desk.upload(given_up)
    desk.cancel(given_up)
    with transaction():
        verification.reject(db.session.get_one(PartnerSite, site.id), actor=OPERATOR, reason="not who it says")
    number = desk.won(edge_percent=0, payout_address=OTHERS)[1]
    with transaction():  # what the round took in is no help
        db.session.execute(text("UPDATE coins SET block_height = block_height + 100 WHERE reserve_key_index IS NULL"))
    payout_id = desk.generate(number)
    assert inputs(payout_id) >= inputs(given_up)
    with transaction():
        verification.verify(db.session.get_one(PartnerSite, site.id), actor=OPERATOR, reason="it is after all")
    with pytest.raises(DomainError, match="payout_anchor_not_spendable"):
        pay_balances()
    desk.upload(payout_id)
    desk.broadcast(payout_id)
    desk.bury()
    second = pay_balances()
    desk.upload(second)
    desk.broadcast(second)
    desk.bury()
    assert (desk.paid(OTHERS), desk.paid(ELSEWHERE)) == (1_000_000, 5_000_000)
    assert desk.total("payout") == desk.total("partner") == 0


def test_what_rests_on_a_version_that_lost_can_be_given_up_and_paid_anew(desk: Desk) -> None:
    """A second payout spends the change of the first one's first version; then the chain takes the bumped one."""
    site = desk.world.site(edge_percent=10, payout_address=OTHERS)
    one, two = desk.win(site), desk.win(site)
    first = desk.sent(one)
    bumped = desk.bump(first, 20_000)
    desk.upload(bumped)
    desk.world.mine()
    assert (desk.state(first), desk.state(bumped)) == ("broadcast", "replaced")
    resting = desk.sent(two)
    assert {txid for txid, _ in inputs(resting)} == {desk.payout(first).txid}
    node = desk.world.node
    lost, other = node.call("getblockhash", desk.world.tip), desk.payout(bumped).signed_tx
    assert other is not None
    node.call("invalidateblock", lost)
    node.call("generateblock", desk.world.miner, [other.hex()])
    node.call("generateblock", desk.world.miner, [])
    desk.world.scan()
    assert (desk.state(first), desk.state(bumped)) == ("replaced", "broadcast")
    assert desk.refresh(resting) == "unknown"
    with pytest.raises(DomainError, match="payout_may_be_mined"):
        desk.cancel(resting)
    desk.bury()
    assert desk.state(bumped) == "confirmed"
    desk.cancel(resting)
    again = desk.sent(two)
    desk.bury()
    assert desk.state(again) == "confirmed"
    assert desk.paid(OTHERS) == 2_000_000
    assert desk.total("payout") == desk.total("jackpot") == 0
    assert desk.world.breaches() == []


def test_ten_partners_of_whom_some_cannot_be_paid(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sites = [desk.world.site(payout_address=OTHERS) for _ in range(10)]
    for at, site in enumerate(sites):
        desk.make_payable(site)
        earn(site, 300 if at == 0 else 1_000 + at)
    with transaction():
        change = "UPDATE partner_sites SET {} WHERE id = :id"
        db.session.execute(text(change.format("payout_address = 'nonsense'")), {"id": sites[1].id})
        db.session.execute(text(change.format("verification_status = 'rejected'")), {"id": sites[2].id})
        db.session.execute(text(change.format("payout_address_changed_at = now()")), {"id": sites[3].id})
    monkeypatch.setattr(rules, "MAX_BALANCES", 4)
    desk.world.mine(3)
    payout_id = pay_balances()
    paid = [row.sats for row in queries.outputs_of(payout_id) if row.kind == "balance"]
    assert paid == [1_009, 1_008, 1_007, 1_006]  # as many as one takes, the largest first
    desk.upload(payout_id)
    desk.broadcast(payout_id)
    desk.world.mine()
    rest = [row.sats for row in queries.outputs_of(pay_balances()) if row.kind == "balance"]
    assert rest == [1_005, 1_004]
    assert {row.waits_for for row in queries.balances()} == {"dust", "address_invalid", "rejected", "address_changed"}


def test_an_address_that_was_changed_and_changed_back_rests_anew(desk: Desk) -> None:
    site = desk.world.site(payout_address=OTHERS)
    identifier = site.id
    desk.make_payable(site)
    earn(site, 5_000)

    def waits() -> str | None:
        db.session.rollback()
        return queries.balances()[0].waits_for

    def change(address: str) -> None:
        with transaction():
            found = db.session.get_one(PartnerSite, identifier)
            partners.update_site(found, {"payout_address": address, "payout_address_acknowledged": True})

    assert waits() is None
    change(OTHERS)
    assert waits() is None  # it is the same
    change(ELSEWHERE)
    change(OTHERS)
    assert waits() == "address_changed"
    with pytest.raises(DomainError, match="payout_nothing_due"):
        pay_balances()


def test_a_bump_of_a_bump_and_whichever_is_mined_counts_to_the_sat(desk: Desk) -> None:
    """Three signed versions are about; the chain takes the oldest, changes its mind for the second, then the last."""
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    desk.make_payable(site)
    versions = [desk.sent(number, with_balances=True)]
    for rate in (5_000, 20_000):
        versions.append(desk.bump(versions[-1], rate))
        desk.upload(versions[-1])
        assert desk.broadcast(versions[-1]) == "broadcast"
    coins, node = desk.balance("coins"), desk.world.node
    below = desk.world.tip
    for mined in versions:
        raw, fee = desk.payout(mined).signed_tx, desk.payout(mined).fee_sats
        assert raw is not None
        if desk.world.tip > below:
            node.call("invalidateblock", node.call("getblockhash", below + 1))
        node.call("generateblock", desk.world.miner, [raw.hex()])
        for _ in range(desk.world.tip - below + 1):
            node.call("generateblock", desk.world.miner, [])
        desk.world.scan()
        assert [version for version in versions if desk.payout(version).live] == [mined]
        assert (desk.balance("fees"), desk.balance("coins")) == (fee, coins - 1_100_000 - fee)
        assert [desk.total(kind) for kind in ("payout", "jackpot", "partner", "unexplained")] == [0] * 4
        assert desk.world.breaches() == []
    desk.bury()
    assert desk.state(versions[-1]) == "confirmed"
    assert desk.paid(OTHERS) == 1_100_000


def test_two_operators_send_and_give_up_at_the_same_moment(desk: Desk) -> None:
    """Whoever comes first decides; what was sent is not given up, and what was given up is not sent."""
    number = desk.won(edge_percent=10, payout_address=OTHERS)[1]
    payout_id = desk.generate(number)
    desk.upload(payout_id)
    app = desk.world.app
    start, answers = threading.Barrier(3), []

    def do(verb: Callable[[], object]) -> None:
        with app.app_context():
            start.wait(20)
            try:
                verb()
                answers.append("done")
            except DomainError as error:
                answers.append(error.code)
            finally:
                db.session.remove()

    def give_up() -> None:
        with transaction():
            replacing.cancel(payout_id, "operator:oleg", "not now")

    verbs = (lambda: broadcasting.broadcast(payout_id, OPERATOR, "now"),) * 2 + (give_up,)
    threads = [threading.Thread(target=do, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers.count("done") == 1
    assert set(answers) <= {"done", "payout_state_refused", "payout_may_be_mined"}
    was_sent = desk.txid(payout_id) in desk.world.node.call("getrawmempool")
    assert desk.state(payout_id) == ("broadcast" if was_sent else "cancelled")
    assert desk.world.breaches() == []
