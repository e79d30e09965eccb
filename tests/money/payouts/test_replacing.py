"""Versions of one payout: whichever the chain takes counts, and no two of them pay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import jobs, queries, rules
from app.money.payouts.sent import broadcasting
from tests.faces.admin.operators import Operator

from .conftest import Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


def test_the_first_version_is_mined_while_the_second_waits_for_its_signature(desk: Desk) -> None:
    number = desk.won(payout_address=OTHERS)[1]
    first = desk.sent(number)
    second = desk.bump(first, 20_000)
    third_refused = pytest.raises(DomainError, match="payout_state_refused")
    with third_refused:
        desk.bump(second, 50_000)  # nothing of it was sent
    desk.upload(second)
    desk.world.mine()
    assert (desk.state(first), desk.state(second)) == ("broadcast", "replaced")
    with pytest.raises(DomainError, match="payout_state_refused"):
        desk.broadcast(second)
    with pytest.raises(DomainError, match="payout_in_a_block"):
        desk.bump(first, 60_000)
    desk.world.mine(3)
    assert desk.state(first) == "confirmed"
    assert desk.paid(OTHERS) == 1_000_000
    assert desk.balance("fees") == desk.payout(first).fee_sats
    assert desk.world.breaches() == []

    # The chain takes it back and the second version after all: the books follow once more.
    node = desk.world.node
    node.call("invalidateblock", node.call("getblockhash", desk.world.tip - 3))
    raw = desk.payout(second).signed_tx
    assert raw is not None
    node.call("sendrawtransaction", raw.hex(), 0)
    node.call("generatetoaddress", 6, desk.world.miner)
    desk.world.scan()
    assert (desk.state(first), desk.state(second)) == ("replaced", "confirmed")
    assert desk.paid(OTHERS) == 1_000_000
    assert desk.balance("fees") == desk.payout(second).fee_sats
    assert desk.total("payout") == desk.total("jackpot") == 0
    assert desk.world.breaches() == []


def test_given_up_before_it_was_sent_and_the_version_before_is_on_its_way_again(desk: Desk) -> None:
    number = desk.win()
    first = desk.sent(number)
    second = desk.bump(first, 20_000)
    assert desk.balance("payout", str(first)) == 1_000_000
    desk.cancel(second)
    assert (desk.state(first), desk.state(second)) == ("unknown", "cancelled")
    assert desk.balance("payout", str(first)) == 1_000_000  # nothing was given back
    assert jobs.refresh() == 1
    assert desk.state(first) == "broadcast"
    assert desk.bump(first, 30_000) != second
    assert desk.world.breaches() == []
    assert [version.state for version in queries.versions_of(first)] == ["replaced", "cancelled", "draft"]


def test_a_bump_needs_change_to_take_from() -> None:
    with pytest.raises(DomainError) as refused:
        rules.lower_change([1_000, 500], 1_000, 330)
    assert refused.value.params == {"missing": 160}


def test_only_what_nobody_sends_any_more_is_asked_about(desk: Desk) -> None:
    payout_id = desk.generate(desk.win())
    desk.upload(payout_id)
    broadcasting._begin(payout_id, "operator:olga", "")
    assert jobs.refresh() == 0  # somebody is sending it right now
    with transaction():
        db.session.execute(
            text("UPDATE payouts SET state_changed_at = :then"), {"then": datetime.now(UTC) - timedelta(minutes=3)}
        )
    assert jobs.refresh() == 1
    assert desk.state(payout_id) == "unknown"


def test_in_a_block_it_is_waited_for_and_nothing_is_offered_that_would_be_refused(desk: Desk) -> None:
    payout_id, operator = desk.sent(desk.win()), Operator(desk.world.app)
    page, own = operator.get(f"/admin/payouts/{payout_id}").text, f"/admin/payouts/{payout_id}"
    assert ("Bump the fee" in page, f"{own}/act?act=cancel" in page, 'id="wait"' in page) == (True, True, False)
    for above in (0, 1, 2):
        desk.world.mine()
        page = operator.get(own).text
        said = page[page.index('id="wait"') :]
        assert f"{above} of 3 blocks on top" in said[: said.index("</p>")]
        assert ("Bump the fee" in page, f"{own}/act?act=cancel" in page) == (False, False)
    refused = operator.get(f"{own}/act?act=cancel")
    assert (refused.status_code, "in a block already" in refused.text) == (409, True)
    assert "What will happen" not in refused.text, "it is not asked what cannot be done"
    desk.world.mine()
    assert 'id="wait"' not in operator.get(own).text
