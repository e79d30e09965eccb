"""Payouts that the chain excludes, and bumps that need another coin: nobody waits for good, nobody is paid twice."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from sqlalchemy import text

from app.chain.deposits import service as deposits
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import queries, rules
from app.money.payouts.sent import broadcasting, replacing
from tests.faces.admin.operators import Operator
from tests.factories.coins import Purse, spend
from tests.factories.world import RESERVE_SATS

from .conftest import Desk
from .test_anchors import earn, inputs, pay_balances

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
WITHOUT_CHANGE = RESERVE_SATS - 500  # what is left pays the fee at the first rate, and no change


def new_reserve_address() -> str:
    with transaction():
        return deposits.new_reserve_address().address


def fund_beside(desk: Desk, payout_id: UUID, sats: int) -> None:
    """Add to the reserve, and bury that in blocks that do not take the payout."""
    node = desk.world.node
    added = node.call("getrawtransaction", desk.world.send(new_reserve_address(), sats))
    for raw in ([added], [], [], []):
        node.call("generateblock", desk.world.miner, raw)
    desk.world.scan()
    assert queries.confirmation_of(payout_id) is None


def sent(desk: Desk, payout_id: UUID) -> UUID:
    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    return payout_id


def without_change(desk: Desk) -> UUID:
    site = desk.world.site(payout_address=OTHERS)
    desk.make_payable(site)
    earn(site, WITHOUT_CHANGE)
    desk.world.mine(3)
    first = sent(desk, pay_balances())
    assert [row.kind for row in queries.outputs_of(first)] == ["balance"]
    return first


def two_bump(desk: Desk, payout_id: UUID, rate: int) -> UUID:
    """Two operators at the same moment: one version is made, whoever comes second is refused."""
    made: list[UUID] = []
    refused: list[str] = []
    start = threading.Barrier(2)

    def bump(name: str) -> None:
        with desk.world.app.app_context():
            start.wait(20)
            try:
                with transaction():
                    made.append(replacing.bump(payout_id, rate, name, "too slow").id)
            except DomainError as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=bump, args=(f"operator:{name}",)) for name in ("olga", "oleg")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(made), refused) == (1, ["payout_state_refused"])
    return made[0]


def test_a_payout_without_change_is_bumped_with_another_coin(desk: Desk) -> None:
    first = without_change(desk)
    with pytest.raises(DomainError) as refused:
        desk.bump(first, 20_000)
    assert refused.value.code == "payout_change_too_small"
    assert refused.value.params == {"missing": rules.fee_for(desk.payout(first).vsize, 20_000) - 500}
    page = Operator(desk.world.app).post(
        f"/admin/payouts/{first}/act", {"act": "bump", "rate": "20", "reason": "too slow"}
    )
    assert page.status_code == 422
    assert "no other coin can be spent that would do" in page.text

    fund_beside(desk, first, 50_000)
    second = two_bump(desk, first, 20_000)
    assert inputs(second) > inputs(first)
    assert queries.inputs_of(second)[0].anchor
    assert [(row.kind, row.sats) for row in queries.outputs_of(second)][:1] == [("balance", WITHOUT_CHANGE)]
    sent(desk, second)
    assert desk.world.node.call("getrawmempool") == [desk.txid(second)]
    third = sent(desk, desk.bump(second, 30_000))  # and out of the change that there is now
    assert inputs(third) == inputs(second)
    desk.bury()
    assert desk.state(third) == "confirmed"
    assert desk.paid(OTHERS) == WITHOUT_CHANGE
    assert desk.total("payout") == desk.total("partner") == 0
    assert desk.world.breaches() == []


def test_the_coin_a_bump_added_is_free_again_and_whoever_took_it_makes_way(desk: Desk) -> None:
    """The bump was signed and given up; another payout spends its coin; then the copy of the bump is mined."""
    first = without_change(desk)
    node = desk.world.node
    fund_beside(desk, first, 60_000)
    bumped = desk.bump(first, 20_000)
    desk.upload(bumped)
    desk.cancel(bumped)
    assert (desk.state(first), desk.state(bumped)) == ("unknown", "cancelled")
    site = desk.world.site(payout_address=ELSEWHERE)
    desk.make_payable(site)
    earn(site, 20_000)
    other = pay_balances()
    assert inputs(other) == inputs(bumped) - inputs(first)
    desk.upload(other)
    copy = desk.payout(bumped).signed_tx
    assert copy is not None
    node.call("generateblock", desk.world.miner, [copy.hex()])
    desk.world.scan()
    assert [desk.state(one) for one in (first, bumped, other)] == ["replaced", "broadcast", "cancelled"]
    assert desk.balance("partner", str(site.id)) == 20_000
    desk.bury()
    sent(desk, pay_balances())
    desk.bury()
    assert (desk.paid(OTHERS), desk.paid(ELSEWHERE)) == (WITHOUT_CHANGE, 20_000)
    assert desk.total("payout") == desk.total("partner") == 0
    assert desk.world.breaches() == []


def test_a_payout_whose_coin_was_double_spent_in_a_deep_reorganisation_is_paid_anew_once(desk: Desk) -> None:
    site = desk.world.site(payout_address=OTHERS)
    desk.make_payable(site)
    earn(site, 5_000_000)
    node, purse = desk.world.node, Purse(desk.world.node)
    coin = purse.fill(6_000_000)
    desk.world.mine()
    paid = spend([coin], [(new_reserve_address(), 5_990_000)])
    instead = spend([coin], [(purse.address, 5_980_000)])
    node.call("sendrawtransaction", paid.raw.hex())
    desk.world.mine()
    at = desk.world.tip
    desk.world.mine(3)
    reach = "UPDATE coins SET block_height = block_height {} 100 WHERE amount_sats = :sats"
    with transaction():  # only the purse's coin is in reach
        db.session.execute(text(reach.format("+")), {"sats": RESERVE_SATS})
    payout_id = sent(desk, pay_balances())
    with transaction():
        db.session.execute(text(reach.format("-")), {"sats": RESERVE_SATS})

    node.call("invalidateblock", node.call("getblockhash", at))
    for raw in ([], [instead.raw.hex()], [], [], []):
        node.call("generateblock", desk.world.miner, raw)
    desk.world.scan()
    assert desk.refresh(payout_id) == "unknown"
    with pytest.raises(DomainError, match="payout_may_be_mined"):
        desk.cancel(payout_id)
    operator = Operator(desk.world.app)
    assert "A coin of this payout is not on the chain" in operator.get(f"/admin/payouts/{payout_id}").text
    assert operator.post(f"/admin/payouts/{payout_id}/refresh").status_code == 303
    assert desk.payout(payout_id).excluded_height == at + 1
    assert "This version can never be mined" in operator.get(f"/admin/payouts/{payout_id}").text
    broadcasting.ask(payout_id)  # once more changes nothing
    desk.cancel(payout_id)
    assert desk.balance("partner", str(site.id)) == 5_000_000
    again = sent(desk, pay_balances())
    assert inputs(again).isdisjoint(inputs(payout_id))
    desk.bury()
    assert desk.paid(OTHERS) == 5_000_000
    assert desk.total("payout") == desk.total("partner") == 0
    assert desk.world.breaches() == []


def test_it_is_not_given_up_before_the_block_that_excludes_it_is_buried(desk: Desk) -> None:
    """And when that block goes in its turn, the payout may be mined after all: the books follow."""
    site = desk.world.site(payout_address=OTHERS)
    desk.make_payable(site)
    earn(site, 5_000_000)
    node, purse = desk.world.node, Purse(desk.world.node)
    coin = purse.fill(6_000_000)
    desk.world.mine()
    paid = spend([coin], [(new_reserve_address(), 5_990_000)])
    instead = spend([coin], [(purse.address, 5_980_000)])
    node.call("sendrawtransaction", paid.raw.hex())
    desk.world.mine()
    at = desk.world.tip
    desk.world.mine(3)
    with transaction():
        db.session.execute(text("UPDATE coins SET block_height = 1 + block_height + 100 WHERE amount_sats > 6000000"))
    payout_id = sent(desk, pay_balances())
    node.call("invalidateblock", node.call("getblockhash", at))
    for raw in ([], [], [], [], [instead.raw.hex()]):
        node.call("generateblock", desk.world.miner, raw)
    desk.world.scan()
    broadcasting.ask(payout_id)
    assert desk.payout(payout_id).excluded_height == at + 4
    with pytest.raises(DomainError, match="payout_may_be_mined"):
        desk.cancel(payout_id)
    signed = desk.payout(payout_id).signed_tx
    assert signed is not None
    node.call("invalidateblock", node.call("getblockhash", at + 4))
    node.call("generateblock", desk.world.miner, [paid.raw.hex()])
    node.call("generateblock", desk.world.miner, [signed.hex()])
    desk.world.scan()
    desk.world.mine(3)
    assert desk.state(payout_id) == "confirmed"
    assert desk.paid(OTHERS) == 5_000_000
