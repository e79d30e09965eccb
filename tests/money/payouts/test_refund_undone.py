"""A refund was decided and paid out; then the block of its payment leaves the chain."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.money.payouts.drafts import generation
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting
from app.selling.windows.games import game_called
from app.selling.windows.orders import refunds

from .conftest import OPERATOR, RATE, Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


def decide() -> int:
    db.session.rollback()
    with transaction():
        return refunds.decide(game_called("rounds"), OPERATOR, "came late")


def paid_out(desk: Desk) -> tuple[str, UUID, int]:
    """Whose refund it was, what paid it, and the height before the payment that was given back."""
    site = desk.world.site(edge_percent=10, payout_address=OTHERS)
    desk.make_payable(site)
    order = desk.world.order(site)
    desk.world.finish(order.round_number)
    paid_at = desk.world.tip
    desk.world.send(order.address, 50_000)
    desk.world.mine(4)
    assert decide() == 1
    with transaction():
        payout_id = generation.for_balances(RATE, OPERATOR)[0].id
    desk.upload(payout_id)
    desk.broadcast(payout_id)
    desk.bury()
    return str(site.id), payout_id, paid_at


def open_alarms() -> list[str]:
    db.session.rollback()
    query = text("SELECT code FROM alarms WHERE closed_at IS NULL AND code = 'refund_lost'")
    return list(db.session.scalars(query))


@pytest.mark.parametrize("earned_since", [0, 10_000])
def test_a_refund_paid_out_whose_block_goes_is_the_houses_loss_until_it_comes_back(
    desk: Desk, earned_since: int
) -> None:
    owner, payout_id, paid_at = desk.world.recalled("a refund paid out", lambda: paid_out(desk))
    assert desk.state(payout_id) == "confirmed"
    assert desk.balance("partner", owner) == 0
    if earned_since:
        with transaction():
            ledger.post(
                [Posting(AccountRef("result"), AccountRef("partner", owner), earned_since, "test", "1", "earn")]
            )

    node = desk.world.node
    for _ in range(2):  # the second time, what was made good is lost again
        node.call("invalidateblock", node.call("getblockhash", paid_at + 1))
        for _ in range(desk.world.tip - paid_at + 1):
            node.call("generateblock", desk.world.miner, [])
        desk.world.scan()
        assert desk.balance("partner", owner) == 0
        assert desk.balance("unexplained") == 50_000 - earned_since
        assert desk.total("suspense") == 0
        assert open_alarms()
        assert desk.world.breaches() == []

        desk.world.mine(5)  # the payment comes back, and the payout after it
        assert decide() == 1
        assert desk.balance("unexplained") == 0
        assert desk.balance("partner", owner) == earned_since
        assert desk.paid(OTHERS) == 50_000
        assert desk.state(payout_id) == "confirmed"
        assert desk.world.breaches() == []
