"""A won round is paid, from the draft to the block that buries it, and the books are at rest."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import select

from app.core.database.session import db
from app.money.payouts import jobs, queries
from app.record.audit.models import AuditEntry
from app.record.events.models import Event
from tests.faces.admin.operators import Operator
from tests.factories.world import RESERVE_SATS

from .conftest import Desk
from .signers import by_script

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


def test_generated_signed_offline_sent_bumped_once_confirmed(desk: Desk, tmp_path: Path) -> None:
    site, number = desk.won(edge_percent=10, payout_address=OTHERS)
    desk.make_payable(site)
    assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    assert desk.balance("partner", str(site.id)) == 100_000

    first = desk.generate(number, with_balances=True)
    assert desk.generate(number) == first  # the same, until it is given up
    assert desk.balance("payout", str(first)) == 1_100_000
    assert desk.balance("jackpot", f"rounds-{number}") == desk.balance("partner", str(site.id)) == 0
    assert desk.world.breaches() == []

    signed = by_script(desk.payout(first).psbt, tmp_path, "--yes")
    assert signed.returncode == 0, signed.stderr
    assert "PAYS          1000000 sats to " + OTHERS in signed.stderr
    assert desk.offer(first, signed.stdout) == []
    assert desk.broadcast(first) == "broadcast"
    assert desk.txid(first) in desk.world.node.call("getrawmempool")

    second = desk.bump(first, 20_000)
    assert (desk.state(first), desk.state(second)) == ("replaced", "draft")
    assert desk.txid(first) in desk.world.node.call("getrawmempool")  # still the one on its way
    signed = by_script(desk.payout(second).psbt, tmp_path, "--yes")
    assert desk.offer(second, signed.stdout) == []
    assert desk.broadcast(second) == "broadcast"
    assert desk.world.node.call("getrawmempool") == [desk.txid(second)]
    assert desk.payout(second).fee_sats > 5 * desk.payout(first).fee_sats
    assert [row.sats for row in queries.outputs_of(second)][:2] == [1_000_000, 100_000]
    assert {(row.txid, row.vout) for row in queries.inputs_of(first)} == {
        (row.txid, row.vout) for row in queries.inputs_of(second)
    }

    desk.world.mine()
    assert desk.state(second) == "broadcast"
    assert jobs.refresh() == 0  # the chain knows more than the node could say
    desk.world.mine(3)
    assert desk.state(second) == "confirmed"
    fee = desk.payout(second).fee_sats
    assert desk.paid(OTHERS) == 1_100_000
    assert [desk.total(kind) for kind in ("payout", "jackpot", "partner", "pool", "held")] == [0] * 5
    assert desk.balance("fees") == fee
    assert desk.balance("coins") == RESERVE_SATS + 1_100_000 - 1_100_000 - fee
    assert desk.balance("capital") == RESERVE_SATS  # change is no new money
    assert desk.balance("unexplained") == 0
    assert desk.world.breaches() == []

    told = [event.type for event in db.session.scalars(select(Event).order_by(Event.id)) if "payout." in event.type]
    assert told == ["payout.broadcast", "payout.broadcast", "payout.confirmed"]
    done = [entry.action for entry in queries.history(first)]
    assert done == [
        "payout.generated",
        "payout.signed",
        "payout.broadcasting",
        "payout.broadcast",
        "payout.replaced",
        "payout.generated",
        "payout.signed",
        "payout.broadcasting",
        "payout.broadcast",
        "payout.mined",
        "payout.confirmed",
    ]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "payout.broadcasting")).all()
    assert {(entry.actor, entry.reason) for entry in entries} == {("operator:olga", "it is due")}


def test_a_confirmed_payout_whose_block_goes_is_on_its_way_again(desk: Desk) -> None:
    number = desk.win()
    payout_id = desk.sent(number)
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    coins = desk.balance("coins")
    node, tip = desk.world.node, desk.world.tip
    node.call("invalidateblock", node.call("getblockhash", tip - 3))
    for _ in range(5):
        node.call("generateblock", desk.world.miner, [])
    desk.world.scan()
    assert desk.state(payout_id) == "broadcast"
    assert queries.confirmation_of(payout_id) is None
    assert desk.balance("payout", str(payout_id)) == 1_000_000
    assert desk.balance("fees") == 0
    assert desk.balance("coins") == coins + 1_000_000 + desk.payout(payout_id).fee_sats
    assert desk.world.breaches() == []
    assert desk.refresh(payout_id) == "broadcast"  # back in the mempool
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert (desk.balance("coins"), desk.total("payout")) == (coins, 0)
    assert desk.world.breaches() == []


def test_a_mined_payout_says_how_far_it_is_and_the_figure_what_it_counts(desk: Desk) -> None:
    """With its first block the money has left the account, and the payout is final only when that is buried: a page
    that says both must not seem to contradict itself."""
    payout_id = desk.sent(desk.win())
    console = Operator(desk.world.app)
    label = "In payouts without a block"

    def said() -> tuple[str, str]:
        listed = " ".join(console.get("/admin/payouts").text.split())
        assert "sats" in listed.split(label, 1)[1]
        (figure,) = re.findall(rf'{label}</dt> <dd><data class="amount" value="([0-9]+)"', listed)
        # what is on its way stands above all of them
        *_, row = re.findall(rf'href="/admin/payouts/{payout_id}".*?</tr>', listed)
        told = re.findall(r"in block [0-9,]+, [0-9]+ of [0-9]+ blocks on top", row)
        page = console.get(f"/admin/payouts/{payout_id}").text
        assert set(told) == set(re.findall(r"in block [0-9,]+, [0-9]+ of [0-9]+ blocks on top", page))
        return figure, "".join(told)

    assert said() == ("1000000", "")
    desk.world.mine()
    height = desk.world.tip
    assert desk.state(payout_id) == "broadcast"
    assert said() == ("0", f"in block {height:,}, 0 of 3 blocks on top")
    desk.world.mine()
    assert said() == ("0", f"in block {height:,}, 1 of 3 blocks on top")
    desk.world.mine(2)
    assert desk.state(payout_id) == "confirmed"
    assert said() == ("0", "")
    assert "In payouts that are in no block yet" in console.get("/admin").text


def test_a_sweep_gathers_deposits_and_costs_its_fee(desk: Desk) -> None:
    from app.core.database.session import transaction
    from app.money.payouts.drafts import generation

    site = desk.world.site()
    for player in ("ada", "bob", "cleo"):
        order = desk.world.order(site, player)
        desk.world.send(order.address, 20_000)
    desk.world.mine(4)
    with transaction():
        payout, made = generation.sweep(1_000, "operator:olga")
        payout_id = payout.id
    assert made
    desk.upload(payout_id)
    desk.broadcast(payout_id)
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.balance("fees") == desk.payout(payout_id).fee_sats
    assert len(queries.inputs_of(payout_id)) == 3
    assert desk.world.breaches() == []
